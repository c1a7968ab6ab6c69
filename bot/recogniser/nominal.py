"""Deeds in name only: their very words, in a turn of phrase that does something else or nothing.

不好意思，麻烦让一让 clears the way, 您好点儿了吗 greets nobody, 往后我不再打来了 promises no call. What a
sentence takes back or gives to another is read in `disowning.py`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum, auto

from bot.recogniser.clauses import Clause
from bot.recogniser.fusion import Act
from scenarios.behaviours import BehaviourId as B

HEAD = 14
"""Characters of a clause in which a turn of phrase that comes before the words can stand."""


class Where(StrEnum):
    """Where a turn of phrase is looked for."""

    WORDS = auto()
    "In what shows the act, and the rest of its clause."
    SENTENCE = auto()
    BEFORE = auto()
    "In the sentence before the words, or at the head of their clause."
    HEAD = auto()
    "In their clause, before them or at its head."


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn of phrase in which the words of an act do not do it."""

    pattern: re.Pattern[str]
    where: Where
    unless: re.Pattern[str] | None = None
    "Found in the sentence besides it, they do."


def _turn(pattern: str, where: Where, unless: str = "") -> Turn:
    return Turn(re.compile(pattern), where, re.compile(unless) if unless else None)


_GIVE_WAY = _turn(
    r"(?:不好意思|对不起|抱歉)[啊哈呀]?[,， ]?我?(?:借[过光一]|让一?让|插一?[句嘴]|打断[您你]?一下"
    r"|[您你]?(?:往|挪|侧|抬)[^,。!?]{0,3}(?:挪|让|靠|站|身|手|脚|边))"
    r"|不好意思[啊哈呀]?[,， ]?(?:麻烦|烦请|劳[您你驾烦]|请)(?![您你]?(?:原谅|见谅|谅解|多包涵))",
    Where.WORDS,
    r"久等|添.?麻烦|耽误|怪我|赔.?不是|不好意思|对不起|抱歉",
)
_LONG_SINCE = _turn(
    r"^[^,。!?我咱俺您]*(?:讲|说|道|赔)过[^,。!?我咱俺您]{0,3}(?:对不起|抱歉|不好意思|歉|不是|谢)",
    Where.WORDS,
)
"""阿强去那桌道过歉了."""
_HANDED_ON = _turn(
    r"[叫让托喊]我[^,。!?]{0,4}"
    r"(?:捎|带[个句]?话|转告|转达|[给跟同向替](?![您你])[^,。!?]{1,6}[说讲道])",
    Where.SENTENCE,
)
"""奶奶叫我捎句话: somebody else's thanks."""
_MUST_I = _turn(
    r"(?<![问过])我[^,。!?您你]{0,3}(?:用不用|该不该|要不要|需不需要|得不得|是不是(?:该|得|要))"
    r"|(?:用不用|该不该|需不需要|还用得?着?)(?:再)?我",
    Where.HEAD,
)
_TOLD_ME = _turn(
    r"(?:师[傅父]|他们?|她们?|别人|人家|老板|经理|主任|同事|顾客|客户)[^,。!?您你我]{0,5}[跟对冲]我(?:说|讲|念叨|喊)"
    r"(?![了好明清过完话服]|一下|,|$)",
    Where.HEAD,
)
"""我师傅那会儿老跟我说你准能行."""
_TOLD_OTHERS = _turn(
    r"[你他她][^,。!?我您]{0,6}[跟对同和](?![您你我咱俺])[^,。!?]{1,5}(?:讲|说|喊|吼)"
    r"(?![了好明清过完话服法去啊呀嘛]|一下|,|$)|[他她]们?[^,。!?我您]{0,4}(?:张嘴|张口|开口)就是?",
    Where.HEAD,
)
"""你昨天跟家属讲快点签."""
_NOT_SAID = _turn(
    r"(?:没有?|不会)(?:[跟对给和][您你他]们?)?(?:说|讲)过?(?:这是|那是|是)?(?![清明完好话得服错什])",
    Where.BEFORE,
    r"是我们|是咱|只是|不是我|[她他][们]?说|敢说|就当",
)
"""绝对没有说这事归采购."""
_DARE_NOT = _turn(
    r"不敢(?:就|现在)?(?:[跟给向][您你])?(?:讲|说|应|保证|答应|打包票|许|承诺)"
    r"|(?:不能|没法|不好|哪能)(?:现在)?(?:[跟给向][您你])?(?:保证|答应|承诺|打包票|应承|许诺)",
    Where.HEAD,
)
_FOR_WHAT = _turn(
    r"(?:[真可得要该]|那我|可太)[^,。!?]{0,4}谢(?:(?![帮陪等送]|提醒|告诉|体谅|辛苦|理解)[^。!?]){0,14}"
    r"(?:半夜|大清早|三更|下班前|专挑|又给我添|添[乱堵]|考我|教我怎么|让我[^,。!?]{0,5}白[跑爬等忙干])",
    Where.SENTENCE,
    r"[帮陪等送]|提醒|告诉|说一声|体谅|辛苦|理解|不然",
)
"""那我真得谢谢你, 专挑下班前甩过来: thanks for what nobody is thankful for."""
_IN_THAT_CASE = _turn(
    r"(?:要是|如果|若是|只要|等[您你]?(?:哪天|真|啥时|什么时候))[^。!?]{2,40}?我[^,。!?您你]{0,6}谢",
    Where.SENTENCE,
)
_WORD_THANKS = _turn(r"谢谢的谢|谢谢惠顾[\"'”’」』]|谢谢[您你]?[,， ]*(?:赶紧|快)(?:的|点|走)", Where.WORDS)
_IF_GUILTY = _turn(
    r"(?:查|验|核|问)[^,。!?]{0,6}是(?:我们?|咱们?|俺们?)[^,。!?]{0,8}的话"
    r"|(?:要真|真要|要是|万一|如果|若)[^,。!?]{0,3}(?:查|验|核|问)[^,。!?]{0,6}是(?:我们?|咱们?|俺们?)",
    Where.SENTENCE,
)
_MY_FAULT_THEN = _turn(r"(?:我的错|怪我|赖我|我不对)(?:呗|喽|咯|行了吧|好了吧)", Where.WORDS)
_MY_JOB = _turn(
    r"(?:这一?[片块带层栋条]|片区|平时|日常)[^,。!?]{0,12}(?:是我|归我|我)负责(?!到底)",
    Where.WORDS,
    r"是我没|我认|我的[错责]|怪我",
)
_BETTER = _turn(
    r"[您你]好[些点了没多转]",
    Where.WORDS,
    r"[您你]好(?![些点了没多转])|[早上中下晚][上午]?好|早安|大家好|打扰|欢迎",
)
_NO_CALL = _turn(
    r"(?<![您你])(?<![您你]就)(?<![您你]也)"
    r"(?:不会?再|不用我?再?|不必我?再?|不得再?|用不着我?再?|就不|没法再|懒得)(?![您你])"
    r"[^,。!?]{0,6}(?:打[给来过电]|回访|联系[您你]|通知[您你]|来电|去电|吵[您你]|烦[您你])",
    Where.WORDS,
    r"我(?:会|明天|后天|下周|到时|随时|今晚|再|来|亲自|给您|帮您)?[^不用,。!?]{0,6}"
    r"(?:打给|回访|联系您|通知您|给您回|告诉您)",
)
_WHOSE = _turn(r"归不归|归谁|管不管", Where.WORDS)
_TAKE_IT = _turn(r"[行成中好]不[行成中好](?:都|也)(?:是|就|得)", Where.SENTENCE)
"""行不行都是这个价: asks nobody."""
_OR_GO = _turn(
    r"要[么不][^。!?]{0,8}[等忍认][^。!?]{0,8}要[么不][^。!?]{0,6}(?:走|算了|拉倒|投诉|告|换别家)",
    Where.SENTENCE,
)
_SENT_ON = _turn(r"(?:那边|人家|他们|她们|那家|别家)[^,。!?我]{0,6}[让叫喊][您你]", Where.WORDS)
"""那边让您自个儿去盖章是吧."""
_HOURS = _turn(
    r"点[半整]?(?:钟)?(?:开门|打烊|关门|上班|下班|营业|收摊|开始营业)",
    Where.WORDS,
    r"给[您你]|我|送|修|办[好完妥]|[之以]?前",
)
_ONLY_I = _turn(r"(?:天底下|全世界|满世界|全公司)就我|[您你](?:从来|永远)(?:不|没|都?对)", Where.SENTENCE)
_DO_IT_THEN = _turn(r"[你您]行[你您]上", Where.SENTENCE)
_DANGER = _turn(r"弯[下着]?腰|捂住|着火[了啦]|地震[了啦]|撤离|湿毛巾", Where.SENTENCE)
"""Who calls out in danger hurries nobody."""

TURNS: Mapping[B, tuple[Turn, ...]] = {
    B.APOLOGISE: (_GIVE_WAY, _LONG_SINCE, _HANDED_ON, _MUST_I),
    B.THANK: (_FOR_WHAT, _IN_THAT_CASE, _WORD_THANKS, _LONG_SINCE, _HANDED_ON, _MUST_I),
    B.GREET: (_BETTER, _HANDED_ON),
    B.OWN: (_IF_GUILTY, _MY_FAULT_THEN, _MY_JOB, _MUST_I),
    B.CHECK_AGREEMENT: (_TAKE_IT,),
    B.OFFER_CHOICE: (_OR_GO,),
    B.SHIFT_WORK: (_SENT_ON,),
    B.ACCEPT_CRITICISM: (_ONLY_I,),
    B.PROMISE_FOLLOW_UP: (_NO_CALL, _DARE_NOT, _MUST_I),
    B.ENCOURAGE: (_TOLD_ME, _DO_IT_THEN),
    **dict.fromkeys((B.PRAISE, B.REASSURE), (_TOLD_ME,)),
    B.COMMIT_DEADLINE: (_DARE_NOT, _HOURS),
    **dict.fromkeys((B.OFFER_SOLUTION, B.COMPENSATE), (_DARE_NOT,)),
    B.RUSH: (_TOLD_OTHERS, _TOLD_ME, _DANGER),
    **dict.fromkeys((B.DISMISS, B.INSULT, B.BADMOUTH), (_TOLD_OTHERS, _TOLD_ME)),
    **dict.fromkeys((B.FLAT_REFUSAL, B.OVER_PROMISE), (_TOLD_OTHERS, _TOLD_ME, _NOT_SAID)),
    B.DENY_RESPONSIBILITY: (_TOLD_OTHERS, _NOT_SAID, _WHOSE),
}
"""For each behaviour the turns of phrase in which its words do not do it."""


def in_name_only(text: str, here: Clause, act: Act) -> bool:
    """Whether the act, seen in clause `here` of folded `text`, is one in name only."""
    turns = TURNS.get(act.id, ())
    return bool(turns) and any(_stands(turn, text, here, act) for turn in turns)


def _stands(turn: Turn, text: str, here: Clause, act: Act) -> bool:
    start, end = _sentence(text, here)
    head = min(end, max(act.start, here.start + HEAD))
    begin, stop = {
        Where.WORDS: (here.start, max(here.end, act.end)),
        Where.SENTENCE: (start, end),
        Where.BEFORE: (start, head),
        Where.HEAD: (here.start, head),
    }[turn.where]
    found = turn.pattern.search(text[begin:stop])
    if not found or turn.unless is None:
        return bool(found)
    return not turn.unless.search(text[start : begin + found.start()] + "," + text[begin + found.end() : end])


def _sentence(text: str, here: Clause) -> tuple[int, int]:
    """Where the sentence of a clause begins and ends."""
    start = max(text.rfind(mark, 0, here.start) for mark in "。!?;\n") + 1
    ends = [at for mark in "。!?;\n" if (at := text.find(mark, here.end)) >= 0]
    return start, min(ends, default=len(text))
