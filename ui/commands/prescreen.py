"""`koushi prescreen`: a batch of transcripts marked beforehand, into a folder."""

import argparse
import asyncio
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from retrieval.errors import InputError, UsageError
from rubrics import sheets
from rubrics.batch import Outcome, in_processes
from rubrics.batch_loop import TALKS_AT_ONCE, hands, in_one_loop
from rubrics.intake import Found, found
from rubrics.journal import Journal, Line
from rubrics.marker import Marker
from ui.calibration import beside
from ui.commands.output import say, say_json
from ui.commands.report import effort_line
from ui.settings import Settings
from ui.wiring import Wiring, batch_marker

WORTH_HANDS = 24
"""Files from which it is worth starting processes for what needs no model."""
FORMATS = ("xlsx", "csv", "jsonl", "html", "pdf")


def run(args: argparse.Namespace, wiring: Wiring) -> int:
    """Mark everything below the paths; `reports.jsonl` is written as it goes."""
    formats = _formats(args.format)
    judge = args.judge or wiring.settings.judge
    settings = wiring.settings.without_cache() if args.no_cache else wiring.settings
    make = partial(batch_marker, settings, judge, args.station, args.rubric, second=args.second)
    marker = _checked(make, args)
    out = Path(args.out)
    files = list(found([Path(each) for each in args.paths], leave_out=out))
    if not files:
        raise InputError(
            "这里面没有文件", mend="放进 .json、.txt、.csv 的对话，或 .zip", file=", ".join(args.paths)
        )
    begun, journal = time.monotonic(), Journal(out, resume=args.resume)
    try:
        kept = _kept(files, journal, marker) if args.resume else set()
        todo = [each for each in files if each.name not in kept]
        _mark(_outcomes(todo, make, marker, settings, judge), journal, len(files), len(kept))
        names = [each.name for each in files]
        journal.settle(names)
        written = _write(formats, out, journal, files, beside(wiring))
        told = _summary(journal.lines(names), len(kept), time.monotonic() - begun, out, written)
    finally:
        journal.close()
    _say(told, args.json)
    return 0


def _formats(asked: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(each.strip() for each in asked.split(",") if each.strip()))
    wrong = [each for each in names if each not in FORMATS]
    if wrong or not names:
        raise UsageError(
            f"--format 不能是“{wrong[0] if wrong else ''}”", mend=f"可以写：{'、'.join(FORMATS)}，用逗号隔开"
        )
    return names


def _checked(make: partial[Marker], args: argparse.Namespace) -> Marker:
    """The marker, once the station and the rubric asked for are known to be there."""
    marker = make()
    if args.station:
        marker.find_station(args.station.partition("@")[0])
    if args.rubric:
        from rubrics.loading import find_rubric

        find_rubric(args.rubric)
    return marker


def _kept(files: Sequence[Found], journal: Journal, marker: Marker) -> set[str]:
    return {each.name for each in files if journal.kept(each, marker) is not None}


def _outcomes(
    files: Sequence[Found], make: partial[Marker], marker: Marker, settings: Settings, judge: str
) -> Iterator[Outcome]:
    """On all cores, or all at once against an endpoint."""
    if not files:
        return
    if "llm" not in {judge, settings.recogniser} and not make.keywords["second"]:
        yield from in_processes(files, make)
        return
    at_once = max(TALKS_AT_ONCE, settings.judging.at_once)
    with ExitStack() as stack:
        helping = None
        if settings.recogniser == "builtin" and len(files) >= WORTH_HANDS:
            helping = stack.enter_context(hands(partial(make.func, settings, "builtin", *make.args[2:])))
        runner = stack.enter_context(asyncio.Runner())
        yield from in_one_loop(files, marker, runner, at_once, helping)


def _mark(outcomes: Iterator[Outcome], journal: Journal, count: int, done: int) -> None:
    with _progress(count, done) as told:
        for outcome in outcomes:
            told(journal.add(outcome))


@contextmanager
def _progress(count: int, done: int) -> Iterator[Any]:
    """A bar on standard error with counts and the file just done; nothing where nobody watches."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    bar = Progress(
        TextColumn("评分"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[note]}", markup=False),
        console=console,
        disable=not console.is_terminal,
    )
    counts: Counter[str] = Counter()
    with bar:
        task = bar.add_task("评分", total=count, completed=done, note="")

        def told(line: Line) -> None:
            counts["读不了" if "error" in line else "未评分" if line["total"] is None else "评好"] += 1
            note = "，".join(f"{name} {n}" for name, n in counts.items())
            bar.update(task, advance=1, note=f"{note}  {line['file']}"[:60])

        yield told


def _write(
    formats: Sequence[str], out: Path, journal: Journal, files: Sequence[Found], beside: sheets.Beside | None
) -> list[Path]:
    names = [each.name for each in files]
    written = [journal.path]

    def results() -> Iterator[sheets.Result]:
        return map(sheets.from_line, journal.lines(names))

    if "xlsx" in formats:
        written.append(out / "reports.xlsx")
        sheets.write_xlsx(results(), written[-1], beside=beside)
    if "csv" in formats:
        written += sheets.write_csv(results(), out)
    if {"html", "pdf"} & set(formats):
        from ui.commands.prescreen_pages import write_pages

        written += write_pages(results(), files, out, formats)
    return written


def _summary(
    lines: Iterator[Line], kept: int, seconds: float, out: Path, written: Sequence[Path]
) -> dict[str, Any]:
    counts: Counter[str] = Counter()
    effort: Counter[str] = Counter()
    for line in lines:
        counts["files"] += 1
        if "error" in line:
            counts["failed"] += 1
            continue
        effort.update({
            k: v for k, v in (line.get("effort") or {}).items() if k != "seconds" and v is not None
        })
        counts[line["outcome"]] += 1
        counts["passed"] += bool(line["passed"])
        counts["needs_review"] += line["needs_review"]
    names = ("files", "scored", "passed", "unscored", "failed", "needs_review")
    return {
        **{name: counts[name] for name in names},
        "kept": kept,
        "effort": dict(effort) or None,
        "seconds": round(seconds, 1),
        "out": str(out),
        "written": [str(each) for each in written],
    }


def _say(told: dict[str, Any], as_json: bool) -> None:
    if as_json:
        say_json(told)
        return
    say(
        f"共 {told['files']} 份：评分 {told['scored']}（通过 {told['passed']}），"
        f"未评分 {told['unscored']}，读不了 {told['failed']}；请考评员看 {told['needs_review']} 份。"
    )
    if told["kept"]:
        say(f"其中 {told['kept']} 份上次已经评好，没有重评。")
    if told["effort"]:
        say(effort_line(told["effort"]))
    say(f"用时 {told['seconds']} 秒。结果在 {told['out']}：")
    for name in told["written"]:
        say(f"  {Path(name).relative_to(told['out'])}")
