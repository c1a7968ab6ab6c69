"""Polite filler and key words stuffed into real scripts: what is no deed moves no mark.

A greeting, thanks and a farewell are deeds that rubrics ask for: a script that lacks one is not given it, and
what it would gain is a row of its own.

Left out on purpose: the titles of what oral questions and letters want (they are the answer itself, and no
candidate sees them) and the `better` sentences of checks (they are real sentences that do the deed).
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from benchmarks.fairness.kit import (
    KEYWORDS_MOVE,
    SCRIPTED,
    STAYS,
    Found,
    Kit,
    Row,
    became_pass,
    moved,
    put,
    rewritten,
    with_turns,
)
from benchmarks.measure import Measure
from bot.points import mentioned
from bot.transcript import Transcript
from rubrics.hollow import is_hollow
from rubrics.model import Condition
from rubrics.tie import Matter
from scenarios.behaviours import vocabulary
from scenarios.station import Kind

FILLER = Path(__file__).parents[2] / "tests" / "golden" / "filler.txt"
COURTESY = (re.compile("^您好"), 0), (re.compile("谢|祝您|欢迎|再见"), -1)
"""Greeting, and thanks or farewell: the turn in which rubrics look for it."""
ROUNDS = 4
"""Rounds in which all the filler is said, at the least one sentence a turn."""
Seen = tuple[str, str, float, bool]
"""How it was stuffed, player, points moved, whether a fail became a pass."""


@cache
def filler() -> tuple[str, ...]:
    """Sentences that fit any talk and say nothing."""
    return tuple(FILLER.read_text(encoding="utf-8").split())


def look(kit: Kit) -> list[Seen]:
    """The three scripts of one station, stuffed in every way."""
    out = []
    for player in SCRIPTED:
        before = kit.scripts[player]
        report = kit.mark(before.transcript)
        for how, stuffed in (*_polite(kit, before.transcript), *_keywords(kit, before.transcript)):
            after = kit.mark(stuffed)
            out.append((how, player, moved(report, after), became_pass(report, after)))
    return out


def _polite(kit: Kit, talk: Transcript) -> Iterator[tuple[str, Transcript]]:
    """Each sentence of the filler is said in each way, by one round or another."""
    turns, missing = sum(1 for _ in talk.candidate_turns()), lacking(talk)
    idle = [each for each in filler() if each not in missing and not names(kit, each)]
    each = -(-len(idle) // (turns * ROUNDS))
    for start in range(0, len(idle), turns * each):
        lots = [range(start + n * each, start + (n + 1) * each) for n in range(turns)]
        said = ["".join(idle[i % len(idle)] for i in lot) for lot in lots]
        yield from _stuffed(kit, talk, f"filler {start}", said)
    for sentence in missing:
        yield from _stuffed(kit, talk, "courtesy", [sentence] * turns)


def names(kit: Kit, sentence: str) -> bool:
    """Whether a sentence of the filler is more than that here: it names the station's matter (久等 where
    waiting is what hurts) or the very words that a check asks for (久等了 after the line was held)."""
    matter = Matter.of(kit.scripts["strong"].transcript, kit.station)
    wanted = [point.accepts for point in kit.station.points]
    wanted += [words for each in kit.rubric.criteria for check in each.checks for words in said_of(check.met)]
    named = any(any(mentioned(words, sentence)) for words in wanted)
    return named or (matter.has(sentence) and not is_hollow(sentence, matter))


def said_of(condition: Condition | None) -> Iterator[tuple[str, ...]]:
    """The words that a condition asks for."""
    if condition is not None:
        yield from [condition.says] if condition.says else []
        for each in (*condition.every, *condition.either):
            yield from said_of(each)


def lacking(talk: Transcript) -> list[str]:
    """Sentences of the filler by which this candidate would greet, thank or take leave, and did not."""
    said = [turn.text for turn in talk.candidate_turns()]
    new = [courtesy for courtesy, at in COURTESY if not courtesy.search(said[at])]
    return [each for each in filler() if any(courtesy.search(each) for courtesy in new)]


def _keywords(kit: Kit, talk: Transcript) -> Iterator[tuple[str, Transcript]]:
    station, turns = kit.station, sum(1 for _ in talk.candidate_turns())
    titles = [station.title, station.trade]
    if station.kind is Kind.ROLEPLAY:
        titles += [*(f.label for f in station.facts), *(c.title for c in station.concerns)]
        titles += [d.title for d in station.demands]
    lists = {
        "behaviours": [each.name for each in vocabulary()],
        "criteria": [each.title for each in kit.rubric.criteria],
        "checks": [check.text for each in kit.rubric.criteria for check in each.checks],
        "titles": titles,
    }
    for name, words in lists.items():
        yield from _stuffed(kit, talk, name, _dealt(words, turns))


def _stuffed(kit: Kit, talk: Transcript, name: str, said: Sequence[str]) -> Iterator[tuple[str, Transcript]]:
    """`said[n]` in the n-th turn, at either end of it, and after it as a turn of its own."""
    for place in ("start", "end"):
        yield (
            f"{name} {place}",
            rewritten(talk, lambda n, text, place=place: put(text, said[n], place, letter=kit.one_turn)),
        )
    if not kit.one_turn:
        yield f"{name} as turns", with_turns(talk, dict(enumerate(said)))


def _dealt(words: Sequence[str], turns: int) -> list[str]:
    """All words, dealt out over the turns, at least four in each."""
    size = max(4, -(-len(words) // turns))
    rows = ["、".join(words[at : at + size]) for at in range(0, len(words), size)]
    return [rows[n % len(rows)] for n in range(turns)]


def rows(found: Found) -> Iterator[Measure]:
    """The furthest that a total moved."""
    every: list[tuple[str, Seen]] = [(name, each) for name, list_ in found.items() for each in list_]
    gained = [each[2] for _, each in every if each[0].startswith("courtesy")]
    if gained:
        note = "no bar: a greeting, thanks and a farewell are deeds that rubrics ask for"
        yield Row("courtesy where the script had none: furthest", max(gained), note=note)
    for what, most in (("filler", STAYS), ("behaviours", KEYWORDS_MOVE), ("criteria", KEYWORDS_MOVE),
                       ("checks", KEYWORDS_MOVE), ("titles", KEYWORDS_MOVE)):  # fmt: skip
        mine = [(n, each) for n, each in every if each[0].startswith(what)]
        where = tuple(f"{n} {player} {how}: {by:g}" for n, (how, player, by, _) in mine if by > most)
        share = sum(each[2] <= most for _, each in mine) / len(mine)
        worst = max(each[2] for _, each in mine)
        kind = "polite filler" if what == "filler" else f"key words ({what})"
        note = f"{share:.1%} of {len(mine)} stuffed scripts within {most:g} points"
        yield Row(f"{kind}: furthest a total moved", worst, f"<={most:g}", where=where, note=note)
    passes = tuple(f"{n} {e[1]} {e[0]}" for n, e in every if e[3])
    yield Row("stuffed fails that became passes", len(passes), "<=0", where=passes)
