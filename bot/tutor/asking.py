"""Understands a question within its thread: what it is about, what is wanted, of which level.

Rules, not a model, so that 「那二级呢？」 means the same with and without one. A question leans on the one
before it when what is left of it, without the words of asking, does not stand alone.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.tutor.answer import Asked, Aspect, Turn
from retrieval.standard import CODE, normal
from retrieval.text import fold

_ASPECTS: tuple[tuple[Aspect, str], ...] = (
    (Aspect.EXAMPLE, r"举[一几]?个?(?:具体的?|实际的?)?(?:例子|例)|例子|举例|案例|实例"),
    (Aspect.DIFFERENCE, r"区别|不同之?处?|差别|差异|差在哪|不一样|有什么不同|怎么区分|跟.{1,12}一样吗"),
    (
        Aspect.MISTAKE,
        r"误区|常犯|犯.{0,3}错|错在|哪里错|哪儿错|容易.{0,4}错|失误|不该|不能怎么|忌讳|避免什么",
    ),
    (
        Aspect.WHY,
        r"为什么|为啥|为何|凭什么|干嘛要|有什么用|有啥用|重要性|必要性|意义|原因|好处|图什么|怎么会",
    ),
    (Aspect.HOW, r"怎么做|怎样|如何|怎么|咋|步骤|做法|流程|方法|办法|该说|第一句|要注意|从哪"),
    (Aspect.LIST, r"哪些|哪几|几种|几类|几个|有什么|包括|什么条件|要什么|组成|构成|种类|类型|分成|内容|原则"),
    (
        Aspect.WHAT,
        r"什么是|是什么|啥是|是啥|什么叫|叫什么|什么意思|含义|定义|指的?是?[谁什么啥]|概念|怎么回事",
    ),
)
_LEVEL = re.compile(r"(?:客户服务管理师)?[（(]?([一二三123])级(?![别跳])[）)]?")
LEVELS = {1: "一级", 2: "二级", 3: "三级"}
_LEVELS = {"一": 1, "二": 2, "三": 3, "1": 1, "2": 2, "3": 3}
_TYPED_CODE = re.compile(
    rf"(?<![a-z0-9.])({CODE.pattern}|l\d+(?:\.\d+)+(?:\.[sk]\d+)?)(?![a-z0-9])", re.IGNORECASE
)
"""Also what only looks like a code: it is told that there is none."""
_FILLER = re.compile(
    r"那么?|呢|吗|吧|啊|呀|嘛|哦|哈|呗|请问?|老师|再|还|也|又|就|都|该|要|会|能|可以|应该|给我|帮我|我想|想|问|一下|"
    r"说说|讲讲|说|讲|谈谈|告诉|简单点?|详细点?|详细|具体地?|仔细|展开|继续|然后|接着|以后|一点|点|考|要求|规定|标准|里|里面|"
    r"这个|那个|这些|那些|它们?|其中|这|怎么|怎样|如何|咋|什么|啥|为什么|为啥|为何|哪些|哪|几|个|种|来|用在|用|在|上|的|是|有|么|样|完|却|而|"
    r"做|办|法|客服|客户服务|工作|实际|例子?|举|多|更|呃|嗯|对|了|[\W_]"
)
_LEANS = re.compile(
    r"^(?:那|再|还有|然后|接着|以后|另外|反过来|要是|如果|万一)|呢[？?]?$|"
    r"(?:^|[^其])它|他们?的|(?<!在)这[个种些样]?(?!一)|那[个种些样]|其中|这么|那么|上面|刚才|前面|第[一二三四五六七八]步"
)
_THEN = re.compile(r"^(?:那么?|再说说|再讲讲|再|还有|换成|要是)(.{1,14}?)(?:的)?呢?[呢？?。]*$")


_PASS = re.compile(r"及格|合格|多少分|补考|重考|有效期|保留|作废|几年有效|过期")
_EXAM = re.compile(
    r"口试|考试|鉴定|成绩|理论|知识|技能|操作|考核|科目|项目|管理师|职业|资格|证书?|分数?|算|及格|合格|通过|线|多少|补考|"
    r"重考|有效期?|保留|作废|过期?|几年|多久|[一两三二几少年没不门次留久]|机会|以后"
)


@dataclass(frozen=True, slots=True)
class Reading:
    """A question before anything is searched for."""

    alone: Asked
    """Taken by itself."""
    joined: Asked | None
    """Together with the thread's topic; None at the beginning of a thread."""
    leans: bool
    """True: it cannot be meant alone. False with `joined`: what is found decides."""
    named: str = ""
    """The other thing it turns to: 关系营销 of 「那关系营销呢？」."""


def read(question: str, thread: Sequence[Turn] = ()) -> Reading:
    """The readings of a question. Pure; any text will do."""
    alone = _alone(question)
    thread = [turn for turn in thread if turn.codes]  # what was not answered is no topic
    if not thread or alone.code:
        return Reading(alone, None, leans=False)
    before = thread[-1].asked
    rest = subject(question)
    turned = _THEN.match(_LEVEL.sub("", question))
    joined = _joined(alone, before, rest)
    leans = not rest or bool(_LEANS.search(fold(question)))
    return Reading(alone, joined, leans, content(turned[1]) if turned else "")


def subject(question: str) -> str:
    """`content` of a question without the levels it names."""
    return content(without_level(question))


def without_level(question: str) -> str:
    """「三级和二级的沟通障碍」 → 「沟通障碍」."""
    return re.sub(r"^[和与跟、里中的，,\s]+", "", _LEVEL.sub("", question))


def content(text: str) -> str:
    """What a question is about, without the words of asking; empty for 「那二级呢？」 or 「举个例子」."""
    without = fold(text)
    for _, pattern in _ASPECTS:
        without = re.sub(pattern, "", without) if _only_asks(pattern, without) else without
    return _FILLER.sub("", without)


def _only_asks(pattern: str, text: str) -> bool:
    """「原因」 in 「投诉的原因」 is a topic; in 「什么原因」 it only asks."""
    return bool(re.search(pattern, text)) and len(text) < 12


def _alone(question: str) -> Asked:
    folded = fold(question)
    code = _TYPED_CODE.search(folded)
    levels = tuple(dict.fromkeys(_LEVELS[each] for each in _LEVEL.findall(folded)))
    # 「三级考什么」: of a level as a whole its functions and their weights are meant.
    whole = levels and not subject(question)
    return Asked(
        question=question,
        topic=f"{question} 职业功能 比重" if whole else question,
        aspect=aspect(question),
        level=levels[0] if len(levels) == 1 else None,
        code=normal(code[1]) if code else None,
        compared=levels if len(levels) > 1 else (),
    )


def about_passing(text: str) -> bool:
    """Whether it asks for the pass mark, retaking or validity of this exam and of nothing else (1.7.3)."""
    return bool(_PASS.search(fold(text))) and not _EXAM.sub("", content(text))


def aspect(question: str) -> Aspect:
    """What is wanted: an example, the difference, a way to do it …; ANY when the question does not say."""
    folded = fold(question)
    return next((each for each, pattern in _ASPECTS if re.search(pattern, folded)), Aspect.ANY)


def _joined(alone: Asked, before: Asked, rest: str) -> Asked:
    """The question in the thread's topic. A level named once holds on for what leans on it."""
    wanted = alone.aspect if alone.aspect is not Aspect.ANY or rest else before.aspect
    code = before.code if not rest and alone.level is None and not alone.compared else None
    own = alone.topic if rest else alone.question
    kept = without_level(before.topic) if alone.level is not None else before.topic
    topic = f"{own} {kept}" if rest or alone.level is not None else kept
    return Asked(
        question=alone.question,
        topic=topic,
        aspect=wanted,
        level=None if alone.compared else alone.level if alone.level is not None else before.level,
        code=code,
        compared=alone.compared,
    )
