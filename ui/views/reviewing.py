"""What 阅卷 shows, as plain data, and the functions that draw it."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from ui.i18n import Texts
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
    machine: str


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


def paper(view: MarkedView, css: str, js: str, t: Texts, *, print_now: bool = False) -> Markup:
    """A page that needs nothing else: to be printed, kept or sent."""
    return render("paper.html", t, marked=view, css=Markup(css), js=Markup(js), print_now=print_now)  # noqa: S704


def contents(rows: Sequence[IndexRow], css: str, t: Texts) -> Markup:
    """The table of contents of a marked folder."""
    return render("paper_index.html", t, rows=rows, css=Markup(css))  # noqa: S704  our own style sheet
