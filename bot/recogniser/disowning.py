"""Words that are spoken of, not said: what takes them back, or gives them to another, stands elsewhere in the
sentence (给您全额退款，这话我可说不出口; 哪轮得到我来保证; 早知道我昨天就谢您了; 手册上写着要说别担心).

What stands right before the words (不敢保证, 您说我们…) is read with their clause, in `clauses.py`.
"""

import re
from collections.abc import Iterator, Sequence

from bot.recogniser.clauses import Clause
from bot.recogniser.fusion import Act
from bot.recogniser.nominal import in_name_only
from retrieval.text import fold
from scenarios.behaviours import BehaviourId as B
from scenarios.behaviours import behaviour

_UNSAYABLE = re.compile(
    r"(?:[这那](?:[一两三四五几]?[个种样些句类]|样的|类的?|么)?[^,。!?]{0,3}[话字]|的话|[两俩三几]个?字)"
    r"(?:[^。!?]{0,14}(?:说不出|讲不出|张不开|开不了口)|[^,。!?]{0,12}(?:[没哪岂]敢|不敢|没脸|没底气|没资格|没那个胆|轮不到|不会跟|不能乱|没法(?:说|讲|跟)"
    r"|没(?:说|讲|提)过|还没来得及|不是我说的))"
)
"""What is said of the words just spoken that takes them back."""
_FOBBED = re.compile(
    r"(?:不会|不能|不想|不敢|没有?|别|从不|[绝决]不)[^,。!?]{0,4}[拿用][^,。!?]{0,4}[\"'“‘「『]"
)
"""我不会拿“不归我们管”来搪塞您."""
_NOT_MINE = re.compile(
    r"轮(?:不[到着上]|得[到着])(?:我|咱|俺|你我)(?!来?(?:做主|作主|拍板|决定|说了算|批|定))"
)
_INTENDED = re.compile(r"(?:本来|原本|原先|原)(?:都|还|也|是|就|我们?)*(?:想|打算|准备|盘算|计划|指望)着?")
_AS_IT_IS = re.compile(r"结果|现在|如今|这会|但|可是|可(?=[我您])|不过|没想到|谁知|谁想")
_WOULD_HAVE = re.compile(r"早知道?(?!您会)|要不是|若不是")
_PIVOT = re.compile(r"但|不过|可是|然而|现在|这会|今天|结果|所以|我(?:这就|马上|现在|先)")
_TOLD = re.compile(
    r"(?:手册|规范|公告|通知|短信|邮件|规定|制度|话术|教材|课件|海报|广告|宣传[页单册]?|投诉单|工单|记录|留言|规程|须知|条例|标语|墙)"
    r"(?:第?.{1,3}条)?[上里中]?面?(?:还|都|只|也|明明|清清楚楚|白纸黑字)*(?:写|说|讲|记|印|规定|要求|登|贴|教)(?:着|的是|的|了|明)?"
    r"|(?:留言|留话|来电话?|来信|回信|回话|打电话来|发(?:微信|短信|消息|邮件))[来里上]?,?(?:还|就|也|只|都)?(?:说|讲|写|称|问)"
    r"|[冲朝]着?(?![您你我])[^,。!?]{1,6}(?:说|喊|讲|骂|吼)"
    r"|(?:店长|主任|科长|班长|组长|老板|保安|司机|护士|医生|大夫|老师|供应商|厂家|厂里|邻居|阿姨|大爷|老人|师傅|经理|同事|玩家|房东|小[王李张陈刘马赵周吴林])"
    r"[^,。!?我您]{0,6}(?:讲(?![究解清])|吹|夸口|嘀咕|念叨|吆喝|留言)"
    r"|(?:回|撂|甩|丢)了?(?:他|她|人家|客户|对方)?一?句(?!话给您)"
)
"""Who or what says it instead."""
_I = re.compile(r"我|咱|俺|[给跟]您")
PERSONAL = {
    B.GREET, B.APOLOGISE, B.OWN, B.REASSURE, B.THANK, B.ACKNOWLEDGE_EMOTION, B.PRAISE, B.ENCOURAGE,
    B.ACCEPT_CRITICISM, B.PROMISE_FOLLOW_UP, B.ASK_OPEN, B.ASK_SUPPORT, B.HAND_OVER, B.INVITE_SELF_ASSESSMENT,
    B.DISMISS, B.FLAT_REFUSAL, B.DENY_RESPONSIBILITY, B.OVER_PROMISE, B.INSULT, B.THREATEN, B.RUSH,
    B.BLAME_OTHER, B.BADMOUTH,
}  # fmt: skip
"""What is done only by saying it oneself; a term or an offer holds whoever set it down."""
DEEDS = {
    B.OFFER_SOLUTION, B.OFFER_CHOICE, B.COMPENSATE, B.COMMIT_DEADLINE, B.HAND_OVER, B.PROMISE_FOLLOW_UP,
    B.ASK_SUPPORT, B.PREVENT, B.TRADE, B.OVER_PROMISE, B.THANK, B.ENCOURAGE, B.REASSURE,
}  # fmt: skip
"""What is not done where it would have been, or was meant to be."""
REFUSING = {
    B.SET_BOUNDARY, B.DENY_RESPONSIBILITY, B.FLAT_REFUSAL, B.EXPLAIN, B.ARGUE, B.INSULT, B.BLAME_OTHER,
    B.REPORT_FACTS, B.ANALYSE_CAUSE, B.BADMOUTH, B.META_INSTRUCTION,
}  # fmt: skip
"""What is done by saying that another thing is not one's own to do."""
FORMULAS = {B.APOLOGISE, B.THANK, B.GREET}
FAR, FORMULA, BEFORE, HEAD = 2, 6, 6, 16
"""Clauses after the words in which they can be taken back; characters of a clause that is but a formula
(对不起, 谢谢您) and taken back by nothing; those before a report in which the speaker may name themselves;
those of a clause in which it can begin with one."""

LEAST = 8
"""Characters from which words said again are an echo."""


def own(text: str, clauses: Sequence[Clause], acts: Sequence[Act], previous: str) -> list[Act]:
    """The acts that folded `text` says are the speaker's own, and that are not the counterpart's words again.

    Args:
        text: the folded utterance.
        clauses: all of its clauses.
        acts: what seems to be done in it.
        previous: what the counterpart said just before.
    """
    parroted = echoes(text, previous)
    number = {clause.start: n for n, clause in enumerate(clauses)}
    return [
        act
        for act in acts
        if not (_disowned(text, clauses, number[act.clause.start], act) or (parroted and _earns(act)))
    ]


def _earns(act: Act) -> bool:
    """Whether it would earn something by an echo; a greeting and a farewell are answered with the same."""
    return behaviour(act.id).polarity == "positive" and act.id not in {B.GREET, B.THANK, B.CLOSE}


def echoes(text: str, previous: str) -> bool:
    """Whether an utterance only says again, word for word, what the counterpart said just before, or a part.

    A few words (哪一单?) anybody may need again.
    """
    heard, said = _bare(fold(previous)), _bare(fold(text))
    return bool(said) and (said == heard or (len(said) >= LEAST and said in heard))


def _bare(text: str) -> str:
    return "".join(char for char in text if char.isalnum())


def _disowned(text: str, clauses: Sequence[Clause], number: int, act: Act) -> bool:
    if act.id is B.META_INSTRUCTION:
        return False
    here = clauses[number]
    if in_name_only(text, here, act):
        return True
    end = max(c.end for c in clauses[number : number + 1 + FAR] if c.sentence == here.sentence)
    if act.id in FORMULAS and here.end - here.start <= FORMULA:
        end = here.end
    if _UNSAYABLE.search(text, act.start, end) or _FOBBED.search(text, here.start, here.end):
        return True
    if act.id not in REFUSING and _NOT_MINE.search(text, here.start, end):
        return True
    last = clauses[number - 1] if number and clauses[number - 1].sentence == here.sentence else None
    return (act.id in DEEDS and _unreal(text, last, here, act)) or (
        act.id in PERSONAL and _told(text, last, here, act)
    )


def _unreal(text: str, last: Clause | None, here: Clause, act: Act) -> bool:
    """Whether it was only meant to be done, or would have been."""
    intended = _INTENDED.search(text, here.start, max(act.start, here.start + FORMULA))
    if intended and act.id is not B.THANK and not _AS_IT_IS.search(text, intended.end(), here.end):
        return True
    supposed = _WOULD_HAVE.search(text, here.start, max(act.start, here.start + FORMULA))
    if supposed is None and last is not None and not _PIVOT.match(here.text):
        supposed = _WOULD_HAVE.search(last.text)
    return supposed is not None and not (act.id is B.THANK and "不是" in supposed.group())


def _told(text: str, last: Clause | None, here: Clause, act: Act) -> bool:
    """Whether somebody or something else says it, in the same clause or in one that ends with saying."""
    head = act.start if act.start > here.start else min(act.end, here.start + HEAD)
    if any(True for _ in _others(text, here.start, head)):
        return True
    return last is not None and any(end >= last.end - 1 for end in _others(text, last.start, here.start + 1))


def _others(text: str, start: int, end: int) -> Iterator[int]:
    """Where reports of what others say end in a stretch: whoever says it themselves reports nobody."""
    for match in _TOLD.finditer(text, start, end):
        if not _I.search(text, max(start, match.start() - BEFORE), match.start()):
            yield match.end()
