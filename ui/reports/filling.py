"""From a report, its transcript and what examiners decided to the one view of them all."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from types import MappingProxyType
from typing import Any

from bot.transcript import Transcript, Turn
from retrieval import standard
from retrieval.errors import InputError
from rubrics.sheets import Result, changes, when
from rubrics.standing import RED, Standing
from scenarios.station import Station
from ui.i18n import Texts
from ui.views.radar import Share
from ui.views.report_view import ChangeRow, CheckRow, CriterionView, Moment, Piece, RedLine, ReportView, Said
from ui.views.tension import Course

TOP = 4
"The highest band."
WHOLE = 120
"Characters from which the whole of a one-turn answer is no quote any more."
_HEAD = re.compile(r"^[\d.]+ 分，(?:未通过|通过)[。：，]")
"The total and the outcome stand in large letters beside the sentence already."


def report_view(
    result: Result,
    transcript: Transcript,
    t: Texts,
    *,
    station: Station | None = None,
    course: Course | None = None,
    reasons: Mapping[int, tuple[str, ...]] = MappingProxyType({}),
    made_at: float | None = None,
) -> ReportView:
    """A marked talk.

    Args:
        result: the report with the mark that stands; `body` must be there.
        station: what was talked in, where it is known.
        course: how the counterpart's tension went, where a director led the talk.
        reasons: of what came of a turn, by its index.
        made_at: when it was marked, seconds since 1970.
    """
    body, final = result.body, result.final
    assert body is not None
    shares = functions(body, final)
    criteria = tuple(_criterion(each, final) for each in body["criteria"])
    moved = dict(zip((p.turn for p in course.points), course.changes, strict=True)) if course else {}
    return ReportView(
        name=result.name,
        title=station.title if station else body["station"] or "",
        about=about(station, t) if station else "",
        total=final.total,
        machine_total=body["total"],
        passed=final.passed,
        cut=body["cut_score"],
        verdict=_verdict(body, final, t),
        reasons=tuple(body.get("review_reasons", ())),
        needs_review=body["needs_review"],
        flags=tuple(body["flags"]),
        moments=tuple(_moments(body, final, transcript)),
        said=tuple(
            _said(turn, body, moved.get(turn.index), reasons.get(turn.index, ())) for turn in transcript.turns
        ),
        criteria=criteria,
        shares=tuple(share for share, _ in shares) if len(shares) > 1 else (),
        radar=len(shares) > 2 and len({ids for _, ids in shares}) == len(shares),
        red_lines=tuple(_red(each, final) for each in body["red_lines"]),
        course=course,
        provenance=tuple(_provenance(body, t)),
        confidence=body["confidence"],
        standard_error=body.get("standard_error"),
        changes=change_rows(result),
        seen=f"{result.seen[0]} {when(result.seen[1])}" if result.seen else "",
        made_at=made_at,
    )


def about(station: Station, t: Texts) -> str:
    """Level, counterpart, trade and minutes in one line."""
    return " · ".join((
        t(f"level.{station.level}"),
        t(f"role.{station.role}"),
        station.trade,
        t("minutes", n=station.minutes),
    ))


def change_rows(result: Result) -> tuple[ChangeRow, ...]:
    """The decisions in words, in the order in which they were made."""
    return tuple(
        ChangeRow(*("—" if value is None else str(value) for value in row[1:])) for row in changes(result)
    )


def _verdict(body: Mapping[str, Any], final: Standing, t: Texts) -> str:
    if final.total is None:
        return final.reason or ""
    if final.changes:
        machine = "—" if body["total"] is None else f"{body['total']:g}"
        return t("report.changed", n=len(final.changes), who=final.changes[-1].who, machine=machine)
    return _HEAD.sub("", body.get("verdict", ""))


# -- what was said ------------------------------------------------------------------------------------


def _said(turn: Turn, body: Mapping[str, Any], change: int | None, reasons: tuple[str, ...]) -> Said:
    """One utterance, cut where evidence begins and ends."""
    spans = list(_spans(turn, body))
    cuts = sorted({0, len(turn.text), *(at for start, end, _ in spans for at in (start, end))})
    pieces = (
        Piece(
            turn.text[start:end],
            tuple(dict.fromkeys(name for a, b, name in spans if a <= start and end <= b)),
        )
        for start, end in pairwise(cuts)
    )
    heard = turn.heard if turn.heard and turn.heard != turn.text else ""
    return Said(turn.index, turn.role == "candidate", tuple(pieces), heard, change, reasons)


def _spans(turn: Turn, body: Mapping[str, Any]) -> Iterator[tuple[int, int, str]]:
    """(start, end, id of criterion or red line) of every quote from this utterance."""
    quotes = [(e, c["id"]) for c in body["criteria"] for e in c["evidence"]]
    quotes += [(each, RED + each["id"]) for each in body["red_lines"]]
    for quote, name in quotes:
        at = turn.text.find(quote["quote"]) if quote["turn"] == turn.index else -1
        if at >= 0:
            yield at, at + len(quote["quote"]), name


def _moments(body: Mapping[str, Any], final: Standing, transcript: Transcript) -> Iterator[Moment]:
    """The costliest, without those that an examiner has made good."""
    criteria = {each["id"]: each for each in body["criteria"]}
    said = list(transcript.candidate_turns())
    for each in body.get("costliest", ()):
        of = criteria[each["criterion"]]
        if final.bands[of["id"]] == TOP:
            continue
        whole = len(said) == 1 and len(each["you_said"]) > WHOLE and each["you_said"] == said[0].text
        yield Moment(
            title=of["title"],
            missed=each["missed"],
            lost=each["lost"],
            turn=each["turn"],
            said="" if whole else each["you_said"],
            better=each["better"],
            question=f"{of['standard'][0]} 怎么做" if of["standard"] else each["missed"],
        )


# -- how it was marked --------------------------------------------------------------------------------


def _criterion(of: Mapping[str, Any], final: Standing) -> CriterionView:
    points = final.points[of["id"]]
    return CriterionView(
        id=of["id"],
        title=of["title"],
        weight=of["weight"],
        outcome="scored" if points is not None else of["outcome"],
        band=final.bands[of["id"]],
        machine=of["band"],
        points=points,
        rationale=of["rationale"],
        advice=of["advice"],
        anchors=tuple(of.get("anchors", ())),
        checks=tuple(CheckRow(c.get("text", c["id"]), c["verdict"], _quotes(c)) for c in of["checks"]),
        standard=tuple((item["code"], item["text"]) for item in of.get("items", ())),
    )


def _quotes(check: Mapping[str, Any]) -> tuple[tuple[int, str], ...]:
    """(turn, words); reports of early versions have none beside their checks."""
    return tuple((each["turn"], each["quote"]) for each in check.get("evidence", ()))


def _red(hit: Mapping[str, Any], final: Standing) -> RedLine:
    title = hit.get("title") or hit["id"]
    mine = [each.after for each in final.changes if each.criterion == RED + hit["id"]]
    decided = mine[-1] if mine else None
    return RedLine(hit["id"], title, hit["turn"], hit["quote"], final.red[hit["id"]], decided)


def functions(body: Mapping[str, Any], final: Standing) -> list[tuple[Share, frozenset[str]]]:
    """What was reached of each function of the standard, with the criteria its marks come from.

    The points of a criterion are shared out evenly over the items of the standard that it is tied to.
    """
    had: dict[str, float] = defaultdict(float)
    could: dict[str, float] = defaultdict(float)
    ids: dict[str, set[str]] = defaultdict(set)
    for each in body["criteria"]:
        points = final.points[each["id"]]
        if points is None or not each["weight"]:
            continue
        for code in each["standard"]:
            function = ".".join(code.split(".")[:2])
            had[function] += points / len(each["standard"])
            could[function] += each["weight"] / len(each["standard"])
            ids[function].add(each["id"])
    return [
        (Share(_function(code), had[code] / could[code], could[code]), frozenset(ids[code]))
        for code in sorted(could)
    ]


def _function(code: str) -> str:
    try:
        return str(getattr(standard.find(code), "name", code))
    except InputError:
        return code


def _provenance(body: Mapping[str, Any], t: Texts) -> Sequence[tuple[str, str]]:
    judge = body["judge"]
    who = " ".join(filter(None, (t(f"report.judge_{judge['kind']}"), judge["version"], judge["model"])))
    error = body.get("standard_error")
    first = (
        (t("report.transcript_id"), body["transcript"]),
        (t("report.judge"), who),
        (t("report.confidence"), f"{body['confidence']:.2f}"),
        (t("report.error"), "—" if error is None else f"{error:.1f}"),
        (t("report.flags"), "、".join(body["flags"]) or "—"),
    )
    return (*first, *((name, str(value)) for name, value in body.get("provenance", {}).items()))
