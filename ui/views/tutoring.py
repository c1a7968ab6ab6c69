"""What 问导师 shows, as plain data, and the functions that draw it."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from ui.i18n import Texts
from ui.views.drilling import DrillView
from ui.views.pages import MAX_CHARACTERS
from ui.views.render import render


@dataclass(frozen=True, slots=True)
class Source:
    """A cited passage: its text in three parts, the quote in the middle."""

    n: int
    code: str
    kind: str
    title: str
    before: str
    quote: str
    after: str


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question and its answer."""

    index: int
    question: str
    parts: tuple[tuple[str, tuple[int, ...]], ...]
    """Sentences with the numbers that follow each; empty while it is being looked up."""
    sources: tuple[Source, ...] = ()
    answered: bool = True
    note: str = ""
    suggestions: tuple[str, ...] = ()
    partial: bool = False


@dataclass(frozen=True, slots=True)
class ThreadView:
    """A thread; no exchanges yet: what one may ask."""

    id: str
    exchanges: tuple[Exchange, ...] = ()
    starters: tuple[str, ...] = ()
    notice: str = ""
    sent: str = ""
    """Nonce of the question that was taken: the box may be emptied."""
    refused: str = ""
    """Nonce of a question that was not taken: the words stay in the box."""
    weak: tuple[tuple[str, str], ...] = ()
    """Items (code, text) to drill, the weakest first."""
    asking: str = ""
    """A question to be asked at once, from the address (`?q=`)."""

    @property
    def busy(self) -> bool:
        """An answer is on its way."""
        return any(each.partial for each in self.exchanges)


def thread(view: ThreadView, t: Texts) -> Markup:
    """The thread so far."""
    return render("tutor.html", t, thread=view)


def drill(view: DrillView, t: Texts) -> Markup:
    """An exercise; a question may be asked under it."""
    return render("drill.html", t, view=view, thread_id=secrets.token_urlsafe(12))


def bar(levels: Sequence[int], t: Texts) -> Markup:
    """The box to ask in, and whose requirements are meant."""
    return render("tutor_bar.html", t, levels=levels, limit=MAX_CHARACTERS)
