"""Who marks the talks of a batch: one judge for all of them, and what decides by which rubric."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any

from bot.ports import Recogniser
from bot.transcript import Transcript
from retrieval.errors import InputError, ProviderError
from rubrics.evidence import recognised
from rubrics.loading import find_rubric, rubric_for
from rubrics.marking import mark
from rubrics.model import Rubric
from rubrics.ports import CriterionFailure, Judge, JudgeInfo, Verdicts
from rubrics.provenance import provenance
from rubrics.report import Report
from scenarios.station import Role, Station


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


@dataclass(frozen=True, slots=True)
class Marker:
    """Marks talks one by one with the same judge."""

    judge: Judge
    recogniser: Recogniser
    find_station: Callable[[str], Station]
    "By id; raises InputError."
    station: str | Station | None = None
    "Instead of the one a transcript names, by id or as loaded."
    rubric: str | None = None
    "Id instead of the transcript's, the station's or, when nobody names one, the customers'."
    second: Judge | None = None
    "Asked for its opinion besides."
    finish: Callable[[], Awaitable[None]] | None = None
    "Lets go of what the judge holds open; whoever marks a batch calls it in its loop, at the end."

    _rubrics: dict[str, Rubric] = field(default_factory=dict, init=False, compare=False, repr=False)
    _stations: dict[str, Station] = field(default_factory=dict, init=False, compare=False, repr=False)
    "By name, each read once: a batch is marked by rubric and station as they were at its beginning."

    async def mark(self, transcript: Transcript) -> Report:
        """One talk's report.

        Raises:
            InputError: its station or its rubric is not there.
            ProviderError: see `rubrics.marking.mark`; not with a `PatientJudge`.
        """
        transcript, station, rubric = self._by(transcript)
        return await mark(
            transcript,
            station=station,
            rubric=rubric,
            judge=self.judge,
            recogniser=self.recogniser,
            second=self.second,
        )

    async def recognised(self, transcript: Transcript) -> Transcript:
        """The talk with its behaviours in it, as `mark` would find them.

        Raises:
            InputError: its station or its rubric is not there.
        """
        transcript, station, rubric = self._by(transcript)
        return await recognised(transcript, station, rubric.applies_to[0], self.recogniser)

    def made_by(self, transcript: Transcript) -> dict[str, Any]:
        """What a report on this talk would be made with now; one made with the same says the same.

        Raises:
            InputError: its station or its rubric is not there.
        """
        transcript, station, rubric = self._by(transcript)
        made = dict(provenance(transcript, station, rubric, self.recogniser.version, None))
        second = self.second and self.second.info.as_json()
        return {**made, "judge": self.judge.info.as_json(), "second": second}

    def _by(self, transcript: Transcript) -> tuple[Transcript, Station | None, Rubric]:
        station = self._station(transcript)
        transcript = replace(transcript, station=station.id) if station else transcript
        name = self.rubric or transcript.rubric or (station.rubric if station else None)
        rubric = self._find_rubric(name) if name else rubric_for(Role.CUSTOMER)
        if rubric is None:
            raise InputError("不知道按哪份评分标准评", mend="用 --rubric 写明，koushi rubric list 查看全部")
        return transcript, station, rubric

    def _find_rubric(self, name: str) -> Rubric:
        if name not in self._rubrics:
            self._rubrics[name] = find_rubric(name)
        return self._rubrics[name]

    def _station(self, transcript: Transcript) -> Station | None:
        if isinstance(self.station, Station):
            return self.station
        name = self.station or transcript.station
        if not name:
            return None
        called = name.partition("@")[0]
        if called not in self._stations:
            self._stations[called] = self.find_station(called)
        return self._stations[called]
