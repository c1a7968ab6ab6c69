"""The mark that stands: a report with what examiners changed in it. `score.py` adds up, as for the judge."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from rubrics.ports import Quote
from rubrics.score import CriterionScore, RedLineHit, Score, add_up, points_at

RED = "red:"
"Before a red line's id where a change names one; then 1 upholds it and 0 dismisses it."


@dataclass(frozen=True, slots=True)
class Change:
    """One decision of an examiner. Appended, never changed."""

    criterion: str
    "Id of a criterion, or `red:` and the id of a red line."
    before: int | None
    "The band that stood, 0–4; None when it had none."
    after: int
    reason: str
    who: str
    at: float
    "Seconds since 1970."


@dataclass(frozen=True, slots=True)
class Standing:
    """A mark as it stands now."""

    bands: Mapping[str, int | None]
    points: Mapping[str, float | None]
    red: Mapping[str, str]
    "Of each red line: `fail`, `cap`, `review` or `dismissed`."
    total: float | None
    passed: bool | None
    reason: str | None
    changes: tuple[Change, ...] = ()


def standing(body: Mapping[str, Any], changes: Sequence[Change] = ()) -> Standing:
    """The mark that stands: of each criterion the newest band.

    Args:
        body: a `koushi.report/1`.
        changes: in the order in which they were made.
    """
    newest = {each.criterion: each.after for each in changes}
    criteria = tuple(_criterion(each, newest) for each in body["criteria"])
    red = {each["id"]: _effect(each, newest) for each in body["red_lines"]}
    made = _score(body, criteria, red) if newest else None
    return Standing(
        bands={each.id: each.band for each in criteria},
        points={each.id: None if each.points is None else float(each.points) for each in criteria},
        red=red,
        total=made.total if made else body["total"],
        passed=made.passed if made else body["passed"],
        reason=made.reason if made else body["reason"],
        changes=tuple(changes),
    )


def _criterion(of: Mapping[str, Any], newest: Mapping[str, int]) -> CriterionScore:
    band = newest.get(of["id"], of["band"])
    if band is None:
        return CriterionScore(of["id"], (), None, None, None, of["rationale"])
    return CriterionScore(of["id"], (), Fraction(band, 4), band, points_at(of["weight"], band))


def _effect(hit: Mapping[str, Any], newest: Mapping[str, int]) -> str:
    decided = newest.get(RED + hit["id"])
    if decided is None:
        return str(hit["effect"])
    return str(hit["upheld"]) if decided else "dismissed"


def _score(body: Mapping[str, Any], criteria: tuple[CriterionScore, ...], red: Mapping[str, str]) -> Score:
    weights = {each["id"]: each["weight"] for each in body["criteria"]}
    hits = [
        RedLineHit(each["id"], Quote(each["turn"], each["quote"]), red[each["id"]], cap=each["cap"])  # type: ignore[arg-type]
        for each in body["red_lines"]
        if red[each["id"]] in {"fail", "cap"}
    ]
    return add_up(weights, body["cut_score"], criteria, hits)
