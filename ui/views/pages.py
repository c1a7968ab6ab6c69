"""The four screens of 练习, and the dock under the talk."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from markupsafe import Markup

from ui.i18n import Texts
from ui.views.models import CardView, TalkView, Tile, Unfinished
from ui.views.render import render
from ui.views.report_view import ReportView
from ui.views.rewound import Rewound, Tried

if TYPE_CHECKING:
    from rubrics.coaching import Coaching

MAX_CHARACTERS = 2000
"The longest single utterance, characters; what is longer stays in the box with a sentence about it."


def choose(tiles: Sequence[Tile], unfinished: Unfinished | None, t: Texts, notice: str = "") -> Markup:
    """All stations as cards, with filters that work in the browser."""
    return render("choose.html", t, tiles=tiles, unfinished=unfinished, notice=notice)


def card(view: CardView, t: Texts) -> Markup:
    """What the candidate reads before the talk."""
    return render("card.html", t, card=view)


def talk(view: TalkView, t: Texts) -> Markup:
    """The talk so far."""
    return render("talk.html", t, talk=view)


def report(
    view: ReportView,
    talk_id: str,
    card: CardView,
    t: Texts,
    coaching: "Coaching | None" = None,
    rewound: Rewound | None = None,
    tried: Tried | None = None,
    notice: str = "",
) -> Markup:
    """The marked talk: the first screen says it all, the rest says why, the coach what to do about it."""
    more = {"coaching": coaching, "rewound": rewound, "tried": tried, "notice": notice}
    return render("report.html", t, v=view, talk_id=talk_id, card=card, **more)


def failed(what: str, detail: str, t: Texts) -> Markup:
    """A sentence on what happened and what to do; details folded for the administrator."""
    return render("failed.html", t, what=what, detail=detail)


def dock(hearing: bool, t: Texts) -> Markup:
    """The round button and the text box; `hearing` is False when no recogniser of speech is there."""
    return render("dock.html", t, hearing=hearing, limit=MAX_CHARACTERS)
