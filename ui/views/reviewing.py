"""What 阅卷 shows, as plain data, and the functions that draw it."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from ui.i18n import Texts
from ui.views.blinding import BlindForm, Compared
from ui.views.render import render
from ui.views.report_view import ReportView, Said


@dataclass(frozen=True, slots=True)
class IndexRow:
    """A line of the table of contents of a marked folder."""

    name: str
    address: str
    "Of its page; empty when there is none."
    total: float | None
    passed: bool | None
    review: bool
    reason: str


@dataclass(frozen=True, slots=True)
class BatchRow:
    """A batch in the list of batches."""

    id: str
    name: str
    "Of its first file."
    files: int
    when: str
    waiting: int
    "Not marked yet."
    open: int
    "Not looked at yet."


@dataclass(frozen=True, slots=True)
class HomeView:
    """Where files are dropped, and what was dropped before."""

    batches: tuple[BatchRow, ...]
    stations: tuple[tuple[str, str], ...]
    "(id, title)."
    rubrics: tuple[tuple[str, str], ...]
    notice: str = ""


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A file in the queue."""

    item: int
    name: str
    total: float | None
    passed: bool | None
    review: bool = False
    reasons: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    changed: int = 0
    seen: bool = False
    marked: bool = False
    broken: str = ""
    "Why there is no report."
    blind: bool = False
    "To be marked before the machine's mark is shown."


@dataclass(frozen=True, slots=True)
class BatchView:
    """A batch: how far it is, and its queue under a filter."""

    id: str
    name: str
    when: str
    show: str
    shows: tuple[str, ...]
    all: int
    done: int
    scored: int
    unscored: int
    failed: int
    marking: bool
    rows: tuple[QueueRow, ...]
    more: int = 0
    "Under the filter, but too far down to be shown."


@dataclass(frozen=True, slots=True)
class ItemView:
    """One talk on the desk; `marked` is None while there is no report, then `error` may say why."""

    batch: str
    item: int
    show: str
    name: str
    error: str
    marked: ReportView | None
    said: tuple[Said, ...]
    place: int
    all: int
    previous: int | None
    next: int | None
    notice: str = ""
    changed: str = ""
    "What the last change did, in a sentence."
    focus: str = ""
    "The criterion to go on from."
    blind: BlindForm | None = None
    "To be marked before the machine's mark is shown."
    compared: Compared | None = None
    "What was given blind, beside the machine's mark."
    rating: int | None = None
    "Global rating 0–3."


def home(view: HomeView, t: Texts) -> Markup:
    """The drop zone and the batches."""
    return render("review_home.html", t, home=view, nonce=secrets.token_hex(4))


def batch(view: BatchView, t: Texts) -> Markup:
    """A batch and its queue."""
    return render("review_batch.html", t, batch=view, nonce=secrets.token_hex(4))


def item(view: ItemView, t: Texts) -> Markup:
    """A talk beside its mark, to be changed."""
    return render("review_item.html", t, item=view, nonce=secrets.token_hex(4))


def contents(rows: Sequence[IndexRow], css: str, t: Texts) -> Markup:
    """The table of contents of a marked folder."""
    return render("paper_index.html", t, rows=rows, css=Markup(css))  # noqa: S704  our own style sheet
