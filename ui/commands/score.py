"""`koushi score`: marks one transcript, or every line of a batch, all by one judge."""

import argparse
import asyncio
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.reading import MAX_BYTES, from_json, parse_transcript, read_transcript
from bot.transcript import Transcript
from retrieval.errors import InputError, UsageError
from rubrics.marker import PatientJudge
from rubrics.ports import Judge
from rubrics.report import Report
from ui.commands.output import batch, field, read_bytes, say, say_json
from ui.commands.report import report_lines
from ui.wiring import Wiring, other_judge


def run(args: argparse.Namespace, wiring: Wiring) -> int:
    """Mark one file, or a batch."""
    if (args.file is None) == (args.batch is None):
        raise UsageError("要写一个对话文件，或者用 --batch 给一个文件", mend="例如 koushi score 对话.txt")
    if args.batch is not None and (args.html or args.pdf):
        raise UsageError(
            "--batch 不能和 --html、--pdf 一起用", mend="一批用 koushi prescreen --format html,pdf"
        )
    if args.no_cache:
        wiring.settings = wiring.settings.without_cache()
    with asyncio.Runner() as runner:
        try:
            if args.batch is not None:
                return _batch(args, wiring, runner)
            wanted = _wanted(args)
            judge = wiring.judge(args.judge)
            marker = replace(
                wiring.marker(judge, args.station, args.rubric), second=_second(args, judge, wiring)
            )
            transcript = _read(args.file)
            report = runner.run(marker.mark(transcript))
        finally:
            runner.run(wiring.aclose())
    if wanted:
        _keep(report, transcript, wanted, wiring)
    if args.json:
        say_json(report.as_json())
    else:
        say("\n".join(report_lines(report)))
    return 0


def _wanted(args: argparse.Namespace) -> list[Path]:
    """The files to write the report to; a name that does not fit is told before anything is marked."""
    from ui.reports.export import kind_of

    wanted = [Path(name) for name in (args.html, args.pdf) if name]
    for path, kind in ((args.html, ".html"), (args.pdf, ".pdf")):
        if path and kind_of(Path(path)) != kind:
            raise InputError(
                f"--{kind[1:]} 的文件名要用 {kind} 结尾", mend=f"例如 --{kind[1:]} 报告{kind}", file=path
            )
    return wanted


def _keep(report: Report, transcript: Transcript, wanted: list[Path], wiring: Wiring) -> None:
    from rubrics.sheets import Result
    from ui.i18n import texts
    from ui.reports.export import write
    from ui.reports.filling import report_view

    station = wiring.stations.get((report.station or "").partition("@")[0])
    view = report_view(
        Result(transcript.candidate or "", report.as_json()), transcript, texts("zh"), station=station
    )
    for path in wanted:
        write(view, path, texts("zh"))


def _second(args: argparse.Namespace, judge: Judge, wiring: Wiring) -> Judge | None:
    return wiring.judge(other_judge(judge.info.kind)) if args.second else None


def _read(name: str) -> Transcript:
    if name != "-":
        return read_transcript(Path(name))
    data = read_bytes("-", MAX_BYTES)
    kind = "json" if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") else "txt"
    return parse_transcript(data, f"标准输入.{kind}")


def _batch(args: argparse.Namespace, wiring: Wiring, runner: asyncio.Runner) -> int:
    judge = PatientJudge(wiring.judge(args.judge))
    second = _second(args, judge, wiring)

    def answer(fields: Mapping[str, Any]) -> dict[str, Any]:
        asked = field(fields, "judge", str, judge.info.kind)
        if asked != judge.info.kind:
            raise InputError("一批对话只能由同一个评分员评", mend=f"整批用 --judge {asked}")
        transcript = from_json(field(fields, "transcript", dict))
        station, rubric = (
            field(fields, "station", str, args.station),
            field(fields, "rubric", str, args.rubric),
        )
        marker = replace(wiring.marker(judge, station, rubric), second=second)
        return runner.run(marker.mark(transcript)).as_json()

    return batch(args.batch, answer)
