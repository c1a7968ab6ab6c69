"""From sessions, stations and reports to what the views show."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot import leading
from bot.exchange import Exchange
from bot.session import Session
from retrieval import standard
from retrieval.errors import InputError
from rubrics.sheets import Result
from scenarios.station import Letter, RolePlay, Station
from ui.i18n import Texts
from ui.practise.shelf import Best
from ui.reports.filling import report_view
from ui.views.models import Bubble, CardView, Mode, TalkView, Tile
from ui.views.report_view import ReportView
from ui.views.tension import Course, Point

READING_S = 60
"Reading time of one card in exam mode, seconds."
_NEVER = Best(None, 0)


def tile(station: Station, best: Best = _NEVER) -> Tile:
    """What the candidate sees of a station before choosing it."""
    voice = station.persona.voice
    return Tile(
        id=station.id,
        title=station.title,
        trade=station.trade,
        level=station.level,
        role=str(station.role),
        temperament=str(station.temperament) if isinstance(station, RolePlay) else "calm",
        gender=voice.gender,
        age=voice.age,
        minutes=station.minutes,
        difficulty=station.difficulty,
        kind=station.kind.value,
        name=station.persona.address,
        situation=station.card.situation,
        best=best.total,
        tried=best.tried,
        functions=_functions(station.standard),
    )


def _functions(codes: tuple[str, ...]) -> tuple[str, ...]:
    """The functions of the standard that these codes lie in, once each, in order."""
    names = (".".join(code.split(".")[:2]) for code in codes if "." in code)
    found = (standard.find(code) for code in dict.fromkeys(names))
    return tuple(f"{each.code} {each.name}" for each in found if isinstance(each, standard.Function))


def card(station: Station, mode: str, best: Best = _NEVER) -> CardView:
    """The card of a station."""
    shown = station.card
    return CardView(
        tile=tile(station, best),
        channel=str(station.channel),
        you_are=shown.you_are,
        situation=shown.situation,
        known=shown.known,
        powers=shown.powers,
        limits=shown.limits,
        task=shown.task,
        standard=tuple((code, _text(code)) for code in station.standard),
        mode=_mode(mode),
        reading_s=READING_S,
    )


def _mode(mode: str) -> Mode:
    return "exam" if mode == "exam" else "practice"


def _text(code: str) -> str:
    try:
        part = standard.find(code)
    except InputError:
        return ""
    return str(getattr(part, "text", "") or getattr(part, "name", ""))


def talk(session: Session, **more: Any) -> TalkView:
    """A talk as it stands; `more` goes into the view as it is (notice, hint, draft, speak, …)."""
    practice = session.talk.mode != "exam"
    moody = practice and isinstance(session.station, RolePlay)
    exchanges = session.exchanges
    view = TalkView(
        id=session.talk.id,
        card=card(session.station, session.talk.mode),
        bubbles=_bubbles(session, exchanges, shown=practice),
        turns=len(exchanges),
        kind=session.station.kind.value,
        length=session.station.length if isinstance(session.station, Letter) else (0, 0),
        most=leading.longest(session.station),
        elapsed_s=min(session.elapsed(), session.station.minutes * 60.0),
        limit_s=session.station.minutes * 60.0,
        tension=session.state.tension if moody else None,
        reason=exchanges[-1].reasons[-1] if practice and exchanges and exchanges[-1].reasons else "",
        stop=str(session.stop_reason) if session.stop_reason else None,
        branch=session.talk.parent_id is not None,
    )
    return replace(view, **more)


def _bubbles(session: Session, exchanges: Sequence[Exchange], *, shown: bool) -> tuple[Bubble, ...]:
    """`shown` is False in an exam: neither mood nor reasons nor a way back."""
    came = {each.turn.index: each for each in exchanges}
    before, out = start_tension(session), []
    for turn in session.transcript().turns:
        mine = turn.role == "candidate"
        bubble = Bubble(turn.index, mine, turn.text, heard=turn.heard)
        if mine and shown:
            each = came[turn.index]
            delta, before = each.state.tension - before, each.state.tension
            moved = delta if isinstance(session.station, RolePlay) else None
            bubble = replace(bubble, delta=moved, reasons=each.reasons, rewind=True)
        out.append(bubble)
    return tuple(out)


def start_tension(session: Session) -> int:
    """Tension at the opening, 0–100."""
    return leading.begin(session.station, session.talk.seed).tension


def arriving(view: TalkView, text: str, heard: str | None, reply: str, sent: str) -> TalkView:
    """The view while a reply comes in: the candidate's bubble, and as much of the answer as there is."""
    n = len(view.bubbles)
    mine = Bubble(n, True, text, heard=heard)
    theirs = Bubble(n + 1, False, reply, partial=True)
    return replace(
        view,
        bubbles=(*view.bubbles, mine, theirs),
        turns=view.turns + 1,
        busy=True,
        sent=sent,
        notice="",
        hint="",
    )


def report(session: Session, body: Mapping[str, Any], t: Texts, made_at: float | None = None) -> ReportView:
    """A marked talk; `body` is `koushi.report/1`, `made_at` when it was marked, seconds since 1970."""
    transcript = session.transcript()
    course, reasons = told(session)
    result = Result(transcript.candidate or "", body)
    return report_view(
        result, transcript, t, station=session.station, course=course, reasons=reasons, made_at=made_at
    )


def told(session: Session) -> tuple[Course | None, Mapping[int, tuple[str, ...]]]:
    """How the counterpart's tension went, None where it has no mood; and why, by turn."""
    reasons = {each.turn.index: each.reasons for each in session.exchanges}
    if not isinstance(session.station, RolePlay) or not session.exchanges:
        return None, reasons
    points = (Point(e.turn.index, e.state.tension, e.turn.text, e.reasons) for e in session.exchanges)
    return Course(start_tension(session), tuple(points)), reasons
