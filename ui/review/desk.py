"""What each part of 阅卷 does. Nothing is remembered here: every page is read from the database."""

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from markupsafe import Markup

from bot.reading import from_json
from retrieval.errors import InputError
from rubrics.batch_store import BatchStore, Item
from rubrics.blind import BlindStore
from rubrics.reviews import ReviewStore, result
from rubrics.sheets import Result, when
from rubrics.standing import Change
from ui.door import read
from ui.i18n import Texts
from ui.reports.filling import change_rows, report_view
from ui.review import blinding, showing, taking
from ui.review.blinding import Blinding
from ui.review.events import BatchEvent, BlindEvent, ChangeEvent, ItemEvent, RateEvent
from ui.review.queue import SHOWS, Queue, known, queue
from ui.review.running import Running
from ui.views import reviewing
from ui.views.reviewing import BatchRow, BatchView, HomeView, ItemView

if TYPE_CHECKING:
    from ui.wiring import Wiring


MOST_ROWS = 500
"Rows of a queue on one page; who clears it from the top sees the rest come up."


class Desk:
    """The examiner's desk over the parts; one for all people, holds no batch."""

    def __init__(self, wiring: "Wiring", running: Running) -> None:
        self._wiring, self._running = wiring, running

    @property
    def _batches(self) -> BatchStore:
        return BatchStore(self._wiring.engine)

    @property
    def _reviews(self) -> ReviewStore:
        return ReviewStore(self._wiring.engine)

    @property
    def _blind(self) -> Blinding:
        return Blinding(BlindStore(self._wiring.engine), taking.WHO)

    # -- where an address leads -------------------------------------------------------------------

    def open(self, query: Mapping[str, str], t: Texts) -> Markup:
        """The page of an address: `batch` with its queue under a filter `show`, `item` in it, or neither."""
        batch_id, item, show = query.get("batch", ""), query.get("item", ""), query.get("show", "")
        try:
            if batch_id and item.isdecimal() and len(item) < 8:
                return self._item(batch_id, int(item), show, t)
            if batch_id:
                return self._batch(batch_id, show, t)
        except InputError as error:
            return self._home(t, str(error))
        return self._home(t)

    def act(self, event: Mapping[str, Any], t: Texts) -> Markup:
        """What a click or a key asks for; what nobody knows leads home."""
        acts: dict[str, Callable[[], Markup]] = {
            "open": lambda: self.open(_query(str(event.get("query", ""))), t),
            "cancel": lambda: self._stop(read(event, BatchEvent), t, stop=True),
            "go_on": lambda: self._stop(read(event, BatchEvent), t, stop=False),
            "change": lambda: self._change(read(event, ChangeEvent), t),
            "seen": lambda: self._saw(read(event, ItemEvent), t),
            "blind": lambda: self._give(read(event, BlindEvent), t),
            "rate": lambda: self._rate(read(event, RateEvent), t),
            "adopt": lambda: self._adopt(read(event, ItemEvent), t),
            "sample": lambda: self._sample(t),
        }
        return acts.get(str(event.get("action")), lambda: self._home(t))()

    # -- batches ------------------------------------------------------------------------------------

    def _home(self, t: Texts, notice: str = "") -> Markup:
        from rubrics.loading import library

        rows = []
        for each in self._batches.recent():
            name, files, done, seen = self._batches.overview(each.id)
            if files:
                rows.append(BatchRow(each.id, name, files, when(each.created_at), files - done, files - seen))
        stations = sorted(self._wiring.stations.values(), key=lambda s: (-s.level, s.title))
        view = HomeView(
            batches=tuple(rows),
            stations=tuple((each.id, each.title) for each in stations),
            rubrics=tuple((each.id, each.title) for each in library().values()),
            notice=notice,
        )
        return reviewing.home(view, t)

    def _sample(self, t: Texts) -> Markup:
        batch_id = taking.begin(self._wiring, None, None)
        self._batches.add(batch_id, list(taking.sample(self._wiring)), time.time())
        return self._batch(batch_id, "", t)

    def _stop(self, event: BatchEvent, t: Texts, *, stop: bool) -> Markup:
        self._batches.get(event.batch)
        self._batches.stop(event.batch, time.time(), stop=stop)
        return self._batch(event.batch, event.show, t)

    def _queue(self, batch_id: str, show: str, t: Texts) -> Queue:
        return queue(self._batches, self._reviews, batch_id, show, t, self._blind.hidden(batch_id))

    def _batch(self, batch_id: str, show: str, t: Texts) -> Markup:
        head = self._batches.get(batch_id)
        marking = self._running.ensure(batch_id)
        found = self._queue(batch_id, show, t)
        # of those to be marked blind not even whether there is a total
        totals = [
            0.0 if each.index in found.hidden else each.summary["total"]
            for each in found.items
            if each.summary is not None
        ]
        view = BatchView(
            id=batch_id,
            name=found.items[0].name if found.items else "",
            when=when(head.created_at),
            show=known(show),
            shows=tuple(SHOWS),
            all=len(found.items),
            done=sum(each.done for each in found.items),
            scored=sum(total is not None for total in totals),
            unscored=sum(total is None for total in totals),
            failed=sum(each.error is not None for each in found.items),
            marking=marking,
            rows=tuple(found.rows[index] for index in found.order[:MOST_ROWS]),
            more=max(0, len(found.order) - MOST_ROWS),
        )
        return reviewing.batch(view, t)

    # -- one talk -----------------------------------------------------------------------------------

    def _item(self, batch_id: str, index: int, show: str, t: Texts, **told: str) -> Markup:
        said = self._batches.transcript(batch_id, index)
        self._running.ensure(batch_id)
        found = self._queue(batch_id, show, t)
        order, kept = found.with_(index), self._result(batch_id, found.items[index])
        at, marked, where = order.index(index), None, (batch_id, index)
        hidden = index in found.hidden
        if not hidden and kept.body is not None and said is not None:
            marked = report_view(kept, from_json(said), t, station=taking.station_of(self._wiring, kept.body))
        view = ItemView(
            batch=batch_id,
            item=index,
            show=known(show),
            name=kept.name,
            error=showing.why(found.items[index]),
            blind=blinding.form(kept.body) if hidden else None,
            compared=None if hidden else self._blind.compared(where, kept),
            rating=None if hidden else self._blind.rating(where),
            marked=marked,
            said=marked.said if marked else showing.plain(said),
            place=at + 1,
            all=len(order),
            previous=order[at - 1] if at else None,
            next=order[at + 1] if at + 1 < len(order) else None,
            **told,
        )
        return reviewing.item(view, t)

    def _result(self, batch_id: str, item: Item) -> Result:
        return result(self._batches, self._reviews, batch_id, item)

    def _change(self, event: ChangeEvent, t: Texts) -> Markup:
        self._blind.check((event.batch, event.item))
        made = Change(event.criterion, event.before, event.after, event.reason, taking.WHO, time.time())
        told = {"focus": event.criterion}
        try:
            self._reviews.change((event.batch, event.item), made)
        except InputError as error:
            told["notice"] = f"{error.what}。{error.mend}。"
        else:
            told["changed"] = self._told(event, t)
        return self._item(event.batch, event.item, event.show, t, **told)

    def _told(self, event: ChangeEvent, t: Texts) -> str:
        """What the change did, in a sentence."""
        kept = self._result(event.batch, self._batches.items(event.batch)[event.item])
        *_, row = change_rows(kept)
        total = showing.figure(kept.final.total)
        return t("review.changed", about=row.about, before=row.before, after=row.after, total=total)

    # -- blind marks --------------------------------------------------------------------------------

    def _give(self, event: BlindEvent, t: Texts) -> Markup:
        where, told = (event.batch, event.item), {}
        try:
            self._blind.give(event, self._batches.bodies(event.batch, [event.item]).get(event.item))
        except InputError as error:
            told["notice"] = f"{error.what}。{error.mend}。"
        else:
            kept = self._result(event.batch, self._batches.items(event.batch)[event.item])
            compared = self._blind.compared(where, kept)
            told["changed"] = blinding.told(compared, t) if compared else ""
        return self._item(event.batch, event.item, event.show, t, **told)

    def _rate(self, event: RateEvent, t: Texts) -> Markup:
        self._blind.rate(event)
        return self._item(event.batch, event.item, event.show, t)

    def _adopt(self, event: ItemEvent, t: Texts) -> Markup:
        where, told = (event.batch, event.item), {}
        self._blind.check(where)
        kept = self._result(event.batch, self._batches.items(event.batch)[event.item])
        try:
            count = self._blind.adopt(where, kept.final, self._reviews)
        except InputError as error:
            told["notice"] = f"{error.what}。{error.mend}。"
        else:
            told["changed"] = t("review.blind_adopted", n=count)
        return self._item(event.batch, event.item, event.show, t, **told)

    def _saw(self, event: ItemEvent, t: Texts) -> Markup:
        """Looked at: on to the next one, or back to the queue when there is none."""
        self._batches.transcript(event.batch, event.item)
        self._blind.check((event.batch, event.item))
        order = self._queue(event.batch, event.show, t).with_(event.item)
        self._reviews.saw((event.batch, event.item), taking.WHO, time.time())
        at = order.index(event.item)
        if at + 1 < len(order):
            return self._item(event.batch, order[at + 1], event.show, t)
        return self._batch(event.batch, event.show, t)


def _query(text: str) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(text.lstrip("?")).items()}
