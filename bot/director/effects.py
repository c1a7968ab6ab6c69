"""What each behaviour does to tension and trust the first time it is done about a matter.

Points of 0–100. The order of magnitude follows the purpose (product.md): five distinct good acts calm a
furious customer, the same act five times does not, and one real setback undoes one or two good acts.
"""

from dataclasses import dataclass

from scenarios.behaviours import BehaviourId as B
from scenarios.station import Role


@dataclass(frozen=True, slots=True)
class Effect:
    """Change of tension and trust, in points; `why` tells the candidate in Chinese."""

    tension: float
    trust: float
    why: str


POSITIVE: dict[B, Effect] = {
    B.GREET: Effect(0, 1, "礼貌开场"),
    B.INTRODUCE: Effect(0, 2, "知道了在跟谁说话"),
    B.ACKNOWLEDGE_EMOTION: Effect(-9, 6, "感受被说出来、被接住了"),
    B.APOLOGISE: Effect(-6, 4, "听到了道歉"),
    B.OWN: Effect(-7, 8, "有人把责任认下来了"),
    B.REASSURE: Effect(-3, 4, "有人愿意管到底"),
    B.PARAPHRASE: Effect(-5, 6, "自己的话被听进去了"),
    B.ASK_OPEN: Effect(-3, 4, "有机会把事情说清楚"),
    B.ASK_FACT: Effect(-2, 3, "在认真核实"),
    B.EXPLAIN: Effect(-2, 3, "讲明白了缘由"),
    B.ANALYSE_CAUSE: Effect(-4, 5, "原因讲得有根据"),
    B.OFFER_SOLUTION: Effect(-6, 6, "有了具体办法"),
    B.OFFER_CHOICE: Effect(-3, 4, "可以自己选"),
    B.COMPENSATE: Effect(-6, 4, "损失被当回事"),
    B.COMMIT_DEADLINE: Effect(-7, 6, "有了准确时间"),
    B.PREVENT: Effect(-3, 5, "以后不会再这样"),
    B.CHECK_AGREEMENT: Effect(-3, 4, "被征求了意见"),
    B.PROMISE_FOLLOW_UP: Effect(-4, 6, "后面有人跟"),
    B.HAND_OVER: Effect(-2, 2, "转给了说得上话的人"),
    B.THANK: Effect(-1, 2, "被感谢"),
    B.CLOSE: Effect(0, 1, "收尾得体"),
    B.SET_BOUNDARY: Effect(-2, 1, "被礼貌地挡了一下，还留着余地"),
    B.HIGHLIGHT_BENEFIT: Effect(-2, 5, "听明白了对自己的好处"),
    B.TRADE: Effect(-4, 6, "有来有往"),
    B.REPORT_FACTS: Effect(-5, 6, "情况有数"),
    B.ASK_SUPPORT: Effect(-2, 3, "要什么、为什么讲清了"),
    B.ACCEPT_CRITICISM: Effect(-6, 6, "批评被接受了"),
    B.PRAISE: Effect(-4, 5, "做得好的地方被看见"),
    B.SPECIFIC_FEEDBACK: Effect(-3, 5, "说的是事不是人"),
    B.INVITE_SELF_ASSESSMENT: Effect(-3, 5, "先被问了自己怎么看"),
    B.AGREE_GOAL: Effect(-4, 6, "目标是一起定的"),
    B.ENCOURAGE: Effect(-4, 5, "被信任"),
}

NEGATIVE: dict[B, Effect] = {
    B.BLAME_OTHER: Effect(14, -12, "被说成是自己的错"),
    B.DENY_RESPONSIBILITY: Effect(12, -12, "责任被推开"),
    B.FLAT_REFUSAL: Effect(11, -9, "被一口回绝，没有理由也没有出路"),
    B.DISMISS: Effect(12, -10, "事情被轻描淡写"),
    B.ARGUE: Effect(10, -8, "被争辩、被说教"),
    B.RUSH: Effect(9, -8, "被催促"),
    B.INSULT: Effect(26, -25, "受了羞辱"),
    B.THREATEN: Effect(20, -20, "受了威胁"),
    B.OVER_PROMISE: Effect(4, -7, "话说得太满，不信"),
    B.DISCLOSE_PRIVATE: Effect(6, -12, "听到了不该听的别人的事"),
    B.JARGON: Effect(4, -4, "听不懂这些词"),
    B.SHIFT_WORK: Effect(9, -9, "该对方做的事推给了自己"),
    B.BADMOUTH: Effect(4, -7, "背后说自己人坏话，不可靠"),
    B.MISSTATE: Effect(6, -9, "说的和规定对不上"),
    B.OFF_TOPIC: Effect(3, -3, "扯远了"),
    B.META_INSTRUCTION: Effect(0, -2, "说的是莫名其妙的话"),
}

SEVERITY: tuple[B, ...] = (
    B.INSULT, B.THREATEN, B.BLAME_OTHER, B.DENY_RESPONSIBILITY, B.FLAT_REFUSAL, B.DISMISS, B.ARGUE,
    B.SHIFT_WORK, B.RUSH, B.DISCLOSE_PRIVATE, B.MISSTATE, B.OVER_PROMISE, B.BADMOUTH, B.JARGON,
)  # fmt: skip
"""Which of several setbacks in one breath is answered."""

EMOTIONAL = {B.APOLOGISE, B.OWN, B.REASSURE, B.ACKNOWLEDGE_EMOTION, B.THANK, B.GREET, B.INTRODUCE, B.CLOSE}
"""Told apart by what they are about, not by their words: five sorries in five wordings are one."""

OFFERS = {B.OFFER_SOLUTION, B.OFFER_CHOICE, B.COMPENSATE, B.TRADE, B.COMMIT_DEADLINE}

GROUNDWORK: dict[Role, tuple[frozenset[B], frozenset[B]]] = {
    Role.CUSTOMER: (
        frozenset({B.OFFER_SOLUTION, B.COMPENSATE, B.OFFER_CHOICE, B.COMMIT_DEADLINE, B.EXPLAIN}),
        frozenset({B.ACKNOWLEDGE_EMOTION, B.APOLOGISE, B.OWN, B.PARAPHRASE, B.ASK_OPEN}),
    ),
    Role.SUPERVISOR: (
        frozenset({B.ASK_SUPPORT}),
        frozenset({B.REPORT_FACTS, B.ANALYSE_CAUSE}),
    ),
    Role.CLIENT: (
        frozenset({B.TRADE, B.COMPENSATE, B.HIGHLIGHT_BENEFIT}),
        frozenset({B.ASK_OPEN, B.OWN, B.APOLOGISE, B.PARAPHRASE, B.ACKNOWLEDGE_EMOTION, B.REPORT_FACTS}),
    ),
    Role.SUBORDINATE: (
        frozenset({B.SPECIFIC_FEEDBACK, B.AGREE_GOAL}),
        frozenset({B.INVITE_SELF_ASSESSMENT, B.ASK_OPEN, B.PRAISE, B.ACKNOWLEDGE_EMOTION}),
    ),
    Role.COLLEAGUE: (
        frozenset({B.ASK_SUPPORT}),
        frozenset({B.REPORT_FACTS, B.EXPLAIN, B.ACKNOWLEDGE_EMOTION, B.ASK_OPEN}),
    ),
    Role.EXAMINER: (frozenset(), frozenset()),
}
"""By role: acts that come too early, and what must have been done before them (any one)."""
