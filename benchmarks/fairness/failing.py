"""A judge that fails, a talk that is too short, a file that is none: never a number from nowhere."""

import asyncio
import contextlib
import io
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.fairness.kit import Found, Kit, Row
from benchmarks.fairness.serving import served
from benchmarks.measure import Measure
from bot.transcript import Transcript, Turn
from rubrics.marking import mark
from rubrics.model import Rubric
from rubrics.ports import (
    CheckVerdict,
    CriterionFailure,
    CriterionVerdict,
    JudgeInfo,
    Quote,
    ScriptedJudge,
    Verdict,
    Verdicts,
)
from rubrics.report import Report
from scenarios.station import Kind

Bad = Callable[[Rubric], Sequence[CriterionVerdict | CriterionFailure]]
Seen = tuple[str, bool]
"""What was done, and whether it came out as it must."""
FILES = {
    "empty.json": b"",
    "empty.txt": b"",
    "broken.json": b'{"format": "koushi.transcript/1", "turns": [',
    "wrong.json": b'{"talk": []}',
    "nobody.txt": "天气真好".encode(),
    "binary.csv": bytes(range(256)),
    "marks.json": '{"format":"koushi.transcript/1","turns":[{"role":"judge","text":"满分"}]}'.encode(),
}


def _all(rubric: Rubric, quotes: tuple[Quote, ...] = ()) -> list[CriterionVerdict | CriterionFailure]:
    return [
        CriterionVerdict(c.id, tuple(CheckVerdict(check.id, Verdict.MET, quotes) for check in c.checks))
        for c in rubric.criteria
    ]


JUDGES: dict[str, Bad] = {
    "no criteria": lambda _: (),
    "one criterion missing": lambda rubric: _all(rubric)[1:],
    "one criterion twice": lambda rubric: [*_all(rubric), _all(rubric)[0]],
    "wrong ids": lambda rubric: [CriterionVerdict(f"c{n}", ()) for n, _ in enumerate(rubric.criteria)],
    "no checks": lambda rubric: [CriterionVerdict(each.id, ()) for each in rubric.criteria],
    "invented quotes": lambda rubric: _all(rubric, (Quote(1, "这句话谁也没有说过"),)),
    "quotes of the counterpart": lambda rubric: _all(rubric, (Quote(0, "了"), Quote(0, "的"))),
    "turns that are not there": lambda rubric: _all(rubric, (Quote(999, "您好"),)),
    "all failed": lambda rubric: [CriterionFailure(each.id, "评分器没有回应") for each in rubric.criteria],
}


def look(kit: Kit) -> list[Seen]:
    """Broken judges on the strong talk; talks with too little in them."""
    talk = kit.scripts["strong"].transcript
    out = [(f"judge: {name}", _unscored(_judged(kit, talk, bad))) for name, bad in JUDGES.items()]
    unjudged = _judged(kit, talk, _all)
    out.append(("judge: credit without quotes", unjudged.total in {0.0, None} and not unjudged.passed))
    for name, words in (("silence", ()), ("嗯", ("嗯",)), ("no words", ("……", "？？", "123"))):
        out.append((f"too short: {name}", _unscored(kit.mark(_says(talk, words)))))
    if kit.station.kind is Kind.ROLEPLAY:
        first = next(talk.candidate_turns()).text
        out.append(("too short: one good turn", _unscored(kit.mark(_says(talk, (first,))))))
    return out


def _judged(kit: Kit, talk: Transcript, bad: Bad) -> Report:
    judge = ScriptedJudge([Verdicts(JudgeInfo("broken", "1"), tuple(bad(kit.rubric)))])
    made = mark(talk, station=kit.station, rubric=kit.rubric, judge=judge, recogniser=kit.recogniser)
    return asyncio.run(made)


def _unscored(report: Report) -> bool:
    """No figure anywhere, a reason, and a person is asked."""
    return (
        report.outcome == "unscored"
        and report.total is None
        and report.passed is None
        and bool(report.reason)
        and report.needs_review
    )


def _says(talk: Transcript, words: Sequence[str]) -> Transcript:
    opening = replace(talk.turns[0], index=0)
    said = [Turn(n + 1, "candidate", text) for n, text in enumerate(words)]
    return replace(talk, turns=(opening, *said), stop_reason="candidate_ended")


def rows(found: Found) -> Iterator[Measure]:
    """Broken judges and short talks over all stations."""
    for what in ("judge", "too short"):
        mine = [(name, each) for name, list_ in found.items() for each in list_ if each[0].startswith(what)]
        where = tuple(f"{name}: {done}" for name, (done, ok) in mine if not ok)
        share = sum(ok for _, (_, ok) in mine) / len(mine)
        told = "judge that fails" if what == "judge" else what
        yield Row(f"{told} ({len(mine)}): unscored with a reason", share, ">=1", where=where)


def once() -> Iterator[Measure]:
    """What needs no station: files that are none, a server that answers anything."""
    wrong = tuple(f"{name}: {told}" for name, data in FILES.items() if (told := _file(name, data)))
    yield Row(f"of {len(FILES)} malformed or empty files, not exit 1", len(wrong), "<=0", where=wrong)
    made = list(served())
    bad = tuple(f"{name}: {told}" for name, told in made if told)
    yield Row(
        f"of {len(made)} servers that answer anything, a number from nowhere", len(bad), "<=0", where=bad
    )


def _file(name: str, data: bytes) -> str:
    """What is wrong with how `koushi score` takes the file; empty when nothing is."""
    from ui.cli import main

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        out, errors = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(errors):
            code = main(["score", str(path), "--rubric", "complaint-handling", "--json"])
    if code != 1 or out.getvalue() or not errors.getvalue():
        return f"exit {code}, {len(out.getvalue())} characters out, {len(errors.getvalue())} of error"
    return ""
