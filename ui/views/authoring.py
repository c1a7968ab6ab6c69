"""What 出题 shows, as plain data, and the functions that draw it."""

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from ui.i18n import Texts
from ui.views.render import render

if TYPE_CHECKING:
    from ui.author.events import Row


@dataclass(frozen=True, slots=True)
class Shelved:
    """A station to be opened; `problems` says how many stand in the way of its being practised."""

    id: str
    title: str
    level: int | None
    version: int
    problems: int = 0


@dataclass(frozen=True, slots=True)
class ShelfView:
    """Where one begins."""

    own: tuple[Shelved, ...]
    shipped: tuple[Shelved, ...]
    notice: str = ""


@dataclass(frozen=True, slots=True)
class BenchView:
    """A station being written. `digest` names the organisation's file it was opened from; empty for none."""

    key: str
    text: str
    digest: str
    own: bool
    notice: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, its line from 1."""

    line: int | None
    field: str
    what: str
    mend: str


@dataclass(frozen=True, slots=True)
class CheckView:
    """What is wrong with the text; nothing: which station it is."""

    faults: tuple[Fault, ...]
    id: str = ""
    version: int = 0
    title: str = ""
    serial: int = 0
    "Of the text this is about, as the page counted it."


@dataclass(frozen=True, slots=True)
class Said:
    """One utterance and what came of it; tension and trust 0–100 after it."""

    text: str
    reply: str
    move: str
    tension: int
    trust: int
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A talk with a draft."""

    seed: int
    said: tuple[Said, ...]
    opening: str = ""
    name: str = ""
    stop: str = ""
    cut: bool = False
    "It ended before everything was said that had been said before the station changed."
    notice: str = ""
    "Why the last utterance was not taken."
    says: str = "[]"
    "The candidate's utterances as JSON: the page sends them with the next one."
    wrong: bool = False


@dataclass(frozen=True, slots=True)
class PlaysView:
    """A play-test; `kept` is its rows as JSON, which the page sends to have it go on."""

    rows: "tuple[Row, ...]"
    seeds: int
    running: bool
    all: int = 0
    kept: str = "[]"
    wrong: bool = False


@dataclass(frozen=True, slots=True)
class Marked:
    """One criterion of a played talk: points, checks with their verdicts, quotes."""

    title: str
    points: float | None
    max_points: float
    checks: tuple[tuple[str, str], ...]
    quotes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlayedView:
    """One play in full; `turns` are (the candidate's?, text)."""

    player: str
    seed: int
    total: float | None
    verdict: str
    stop: str
    name: str
    turns: tuple[tuple[bool, str], ...]
    criteria: tuple[Marked, ...]


@dataclass(frozen=True, slots=True)
class SavingView:
    """What came of saving: `saved`, `ask` (a question first) or `refused`."""

    state: str
    id: str = ""
    version: int = 0
    digest: str = ""
    "Names the file that is there now."
    doubt: str = ""
    what: str = ""
    mend: str = ""
    backup: str = ""
    bump: int = 0
    "The version that would do without the question; 0 when none would."


def shelf(view: ShelfView, t: Texts) -> Markup:
    """The stations there are, and the way to a new one."""
    return render("author_shelf.html", t, shelf=view, opened=secrets.token_hex(4))


def bench(view: BenchView, t: Texts) -> Markup:
    """The head of a station being written; its text is put into the editor by the page."""
    return render("author_bench.html", t, bench=view, opened=secrets.token_hex(4))


def tabs(t: Texts) -> Markup:
    """The three things to do with a text."""
    return render("author_tabs.html", t)


def problems(view: CheckView, t: Texts) -> Markup:
    """What is wrong, each with a way to its line."""
    return render("author_problems.html", t, check=view, nonce=secrets.token_hex(4))


def talk(view: Rehearsal | None, t: Texts) -> Markup:
    """A talk with the draft; None before it began."""
    return render("author_talk.html", t, talk=view, nonce=secrets.token_hex(4))


def plays(view: PlaysView | None, t: Texts) -> Markup:
    """The play-test's table; None before it began."""
    return render("author_plays.html", t, plays=view, nonce=secrets.token_hex(4))


def played(view: PlayedView, t: Texts) -> Markup:
    """One play's talk and marks."""
    return render("author_played.html", t, play=view, nonce=secrets.token_hex(4))


def wrong(t: Texts) -> Markup:
    """The text must be mended first."""
    return render("author_played.html", t, play=None, nonce=secrets.token_hex(4))


def saving(view: SavingView, t: Texts) -> Markup:
    """Saved, or what is asked first."""
    return render("author_saving.html", t, saving=view, nonce=secrets.token_hex(4))
