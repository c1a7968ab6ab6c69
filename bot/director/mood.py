"""How one turn moves tension, trust and patience, each change with its reason in Chinese."""

import re

from bot.director.acts import Act
from bot.director.effects import NEGATIVE, POSITIVE
from bot.director.state import MoveKind, State
from bot.director.temper import TEMPERS
from bot.director.turntaking import changes_word, hands_over
from bot.limits import beyond
from retrieval.text import fold
from scenarios.behaviours import BehaviourId as B
from scenarios.behaviours import behaviour as definition
from scenarios.station import RolePlay

DEEPEST_FALL = 16
"""No turn calms anybody by more than this, however much is packed into it."""
STEEPEST_RISE = 30
"""No turn enrages anybody by more than this, short of an insult or a threat."""
LARGEST_SHARE = 0.3
"""Nor by more than this share of what is left: relief is not delight."""
CHANGED = (2, -4)
"""What it costs, in tension and trust, to take back what the counterpart was counting on."""
ANSWERABLE = re.compile(
    r"(?:找|打|问)(?:给)?我|我(?:亲自|自己|来)?(?:给|跟|向|替)[您你]|我(?:亲自|自己|来)[^,。!?]{0,4}(?:盯|跟|守|去|送|管|打)"
    r"|(?:短信|微信|书面|白纸黑字|字据|邮件|盖章|写[^,。!?]{0,6}(?:下来|清楚|进|在|给|上))|我的?(?:电话|手机|号码|工号)"
    r"|(?:归|算|由)(?:我|咱|俺)|(?:我|咱|俺)们?(?:来)?(?:负责|承担|担着|兜着|认|赔|垫)"
)
"""Who answers for a promise, or puts it in writing."""
KEPT_WORD = {
    B.PROMISE_FOLLOW_UP, B.COMMIT_DEADLINE, B.REASSURE, B.OWN, B.OFFER_SOLUTION, B.HAND_OVER, B.EXPLAIN,
}  # fmt: skip


def clamp(value: float, low: int = 0, high: int = 100) -> int:
    """Rounded, within 0–100."""
    return max(low, min(high, round(value)))


def _name(behaviour: B) -> str:
    return definition(behaviour).name


def _setback(state: State, act: Act, station: RolePlay) -> tuple[float, float, str]:
    """A setback hurts more each time the same thing is done again."""
    effect, temper = NEGATIVE[act.seen.id], TEMPERS[station.temperament]
    before = state.setbacks.count(str(act.seen.id))
    tension = effect.tension * temper.flares * min(2.0, 1 + 0.35 * before)
    trust = effect.trust * min(2.0, 1 + 0.35 * before)
    again = f"，这已经是第 {before + 1} 次" if before else ""
    return tension, trust, f"{_name(act.seen.id)}「{act.seen.quote}」：{effect.why}{again}"


def _gain(state: State, act: Act, station: RolePlay, share: float) -> tuple[float, float, str]:
    """A distinct act earns; less when trust is low, when it comes too early or is said vaguely."""
    effect, temper = POSITIVE[act.seen.id], TEMPERS[station.temperament]
    factor = temper.warms * (0.75 + 0.5 * state.trust / 100) * share
    winning = min(1.0, (125 - state.trust) / 100)
    if act.early:
        factor *= 0.35
    if act.seen.confidence < 0.6:
        factor *= 0.5
    why = effect.why + ("，但来得太早，对方还没被安顿好" if act.early else "")
    tension, trust = effect.tension * factor, effect.trust * factor * winning
    return tension, trust, f"{_name(act.seen.id)}「{act.seen.quote}」：{why}"


def _shares(acts: tuple[Act, ...]) -> list[float]:
    """The strongest act of a turn counts whole, the next ones less: a list of phrases is not a talk."""
    order = sorted(
        range(len(acts)),
        key=lambda i: abs(POSITIVE[acts[i].seen.id].tension) if acts[i].seen.id in POSITIVE else 0,
        reverse=True,
    )
    weights = (1.0, 0.75, 0.5, 0.3)
    shares = [0.2] * len(acts)
    for place, i in enumerate(order[: len(weights)]):
        shares[i] = weights[place]
    return shares


def _tell(reasons: list[str], tension: float, trust: float, why: str) -> None:
    changes = [f"{name} {value:+.0f}" for name, value in (("紧张", tension), ("信任", trust)) if round(value)]
    reasons.append(f"{why}（{'，'.join(changes)}）" if changes else why)


def _one_of_each(setbacks: list[Act]) -> list[Act]:
    """The same affront twice in one breath is one affront."""
    return list({act.seen.id: act for act in reversed(setbacks)}.values())[::-1]


def keeps_word(acts: tuple[Act, ...], text: str) -> bool:
    """Whether a questioned promise was answered for, and not talked around."""
    affront = any(a.negative and a.counted for a in acts)
    meant = any(a.seen.id in KEPT_WORD and not a.negative for a in acts)
    return not affront and (meant or bool(ANSWERABLE.search(fold(text))))


def feel(station: RolePlay, state: State, acts: tuple[Act, ...], text: str) -> tuple[State, tuple[str, ...]]:
    """The state after the mood of this turn, and the reasons; nothing else is decided here."""
    reasons: list[str] = []
    rise = fall = trust = 0.0
    setbacks = _one_of_each([a for a in acts if a.negative and a.counted])
    gains = [a for a in acts if not a.negative and a.counted and not beyond(station, a.seen.id, a.seen.args)]
    for act in setbacks:
        tension, change, why = _setback(state, act, station)
        rise, trust = rise + tension, trust + change
        _tell(reasons, tension, change, why)
    for act, share in zip(gains, _shares(tuple(gains)), strict=True):
        if setbacks:
            share *= 0.3  # noqa: PLW2901  kind words around an affront are hardly heard
        tension, change, why = _gain(state, act, station, share)
        fall, trust = fall + tension, trust + change
        _tell(reasons, tension, change, why)
    for act in acts:
        if beyond(station, act.seen.id, act.seen.args):
            trust -= 5
            _tell(reasons, 0, -5, f"「{act.seen.quote}」超出了权限，听着不像能兑现")
        elif not act.negative and not act.counted and act.seen.id in POSITIVE:
            reasons.append(f"{_name(act.seen.id)}「{act.seen.quote}」：前面说过了，再说一遍不起作用")
    if state.last is MoveKind.TEST_PROMISE:
        kept = keeps_word(acts, text)
        trust += 4 if kept else -5
        rise += 0 if kept else 4
        _tell(
            reasons,
            0 if kept else 4,
            4 if kept else -5,
            "追问承诺，答得住" if kept else "追问承诺，没有正面回答",
        )
    if changes_word(state, text):
        rise, trust = rise + CHANGED[0], trust + CHANGED[1]
        _tell(reasons, *CHANGED, "改了口：前面说的又不算了")
    idle = not gains and not setbacks
    if idle and hands_over(text) and not state.idle:
        reasons.append("把话头交给了对方")
    elif idle:
        rise += TEMPERS[station.temperament].drifts
        _tell(reasons, TEMPERS[station.temperament].drifts, 0, "这一句没有带来新的东西")
    worst = 60 if any(a.seen.id in {B.INSULT, B.THREATEN} for a in setbacks) else STEEPEST_RISE
    change = max(fall, -DEEPEST_FALL, -LARGEST_SHARE * state.tension) + min(rise, worst)
    if not gains:
        change = max(change, 0)
    patience = state.patience - len(setbacks[:2]) - (1 if idle and state.idle >= 1 else 0)
    return (
        state.with_(
            tension=clamp(state.tension + change),
            trust=clamp(state.trust + trust),
            patience=patience,
            idle=state.idle + 1 if idle else 0,
            earned=(*state.earned, *(a.key for a in gains)),
            setbacks=(*state.setbacks, *(str(a.seen.id) for a in setbacks)),
        ),
        tuple(reasons),
    )
