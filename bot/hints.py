"""A nudge for a candidate who is stuck, from the director's state alone: no rubric, no secret."""

from collections.abc import Iterator

from bot.director.effects import EMOTIONAL, OFFERS
from bot.director.state import MoveKind, Phase, Stage, State
from bot.examiner import missing
from scenarios.behaviours import BehaviourId as B
from scenarios.station import Letter, Question, Role, Station

GROUND = (EMOTIONAL | {B.REPORT_FACTS, B.ANALYSE_CAUSE}) - {B.GREET, B.INTRODUCE, B.THANK, B.CLOSE}
LETTER = (
    "一封回信要让人看到：称呼和来意、为哪件事道歉、查到的原因、怎么办和哪天办好、以后怎么防、找谁联系、落款和日期。"
    "逐样对照，缺哪样补哪样。"
)


def _done(state: State) -> set[B]:
    return {B(key.split(":", 1)[0]) for key in state.earned}


def hint(station: Station, state: State) -> str:
    """One sentence in Chinese: where the talk stands and what kind of thing is missing."""
    if isinstance(station, Question):
        return _of_question(station, state)
    if isinstance(station, Letter):
        return LETTER
    return next(text for applies, text in _rules(station, state) if applies)


def _of_question(station: Question, state: State) -> str:
    """How much is missing, never what."""
    left = len(missing(station, state))
    if not left:
        return "要点都说到了：用一两句话收个尾，或者补一个工作里的例子。"
    if not state.met:
        return "先用一句话说清总的看法，再分第一、第二、第三往下讲，每一点配一句为什么或怎么做。"
    return f"还有 {left} 个方面没有说到：再看一遍题目，想想做这件事之前、当中、之后各要注意什么。"


def _rules(station: Station, state: State) -> Iterator[tuple[bool, str]]:
    """In order of urgency; the last one always applies."""
    done, who = _done(state), station.persona.address
    stages = {stage for _, stage in state.concerns}
    unheard = state.phase is Phase.VENTING and not done & GROUND
    reports = station.role in {Role.SUPERVISOR, Role.COLLEAGUE}
    unknown = [f for f in station.facts if f.essential and f.id not in state.facts]
    yield (
        state.last is MoveKind.TEST_PROMISE,
        f"{who}在试探你的承诺：说清楚由谁、什么时候、万一做不到怎么办。",
    )
    yield (
        bool(state.setbacks) and state.tension >= 80,
        f"{who}刚被惹恼了，先收一收：认下刚才不妥的地方，再往下谈。",
    )
    yield unheard and reports, f"{who}还不知道事情到底有多大：先把时间、数量、变化讲清楚。"
    yield unheard, f"{who}还在气头上：先让对方说完，把你听到的感受和经过说出来。"
    yield (
        len(unknown) > len(station.facts) / 2,
        "还有关键情况没有核实：想一想要解决这件事，你必须先知道什么。",
    )
    yield Stage.HINTED in stages, f"{who}话里有话，有一件在意的事只露了一点：顺着问下去。"
    yield Stage.EXPRESSED in stages, f"{who}把真正在意的说出来了，回应这件事本身，不要绕过去。"
    yield not done & OFFERS, "情况差不多清楚了：在你的权限里提出具体办法，说清谁来做、什么时候做。"
    yield (
        any(d.essential and d.id not in state.met for d in station.demands),
        f"{who}还有要求没有着落：再想想对方反复提到的是哪一件。",
    )
    yield True, "该谈的都谈了：复述约定，问一句是否还有别的，再收尾。"
