"""The queue of a batch: by doubt, under a filter, with the marks that stand."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from rubrics.batch_store import BatchStore, Item, doubt
from rubrics.reviews import ReviewStore
from rubrics.standing import standing
from ui.i18n import Texts
from ui.review import showing
from ui.views.reviewing import QueueRow

SHOWS: Mapping[str, Callable[[QueueRow], bool]] = {
    "open": lambda row: not row.seen,
    "look": lambda row: row.review,
    "all": lambda _: True,
    "blind": lambda row: row.blind,
    "seen": lambda row: row.seen,
    "pass": lambda row: row.passed is True,
    "fail": lambda row: row.passed is False,
    "broken": lambda row: bool(row.broken),
}
"Filters by name; the first holds where none is named."


@dataclass(frozen=True, slots=True)
class Queue:
    """A batch as it stands."""

    items: tuple[Item, ...]
    "All of them, in the order they came."
    rows: Mapping[int, QueueRow]
    "All of them, by index."
    order: tuple[int, ...]
    "Those under the filter, by doubt; before them, as they came, those to be marked blind."
    hidden: frozenset[int] = frozenset()
    "Those to be marked blind: where they stand tells nothing of the machine's mark."

    def with_(self, index: int) -> tuple[int, ...]:
        """The order with this one in its place, whether or not the filter has it."""
        mine = {*self.order, index}
        return tuple(each.index for each in _sorted(self.items, self.hidden) if each.index in mine)


def known(show: str) -> str:
    """That filter, or the first when there is none of that name."""
    return show if show in SHOWS else next(iter(SHOWS))


def _sorted(items: Sequence[Item], hidden: frozenset[int]) -> list[Item]:
    return [*(each for each in items if each.index in hidden),
            *sorted((each for each in items if each.index not in hidden), key=doubt)]  # fmt: skip


def queue(
    batches: BatchStore,
    reviews: ReviewStore,
    batch_id: str,
    show: str,
    t: Texts,
    hidden: frozenset[int] = frozenset(),
) -> Queue:
    """The batch's queue now. Of untouched reports only what the queue shows is read.

    Args:
        hidden: the files whose machine marks are withheld.
    """
    items, changes, seen = batches.items(batch_id), reviews.changes(batch_id), reviews.seen(batch_id)
    bodies = batches.bodies(batch_id, list(changes)) if changes else {}
    rows = {}
    for each in items:
        if each.index in hidden:
            waiting = each.summary is not None
            rows[each.index] = QueueRow(each.index, each.name, None, None, marked=waiting, blind=True)
            continue
        stands = showing.untouched(each.summary) if each.summary is not None else None
        if each.index in bodies:
            stands = standing(bodies[each.index], changes[each.index])
        rows[each.index] = showing.row(each, stands, each.index in seen, t)
    kept = SHOWS[known(show)]
    order = (each.index for each in _sorted(items, hidden) if kept(rows[each.index]))
    return Queue(items, rows, tuple(order), hidden)
