"""The coaching on a talk that is kept or has just been had: for the page and the terminal."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from bot import leading
from bot.session import Session
from rubrics.coach import coach
from rubrics.coach_known import Felt, felt
from rubrics.coaching import Coaching
from scenarios.station import Kind

if TYPE_CHECKING:
    from bot.ports import Recogniser
    from rubrics.model import Rubric


def course(session: Session) -> tuple[Felt, ...]:
    """What each turn did to the counterpart; empty where nobody has a mood."""
    if session.station.kind is not Kind.ROLEPLAY:
        return ()
    return felt(leading.begin(session.station, session.talk.seed), session.exchanges)


def coaching(
    session: Session, body: Mapping[str, Any], rubric: "Rubric", recogniser: "Recogniser"
) -> Coaching | None:
    """The coaching on an ended talk; None where the report was made by another version of its rubric.

    Args:
        body: `koushi.report/1`.
    """
    if body["rubric"] != rubric.ref:
        return None
    return coach(body, session.transcript(), session.station, rubric, recogniser, course(session))


def lines(told: Coaching) -> Iterator[str]:
    """For the terminal."""
    if told.weak:
        yield "—— 教练：逐句看 ——"
    for each in told.weak:
        yield ""
        yield (
            f"第 {(each.turn + 1) // 2} 轮　你说：{each.said}"
            if each.said
            else f"第 {(each.turn + 1) // 2} 轮"
        )
        if each.effect:
            yield f"  它做了什么：{each.effect}"
        yield f"  差在哪：{each.missed}（{each.item[0]} {each.item[1]}）"
        yield f"  可以这样说：{each.better}"
        if each.note:
            yield f"  依据 笔记 {each.note.code}《{each.note.title}》：“{each.note.quote}”"
    for missing in told.missing:
        yield f"漏了：{missing.title}" + (
            f"　笔记 {missing.note.code}：“{missing.note.quote}”" if missing.note else ""
        )
    if told.strong:
        yield ""
        yield "—— 这几处要保持 ——"
    for strength in told.strong:
        yield f"第 {(strength.turn + 1) // 2} 轮“{strength.said}”：{strength.did}。{strength.effect}"
    if told.practise:
        yield ""
        code, text = told.practise[0]
        yield f"先练这一项：{code} {text}"
