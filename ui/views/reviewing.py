"""What 阅卷 shows, as plain data, and the functions that draw it."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from ui.i18n import Texts
from ui.views.blinding import BlindForm, Compared
from ui.views.render import render


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of an utterance and the criteria (by id) they are evidence for."""

    text: str
    criteria: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """One utterance, cut where evidence begins and ends. `turn` counts in the whole transcript from 0."""

    turn: int
    mine: bool
    pieces: tuple[Piece, ...]
    heard: str = ""
    "What the recogniser of speech wrote, where it was corrected."


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One check with its quotes as (turn, words)."""

    text: str
    verdict: str
    quotes: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class CriterionCard:
    """One criterion: the band that stands, the machine's, and what it rests on."""

    id: str
    title: str
    weight: int
    band: int | None
    machine: int | None
    points: float | None
    rationale: str
    anchors: tuple[str, ...]
    checks: tuple[CheckRow, ...]
    standard: tuple[tuple[str, str], ...]
    "(code, text)."


@dataclass(frozen=True, slots=True)
class RedCard:
    """A red line that was touched. `effect`: `fail`, `cap`, `review` or `dismissed`."""

    id: str
    title: str
    turn: int
    quote: str
    effect: str
    decided: int | None = None
    "What an examiner decided: 1 upheld, 0 dismissed."


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One decision of an examiner, in words."""

    about: str
    before: str
    after: str
    reason: str
    who: str
    when: str


@dataclass(frozen=True, slots=True)
class MarkedView:
    """A talk beside its mark; on the page, on paper, and in the folder of `koushi prescreen`."""

    name: str
    title: str
    "Of the station, or empty."
    total: float | None
    machine_total: float | None
    passed: bool | None
    cut: float
    verdict: str
    reasons: tuple[str, ...]
    "Why a person should look."
    flags: tuple[str, ...]
    said: tuple[Said, ...]
    criteria: tuple[CriterionCard, ...]
    red_lines: tuple[RedCard, ...]
    provenance: tuple[tuple[str, str], ...]
    changes: tuple[ChangeRow, ...] = ()
    seen: str = ""
    "Who looked at it last and when."


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
    marked: MarkedView | None
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


def paper(view: MarkedView, css: str, js: str, t: Texts, *, print_now: bool = False) -> Markup:
    """A page that needs nothing else: to be printed, kept or sent."""
    return render("paper.html", t, marked=view, css=Markup(css), js=Markup(js), print_now=print_now)  # noqa: S704


def contents(rows: Sequence[IndexRow], css: str, t: Texts) -> Markup:
    """The table of contents of a marked folder."""
    return render("paper_index.html", t, rows=rows, css=Markup(css))  # noqa: S704  our own style sheet
