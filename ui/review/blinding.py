"""The blind tenth on the page: the form without the machine's marks, and the two beside each other after."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from fastapi import HTTPException, Request

from retrieval.errors import InputError
from rubrics.agreement.borderline import RATINGS
from rubrics.agreement.marks import total_of
from rubrics.blind import BlindMark, BlindStore, Rating, red_lines_of
from rubrics.reviews import ReviewStore, Where
from rubrics.sheets import Result, Value, when
from rubrics.standing import Change, Standing
from ui.i18n import Texts
from ui.review.events import BlindEvent, RateEvent
from ui.views.blinding import BlindForm, BlindRow, Compared, Criterion

if TYPE_CHECKING:
    from ui.wiring import Wiring

ADOPTED = "按盲评时定的档次"
"The reason of a change that takes over a blind band."
TOLD = "待盲评"
COLUMNS = (("文件", 34), ("考评员", 12), ("评分项", 24), ("盲评档次", 9), ("机评档次", 9), ("总体评价", 10),
           ("时间", 18))  # fmt: skip


class Blinding:
    """What one examiner may not see yet, and what he gave."""

    def __init__(self, store: BlindStore, who: str) -> None:
        self._store, self.who = store, who

    def hidden(self, batch_id: str) -> frozenset[int]:
        """The files whose machine marks are withheld."""
        return self._store.hidden(batch_id, self.who)

    def check(self, where: Where) -> None:
        """Nothing may be done with the machine's mark while it is withheld.

        Raises:
            InputError: it is.
        """
        if where[1] in self.hidden(where[0]):
            raise InputError("这一份要先盲评", mend="各项定了档，机评就显示出来")

    def give(self, event: BlindEvent, body: Mapping[str, Any] | None) -> None:
        """Keep the blind mark.

        Raises:
            InputError: see `BlindStore.give`.
        """
        known = red_lines_of(body) if body else ()
        crossed = tuple(each for each in known if each.id in event.crossed)
        if len(crossed) != len(set(event.crossed)):
            raise InputError("没有这条红线", mend="刷新页面再试")
        given = BlindMark(event.bands, crossed, event.rating, self.who, time.time())
        self._store.give((event.batch, event.item), given)

    def rate(self, event: RateEvent) -> None:
        """Keep a global rating given beside the machine's mark.

        Raises:
            InputError: see `BlindStore.rate`; or the mark is still withheld.
        """
        self.check((event.batch, event.item))
        self._store.rate((event.batch, event.item), Rating(event.rating, self.who, time.time()))

    def rating(self, where: Where) -> int | None:
        """The global rating that stands: the newest, else the one given blind."""
        found = self._store.ratings(where[0]).get(where[1])
        mine = self._mine(where)
        return found.rating if found else mine.rating if mine else None

    def adopt(self, where: Where, stands: Standing, reviews: ReviewStore) -> int:
        """Make his blind bands the ones that stand, each a change like any other; how many there were.

        Raises:
            InputError: there is no blind mark, or somebody changed a band meanwhile.
        """
        mine = self._mine(where)
        if mine is None:
            raise InputError("这一份没有您的盲评", mend="直接改各项的档次")
        other = [name for name, band in mine.bands.items() if stands.bands.get(name) != band]
        for name in other:
            before, after = stands.bands.get(name), mine.bands[name]
            reviews.change(where, Change(name, before, after, ADOPTED, self.who, time.time()))
        return len(other)

    def compared(self, where: Where, result: Result) -> Compared | None:
        """His blind mark beside the machine's; None when there is none."""
        mine, body = self._mine(where), result.body
        if mine is None or body is None:
            return None
        total, _ = total_of(body, mine.bands, mine.crossed)
        rows = tuple(
            BlindRow(each["title"], mine.bands[each["id"]], each["band"]) for each in body["criteria"]
        )
        return Compared(
            rows=rows,
            total=total,
            machine_total=body["total"],
            crossed=tuple(each.title for each in mine.crossed),
            when=when(mine.at),
            same=sum(row.mine == row.machine for row in rows),
            differs=any(result.final.bands.get(name) != band for name, band in mine.bands.items()),
        )

    def _mine(self, where: Where) -> BlindMark | None:
        given = self._store.given(where[0]).get(where[1], ())
        return next((each for each in given if each.who == self.who), None)

    def sheet(self, batch_id: str, results: Sequence[Result]) -> tuple[str, Any, Iterable[list[Value]]]:
        """The sheet 盲评 of an exported batch: what was given blind beside the machine's bands."""
        given = self._store.given(batch_id)
        return (
            "盲评",
            COLUMNS,
            [row for at, each in enumerate(results) for row in _rows(each, given.get(at, ()))],
        )


def _rows(result: Result, given: Sequence[BlindMark]) -> Iterable[list[Value]]:
    for each in given if result.body else ():
        rating = None if each.rating is None else RATINGS[each.rating]
        for criterion in result.body["criteria"] if result.body else ():
            about = [result.name, each.who, criterion["title"]]
            yield [*about, each.bands[criterion["id"]], criterion["band"], rating, when(each.at)]


def form(body: Mapping[str, Any] | None) -> BlindForm:
    """What the examiner is asked, from the rubric alone; nothing of what the machine found."""
    if body is None:
        return BlindForm(())
    criteria = tuple(
        Criterion(each["id"], each["title"], each["weight"], tuple(each["anchors"]))
        for each in body["criteria"]
    )
    return BlindForm(criteria, tuple((each.id, each.title) for each in red_lines_of(body)))


def told(of: Compared, t: Texts) -> str:
    """What giving it showed, in a sentence."""
    return t("review.blind_given", n=of.same, all=len(of.rows))


def withheld(results: Sequence[Result], hidden: frozenset[int]) -> list[Result]:
    """A batch as it may leave the house: without what is still to be marked blind."""
    return [
        Result(each.name, error="留作盲评，还没有评完", told=TOLD) if at in hidden else each
        for at, each in enumerate(results)
    ]


def guard(wiring: "Wiring", who: str) -> Callable[[Request], None]:
    """For every address that shows one report: not while it is to be marked blind."""

    def checked(request: Request) -> None:
        batch, item = (request.query_params.get(name, "") for name in ("batch", "item"))
        if not batch or not item.isdecimal():
            return
        try:
            Blinding(BlindStore(wiring.engine), who).check((batch, int(item)))
        except InputError as error:
            raise HTTPException(403, str(error)) from error

    return checked
