"""`koushi score`: marks one transcript, or every line of a batch, all by one judge."""

import argparse
import asyncio
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.reading import MAX_BYTES, from_json, parse_transcript, read_transcript
from bot.transcript import Transcript
from retrieval.errors import InputError, ProviderError, UsageError
from rubrics.loading import rubric_for
from rubrics.marking import mark
from rubrics.model import Rubric
from rubrics.ports import CriterionFailure, Judge, JudgeInfo, Verdicts
from rubrics.report import Report
from scenarios.station import Role, Station
from ui.commands.output import batch, field, read_bytes, say, say_json
from ui.commands.report import report_lines
from ui.wiring import Wiring


def run(args: argparse.Namespace, wiring: Wiring) -> int:
    """Mark one file, or a batch."""
    if (args.file is None) == (args.batch is None):
        raise UsageError("要写一个对话文件，或者用 --batch 给一个文件", mend="例如 koushi score 对话.txt")
    with asyncio.Runner() as runner:
        try:
            if args.batch is not None:
                return _batch(args, wiring, runner)
            report = runner.run(
                marked(wiring, _read(args.file), wiring.judge(args.judge), args.station, args.rubric)
            )
        finally:
            runner.run(wiring.aclose())
    if args.json:
        say_json(report.as_json())
    else:
        say("\n".join(report_lines(report)))
    return 0


def _read(name: str) -> Transcript:
    if name != "-":
        return read_transcript(Path(name))
    data = read_bytes("-", MAX_BYTES)
    kind = "json" if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") else "txt"
    return parse_transcript(data, f"标准输入.{kind}")


async def marked(
    wiring: Wiring,
    transcript: Transcript,
    judge: Judge,
    station: Station | str | None = None,
    rubric: str | None = None,
) -> Report:
    """One transcript's report.

    Args:
        station: instead of the one the transcript names, by id or as loaded.
        rubric: id instead of the transcript's, the station's or, when nobody names one, the customers'.
    """
    played = station if isinstance(station, Station) else _station(wiring, transcript, station)
    transcript = replace(transcript, station=played.id) if played else transcript
    scheme = _rubric(wiring, transcript, played, rubric)
    return await mark(transcript, station=played, rubric=scheme, judge=judge, recogniser=wiring.recogniser)


def _station(wiring: Wiring, transcript: Transcript, named: str | None) -> Station | None:
    name = named or transcript.station
    return wiring.station(name.partition("@")[0]) if name else None


def _rubric(wiring: Wiring, transcript: Transcript, station: Station | None, named: str | None) -> Rubric:
    name = named or transcript.rubric or (station.rubric if station else None)
    scheme = wiring.rubric(name) if name else rubric_for(Role.CUSTOMER)
    if scheme is None:
        raise InputError("不知道按哪份评分标准评", mend="用 --rubric 写明，koushi rubric list 查看全部")
    return scheme


class PatientJudge:
    """The judge of a batch: where its provider fails, that one talk is unscored and the batch goes on."""

    def __init__(self, judge: Judge) -> None:
        self._judge = judge

    @property
    def info(self) -> JudgeInfo:
        """The judge's own."""
        return self._judge.info

    async def judge(self, transcript: Transcript, station: Station | None, rubric: Rubric) -> Verdicts:
        """The judge's verdicts, or a failure for every criterion."""
        try:
            return await self._judge.judge(transcript, station, rubric)
        except ProviderError as error:
            failed = tuple(CriterionFailure(each.id, str(error)) for each in rubric.criteria)
            return Verdicts(self.info, failed)


def _batch(args: argparse.Namespace, wiring: Wiring, runner: asyncio.Runner) -> int:
    judge = PatientJudge(wiring.judge(args.judge))

    def answer(fields: Mapping[str, Any]) -> dict[str, Any]:
        asked = field(fields, "judge", str, judge.info.kind)
        if asked != judge.info.kind:
            raise InputError("一批对话只能由同一个评分员评", mend=f"整批用 --judge {asked}")
        transcript = from_json(field(fields, "transcript", dict))
        station, rubric = (
            field(fields, "station", str, args.station),
            field(fields, "rubric", str, args.rubric),
        )
        return runner.run(marked(wiring, transcript, judge, station, rubric)).as_json()

    return batch(args.batch, answer)
