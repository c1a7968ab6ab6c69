"""From batches and decisions to the queue of 阅卷; a single talk is filled by `ui/reports/filling.py`."""

from collections.abc import Mapping
from typing import Any

from rubrics.batch_store import Item
from rubrics.standing import Standing
from ui.i18n import Texts
from ui.views.report_view import Piece, Said
from ui.views.reviewing import QueueRow


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
