"""What is compared: a talk with the machine's mark and examiners' marks, each blind or not."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Literal

from rubrics.ports import Quote
from rubrics.score import CriterionScore, RedLineHit, add_up, points_at

Effect = Literal["fail", "cap"]


@dataclass(frozen=True, slots=True)
class Crossed:
    """A red line that an examiner says was crossed, with what it does."""

    id: str
    title: str
    effect: Effect
    cap: int | None = None


@dataclass(frozen=True, slots=True)
class Machine:
    """A report, as far as agreement must know it."""

    rubric: str
    "`id@version`."
    rubric_hash: str
    judge: str
    "Kind, version and model: two judges are two machines."
    station: str | None
    titles: Mapping[str, str]
    "Of the criteria by id, in the rubric's order."
    bands: Mapping[str, int | None]
    total: float | None
    passed: bool | None
    cut: float
    referred: bool
    "It asks for a person to look."
    red: bool
    "A red line acts on its total."


@dataclass(frozen=True, slots=True)
class Mark:
    """One examiner's mark of one talk."""

    examiner: str
    blind: bool
    "Given without having seen the machine's mark."
    bands: Mapping[str, int]
    total: float | None
    passed: bool | None
    rating: int | None = None
    "Global rating 0–3, see `borderline.RATINGS`."
    red: bool = False
    "A red line acts on the total."


@dataclass(frozen=True, slots=True)
class Talk:
    """One talk under one machine's mark."""

    id: str
    "Hash of what was said: the same talk in two batches is one talk."
    name: str
    "Of its file."
    machine: Machine
    marks: tuple[Mark, ...] = ()
    candidate: str | None = None

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What makes two talks one: the same words marked by the same machine with the same rubric."""
        return (self.id, self.machine.rubric, self.machine.rubric_hash, self.machine.judge)


def machine_of(body: Mapping[str, Any]) -> Machine:
    """From a `koushi.report/1`."""
    made = body.get("provenance", {})
    judge = body["judge"]
    return Machine(
        rubric=body["rubric"],
        rubric_hash=made.get("rubric_hash", ""),
        judge=" ".join(filter(None, (judge["kind"], judge["version"], judge["model"]))),
        station=body["station"],
        titles={each["id"]: each["title"] for each in body["criteria"]},
        bands={each["id"]: each["band"] for each in body["criteria"]},
        total=body["total"],
        passed=body["passed"],
        cut=body["cut_score"],
        referred=bool(body["needs_review"]),
        red=any(each["effect"] in {"fail", "cap"} for each in body["red_lines"]),
    )


def talk_id(body: Mapping[str, Any]) -> str:
    """Hash of what was said in the talk of that report."""
    return str(body.get("provenance", {}).get("transcript_hash") or body["transcript"])


def total_of(
    body: Mapping[str, Any], bands: Mapping[str, int], crossed: Sequence[Crossed] = ()
) -> tuple[float | None, bool | None]:
    """(total, passed) of an examiner's own bands, added up as the judge's are; None below seven tenths."""
    weights = {each["id"]: each["weight"] for each in body["criteria"]}
    criteria = tuple(_score(name, weight, bands.get(name)) for name, weight in weights.items())
    hits = [RedLineHit(each.id, Quote(0, ""), each.effect, cap=each.cap) for each in crossed]
    made = add_up(weights, body["cut_score"], criteria, hits)
    return made.total, made.passed


def _score(name: str, weight: int, band: int | None) -> CriterionScore:
    if band is None:
        return CriterionScore(name, (), None, None, None)
    return CriterionScore(name, (), Fraction(band, 4), band, points_at(weight, band))


def merged(talks: Iterable[Talk]) -> tuple[Talk, ...]:
    """The same talks brought together. Of one examiner's blind marks the first counts, of others the last."""
    found: dict[tuple[str, str, str, str], Talk] = {}
    for each in talks:
        there = found.get(each.key)
        if there is None:
            found[each.key] = replace(each, marks=_one_each(each.marks))
            continue
        marks = _one_each((*there.marks, *each.marks))
        found[each.key] = replace(there, marks=marks, candidate=there.candidate or each.candidate)
    return tuple(found.values())


def _one_each(marks: Sequence[Mark]) -> tuple[Mark, ...]:
    kept: dict[tuple[str, bool], Mark] = {}
    for each in marks:
        key = (each.examiner, each.blind)
        if not (each.blind and key in kept):
            kept[key] = each
    return tuple(kept.values())
