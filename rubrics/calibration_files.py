"""Calibrations as kept: JSON under the data folder, a new version each time, none changed.

One is used only while the marks, the rubric and the judge it was made from are still the same.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from retrieval.errors import InputError
from rubrics.agreement.marks import Machine, Talk, machine_of, talk_id
from rubrics.calibration import Fit, Kind, fit, hash_of, points
from rubrics.provenance import digest

FORMAT = "koushi.calibration/1"
FOLDER = "calibration"


@dataclass(frozen=True, slots=True)
class Sources:
    """Where the marks came from besides the database."""

    sheet: str | None = None
    batch: str | None = None


@dataclass(frozen=True, slots=True)
class Calibration:
    """A fit with what it was made from."""

    version: int
    rubric: str
    rubric_hash: str
    judge: str
    marks_hash: str
    sources: Sources
    made_at: str
    "ISO 8601, with the offset."
    fit: Fit

    def as_json(self) -> dict[str, Any]:
        """What is written."""
        return {"format": FORMAT, **asdict(self)}

    def told(self) -> dict[str, Any]:
        """What `koushi agreement --json` says of it: all but the talks one by one."""
        made = self.as_json()
        made["fit"].pop("own")
        return {**made, "helps": self.fit.helps}


class _Fit(BaseModel):
    model_config = ConfigDict(extra="forbid")

    kind: Kind
    n: int
    knots: tuple[tuple[float, float], ...]
    mae: float
    rmse: float
    raw_mae: float
    raw_rmse: float
    own: dict[str, float]


class _Sources(BaseModel):
    model_config = ConfigDict(extra="forbid")

    sheet: str | None
    batch: str | None


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    format: str
    version: int
    rubric: str
    rubric_hash: str
    judge: str
    marks_hash: str
    sources: _Sources
    made_at: str
    fit: _Fit


Now = Callable[[Sources], Sequence[Talk]]
"All marks there are now, from those sources; may raise InputError."


class Calibrations:
    """The calibrations of a data folder, against the marks as they are now."""

    def __init__(self, home: Path, now: Now) -> None:
        self._folder, self._now = home / FOLDER, now
        self._talks: dict[Sources, Sequence[Talk] | str] = {}
        self._found: dict[tuple[str, str, str], tuple[Calibration | None, str]] = {}

    def make(self, talks: Sequence[Talk], sources: Sources, made_at: str) -> list[Calibration]:
        """Fits and keeps one for each rubric and judge that has enough blind marks.

        Raises:
            InputError: none has; the sentences of all of them.
        """
        made, refused = [], []
        for machine in _machines(talks):
            own = [talk for talk in talks if _key(talk.machine) == _key(machine)]
            given = points(own)
            try:
                fitted = fit(given)
            except InputError as error:
                refused.append(f"{machine.rubric}（{machine.judge}）：{error.what}")
                continue
            version = 1 + max((each.version for each in self._of(machine)), default=0)
            new = Calibration(version, *_key(machine), hash_of(given), sources, made_at, fitted)
            self._write(new)
            made.append(new)
        if not made:
            raise InputError("；".join(refused) or "还没有盲评的分，校准不了", mend="盲评够了再来")
        return made

    def current(self, machine: Machine) -> tuple[Calibration | None, str]:
        """The one in force for that rubric and judge, or None and why not (empty: there never was one)."""
        key = _key(machine)
        if key not in self._found:
            try:
                self._found[key] = self._current(machine)
            except InputError as error:  # a broken file must not keep anybody from the raw totals
                self._found[key] = None, str(error)
        return self._found[key]

    def beside(self, body: Mapping[str, Any]) -> tuple[float | None, str]:
        """(calibrated total, what to know of it) for a report; the report itself stays as it is."""
        machine = machine_of(body)
        found, why = self.current(machine)
        if found is None:
            return None, why
        if not found.fit.helps:
            return None, f"第 {found.version} 版校准在没学过的对话上不比原分准，不用它"
        if machine.total is None:
            return None, ""
        if machine.red:
            return None, "按红线定的总分，不校准"
        told = f"折外平均误差 {found.fit.mae:.1f} 分，原分 {found.fit.raw_mae:.1f} 分（{found.fit.n} 场）"
        return found.fit.value(talk_id(body), machine.total), told

    def any(self) -> bool:
        """Whether there ever was one."""
        return self._folder.is_dir() and any(self._folder.glob("*.json"))

    def _current(self, machine: Machine) -> tuple[Calibration | None, str]:
        mine = self._of(machine)
        if not mine:
            return None, self._changed(machine)
        newest = max(mine, key=lambda each: each.version)
        talks = self._marks(newest.sources)
        if isinstance(talks, str):
            return None, f"做校准用的评分表读不了了，不用它：{talks}"
        own = points([talk for talk in talks if _key(talk.machine) == _key(machine)])
        if hash_of(own) != newest.marks_hash:
            return (
                None,
                f"做第 {newest.version} 版校准以后考评员的分变了，不用它；koushi agreement --calibrate 重做",
            )
        return newest, ""

    def _changed(self, machine: Machine) -> str:
        """Why the calibrations there are of this rubric do not serve."""
        name = machine.rubric.partition("@")[0]
        others = [each for each in self._all() if each.rubric.partition("@")[0] == name]
        if any(each.rubric_hash == machine.rubric_hash for each in others):
            return "评分员换了版本，以前的校准不用；koushi agreement --calibrate 重做"
        return "评分标准改过了，以前的校准不用；koushi agreement --calibrate 重做" if others else ""

    def _marks(self, sources: Sources) -> Sequence[Talk] | str:
        if sources not in self._talks:
            try:
                self._talks[sources] = self._now(sources)
            except InputError as error:
                self._talks[sources] = error.what
        return self._talks[sources]

    def _of(self, machine: Machine) -> list[Calibration]:
        key = _key(machine)
        return [each for each in self._all() if (each.rubric, each.rubric_hash, each.judge) == key]

    def _all(self) -> list[Calibration]:
        return [_read(file) for file in sorted(self._folder.glob("*.json"))] if self._folder.is_dir() else []

    def _write(self, made: Calibration) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        short = digest([made.rubric_hash, made.judge])[:8]
        file = self._folder / f"{made.rubric}-{short}-{made.version:03d}.json"
        text = json.dumps(made.as_json(), ensure_ascii=False, indent=1)
        with file.open("x", encoding="utf-8") as out:
            out.write(text + "\n")


def _machines(talks: Sequence[Talk]) -> list[Machine]:
    return list({_key(talk.machine): talk.machine for talk in talks}.values())


def _key(machine: Machine) -> tuple[str, str, str]:
    return (machine.rubric, machine.rubric_hash, machine.judge)


def _read(file: Path) -> Calibration:
    try:
        read = _File.model_validate_json(file.read_bytes())
    except (OSError, ValidationError) as error:
        raise InputError(
            "校准文件读不了", mend="移走它，再 koushi agreement --calibrate", file=file
        ) from error
    made = read.model_dump(exclude={"format", "fit", "sources"})
    return Calibration(**made, sources=Sources(**read.sources.model_dump()), fit=Fit(**read.fit.model_dump()))
