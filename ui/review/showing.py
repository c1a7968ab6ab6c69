"""From transcripts, reports and decisions to what 阅卷 shows."""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from bot.transcript import Transcript, Turn
from rubrics.batch_store import Item
from rubrics.sheets import Result, changes, when
from rubrics.standing import RED, Standing
from ui.i18n import Texts
from ui.views.reviewing import (
    ChangeRow,
    CheckRow,
    CriterionCard,
    MarkedView,
    Piece,
    QueueRow,
    RedCard,
    Said,
)


def marked(result: Result, transcript: Transcript, title: str = "") -> MarkedView:
    """A marked talk; `title` is its station's."""
    body, final = result.body, result.final
    assert body is not None
    seen = f"{result.seen[0]} {when(result.seen[1])}" if result.seen else ""
    return MarkedView(
        name=result.name,
        title=title,
        total=final.total,
        machine_total=body["total"],
        passed=final.passed,
        cut=body["cut_score"],
        verdict=body["verdict"] if final.total == body["total"] and not final.changes else final.reason or "",
        reasons=tuple(body["review_reasons"]),
        flags=tuple(body["flags"]),
        said=tuple(said(turn, body) for turn in transcript.turns),
        criteria=tuple(_card(each, final) for each in body["criteria"]),
        red_lines=tuple(_red(each, final) for each in body["red_lines"]),
        provenance=tuple(_provenance(body)),
        changes=change_rows(result),
        seen=seen,
    )


def change_rows(result: Result) -> tuple[ChangeRow, ...]:
    """The decisions in words, in the order in which they were made."""
    return tuple(ChangeRow(*map(_text, row[1:])) for row in changes(result))


def untouched(summary: Mapping[str, Any]) -> Standing:
    """What stands of a report nobody changed, as far as a queue must know it."""
    return Standing({}, {}, {}, summary["total"], summary["passed"], summary["reason"])


def row(item: Item, stands: Standing | None, seen: bool, t: Texts) -> QueueRow:
    """One line of a queue."""
    of = item.summary
    if of is None or stands is None:
        return QueueRow(item.index, item.name, None, None, broken=why(item), seen=seen)
    return QueueRow(
        item.index,
        item.name,
        stands.total,
        stands.passed,
        review=of["needs_review"],
        reasons=tuple(of["review_reasons"]),
        flags=tuple(t(f"review.flag_{flag.partition(':')[0]}") for flag in of["flags"]),
        changed=len(stands.changes),
        seen=seen,
        marked=True,
    )


def why(item: Item) -> str:
    """Why there is no report, without the file's name, which stands beside it."""
    told = (item.error or "").removeprefix(item.name)
    line, _, rest = told.partition("：")
    return f"第 {line[1:]} 行：{rest}" if line[:1] == ":" and line[1:].isdigit() else told.removeprefix("：")


def plain(said_: Mapping[str, Any] | None) -> tuple[Said, ...]:
    """A talk without a mark."""
    turns = said_["turns"] if said_ else ()
    return tuple(Said(n, turn["role"] == "candidate", (Piece(turn["text"]),)) for n, turn in enumerate(turns))


def figure(total: float | None) -> str:
    """A total as it is read out."""
    return "—" if total is None else f"{total:g}"


def _text(value: Any) -> str:
    return "—" if value is None else str(value)


def said(turn: Turn, body: Mapping[str, Any]) -> Said:
    """One utterance, cut where evidence begins and ends."""
    spans = list(_spans(turn, body))
    cuts = sorted({0, len(turn.text), *(at for start, end, _ in spans for at in (start, end))})
    pieces = [
        Piece(
            turn.text[start:end],
            tuple(dict.fromkeys(name for a, b, name in spans if a <= start and end <= b)),
        )
        for start, end in pairwise(cuts)
    ]
    heard = turn.heard if turn.heard and turn.heard != turn.text else ""
    return Said(turn.index, turn.role == "candidate", tuple(pieces), heard)


def _spans(turn: Turn, body: Mapping[str, Any]) -> Iterator[tuple[int, int, str]]:
    """(start, end, id of criterion or red line) of every quote from this utterance."""
    quotes = [(e, c["id"]) for c in body["criteria"] for e in c["evidence"]]
    quotes += [(each, RED + each["id"]) for each in body["red_lines"]]
    for quote, name in quotes:
        at = turn.text.find(quote["quote"]) if quote["turn"] == turn.index else -1
        if at >= 0:
            yield at, at + len(quote["quote"]), name


def _card(of: Mapping[str, Any], final: Standing) -> CriterionCard:
    return CriterionCard(
        id=of["id"],
        title=of["title"],
        weight=of["weight"],
        band=final.bands[of["id"]],
        machine=of["band"],
        points=final.points[of["id"]],
        rationale=of["rationale"],
        anchors=tuple(of["anchors"]),
        checks=tuple(
            CheckRow(c["text"], c["verdict"], tuple((e["turn"], e["quote"]) for e in c["evidence"]))
            for c in of["checks"]
        ),
        standard=tuple((item["code"], item["text"]) for item in of["items"]),
    )


def _red(hit: Mapping[str, Any], final: Standing) -> RedCard:
    title = hit.get("title") or hit["id"]
    mine = [each.after for each in final.changes if each.criterion == RED + hit["id"]]
    decided = mine[-1] if mine else None
    return RedCard(hit["id"], title, hit["turn"], hit["quote"], final.red[hit["id"]], decided)


def _provenance(body: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    judge = body["judge"]
    yield "对话", body["transcript"]
    yield "题目", body["station"] or "—"
    yield "评分标准", body["rubric"]
    yield "评分员", " ".join(filter(None, (judge["kind"], judge["version"], judge["model"])))
    for name, value in body["provenance"].items():
        if name.endswith("hash"):
            yield name, value
