"""What if: a talk begun again beside the one it left, and one sentence tried in the place of another."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bot.rehearsal import instead
from bot.session import Session
from retrieval.errors import KoushiError
from rubrics.marking import mark
from rubrics.store import ReportStore
from rubrics.whatif import compared, with_exchange
from ui.practise import showing
from ui.views.rewound import Branch, Rewound, Tried

if TYPE_CHECKING:
    from ui.wiring import Wiring


def rewound(wiring: "Wiring", session: Session, body: Mapping[str, Any]) -> Rewound | None:
    """The talk beside the one it was begun again from, and those begun again from it; None without any."""
    beside = _parent(wiring, session, body)
    branches = tuple(_branches(wiring, session.talk.id))
    if beside is None and not branches:
        return None
    return Rewound(**(beside or {}), branches=branches)


def _parent(wiring: "Wiring", session: Session, body: Mapping[str, Any]) -> dict[str, Any] | None:
    talk = session.talk
    if talk.parent_id is None or talk.parent_turn is None:
        return None
    try:
        parent = Session.resume(wiring.tools, wiring.station_of, talk.parent_id)
    except KoushiError:  # its station has been changed since: then there is nothing to compare
        return None
    turn = talk.parent_turn
    told: dict[str, Any] = {"parent": talk.parent_id, "turn": turn, "ended": parent.ended}
    told["said"] = tuple(_text(each, turn) for each in (parent, session))
    kept = ReportStore(wiring.engine).of_talk(talk.parent_id)
    if kept:
        told["compared"] = compared(kept[0].body, body)
        told["courses"] = (showing.told(parent)[0], showing.told(session)[0])
    return told


def _text(session: Session, index: int) -> str:
    turns = session.transcript().turns
    return turns[index].text if index < len(turns) else ""


def _branches(wiring: "Wiring", talk_id: str) -> "list[Branch]":
    out = []
    for talk in wiring.talks.branches(talk_id):
        kept = ReportStore(wiring.engine).of_talk(talk.id)
        ended = wiring.talks.stop_reason(talk.id) is not None
        total = kept[0].body["total"] if kept else None
        out.append(Branch(talk.id, talk.parent_turn or 0, ended, total))
    return out


async def tried(wiring: "Wiring", session: Session, body: Mapping[str, Any], index: int, text: str) -> Tried:
    """One utterance replaced: how the counterpart would have answered, how the mark changes.

    The rest of the talk is held as it was, so the mark is that of the rest with this sentence in it.

    Raises:
        InputError: see `bot.rehearsal.instead`.
    """
    station = session.station
    kept = wiring.talks.kept(session.talk.id)
    exchange = await instead(session.talk, kept, station, index, text, wiring.recogniser)
    old = next(each for each in session.exchanges if each.turn.index == index)
    report = await mark(
        with_exchange(session.transcript(), exchange),
        station=station,
        rubric=wiring.rubric(station.rubric),
        judge=wiring.judge(),
        recogniser=wiring.recogniser,
    )
    moody = bool(showing.told(session)[0])
    return Tried(
        turn=index,
        text=exchange.turn.text,
        reply=exchange.reply,
        was=old.reply,
        tension=(old.state.tension, exchange.state.tension) if moody else None,
        trust=(old.state.trust, exchange.state.trust) if moody else None,
        reasons=exchange.reasons,
        compared=compared(body, report.as_json()),
    )
