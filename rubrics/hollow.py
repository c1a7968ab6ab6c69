"""Words that do nothing: the politeness of any counter, and the marking scheme read out aloud."""

import re
from dataclasses import dataclass
from functools import lru_cache

from retrieval.text import fold
from rubrics.model import Rubric
from rubrics.tie import Matter, content_pairs
from scenarios.behaviours import BehaviourId
from scenarios.station import Station

LONGEST = 40
"Characters of a sentence that can be mere politeness."
RECITED = 0.6
"Share of a sentence in the scheme's own words, from which it is the scheme that is spoken."
NOTHING_ELSE = 0.1
"Share of other words in a sentence that is nothing but titles."
GRAM, ITEMS = 6, 3
"Characters in a row that nobody shares with the scheme by chance; titles that make a list."
_CLICHE = re.compile(
    "为您服务|为大家服务|(耐心|久)等待|您的耐心|理解[与和]支持|支持[与和]理解|最大的(动力|追求|满足|心愿|诚意|努力)|"
    "给[您你]带来.{0,6}(不便|体验|困扰|麻烦)|放在(第一|首)位|认真对待|高度重视|十分重视|全力以赴|宝贵|努力,?做得更好|不断努力|"
    "[您你]的(信任|支持|厚爱|光临|惠顾|认可|鼓励|陪伴)|重视[您你]的|很有道理(?=[。!]|$)|愉快|工作顺利|身体健康|万事如意|阖家|荣幸|前进的方向|"
    "竭诚|竭尽全力|尽心尽力|不遗余力|真心希望|希望能够?帮|诚意|诚挚|衷心|由衷|深表|放在心上|用心服务|秉承|理念|一路相伴|通情达理|"
    "[您你]的(需求|需要|意见|建议|每一?句话|感受|满意)|我们的追求|最大的追求|相信我们|[您你]?辛苦了|在[您你]身边|倍感|温暖|随时[与和跟]我们联系|至上|至尊|以客为|精益求精|一如既往|再接再厉|携手|共创|期待[您你]|"
    "欢迎([您你])?(再次|下次|随时)|感恩|热忱|贴心|周到|温馨|海涵|包涵|见谅|谅解|多多(关照|指教|支持)|上帝|添麻烦|完全(可以|能够?)?理解|"
    "(非常|十分|万分)(感谢|抱歉|理解),?(非常|十分|万分)"
)
"What is said at any counter about any matter."
_IDLE = re.compile("一直|大家|始终|永远|真的|已经|每一?位|所有|努力|希望|一定|将会|能够|这里|我们|公司")
"Words that are about nothing by themselves."
MANNERS: dict[BehaviourId, str] = {
    BehaviourId.GREET: "好|早|欢迎",
    BehaviourId.INTRODUCE: "我是|我叫|我姓|工号|这里是|这边是",
    BehaviourId.THANK: "谢",
    BehaviourId.CLOSE: "祝|再见|再会|拜拜|回见|欢迎",
    BehaviourId.ASK_OPEN: "吗|呢|什么|怎|哪|如何|说说|讲讲",
    BehaviourId.CHECK_AGREEMENT: "吗|呢|吧|行不|好不|可不|如何|怎么样",
}
"What politeness about nothing can still be, and the words without which it is not."
_NOD = re.compile(
    r"(嗯+|哦|啊|好(的|吧|嘞)?|是(的|这样(的)?)?|对(的|对)?|行|明白(了)?|知道了|您(请)?说|您讲|这样啊|[\s,。!…、])+"
)


def is_hollow(sentence: str, matter: Matter) -> bool:
    """Whether a sentence is politeness that names nothing of this matter: 您的满意就是我们最大的动力."""
    plain = fold(sentence)
    if len(plain) > LONGEST or any(char.isdigit() for char in plain):
        return False
    rest = _CLICHE.sub("，", plain)
    return rest != plain and not matter.has(_IDLE.sub("，", rest))


def is_manner(behaviour: BehaviourId, sentence: str) -> bool:
    """Whether mere politeness can be this, in these words."""
    words = MANNERS.get(behaviour)
    return words is not None and re.search(words, fold(sentence)) is not None


def is_nod(sentence: str) -> bool:
    """Whether a sentence only keeps the talk going: 嗯，是这样的，您说."""
    return _NOD.fullmatch(fold(sentence)) is not None


def says(sentence: str, matter: Matter) -> bool:
    """Whether a sentence has any content: more than politeness, more than 嗯，好的，您说."""
    return bool(content_pairs(sentence)) and not is_hollow(sentence, matter)


@dataclass(frozen=True, slots=True)
class Scheme:
    """The words a marking scheme is written in."""

    grams: frozenset[str]
    "Runs of `GRAM` characters of its checks."
    titles: tuple[str, ...]
    "Of its criteria, and of what the station knows of: the longest first."

    @classmethod
    def of(cls, rubric: Rubric, station: Station | None) -> "Scheme":
        """Of a rubric, at a station where there is one."""
        titles = [each.title for each in rubric.criteria]
        if station is not None:
            titles += [station.title, station.trade, *(fact.label for fact in station.facts)]
            titles += [*(each.title for each in station.concerns), *(each.title for each in station.demands)]
        return _scheme(tuple(c.text for each in rubric.criteria for c in each.checks), tuple(titles))

    def recited(self, sentence: str) -> bool:
        """Whether a sentence is mostly in the words of its checks, or a list of its titles."""
        plain = _bare(sentence)
        if len(plain) < GRAM:
            return False
        at = [i for i in range(len(plain) - GRAM + 1) if plain[i : i + GRAM] in self.grams]
        if len({i + n for i in at for n in range(GRAM)}) >= RECITED * len(plain):
            return True
        left, found = plain, 0
        for title in self.titles:
            if title in left:
                left, found = left.replace(title, "", 1), found + 1
        listed = found >= ITEMS and len(left) <= (1 - RECITED) * len(plain)
        return listed or (found > 0 and len(left) <= NOTHING_ELSE * len(plain))


@lru_cache(maxsize=64)
def _scheme(checks: tuple[str, ...], titles: tuple[str, ...]) -> Scheme:
    plain = [_bare(text) for text in checks]
    grams = {text[i : i + GRAM] for text in plain for i in range(len(text) - GRAM + 1)}
    known = {each for title in titles if len(each := _bare(title)) >= 2}
    return Scheme(frozenset(grams), tuple(sorted(known, key=lambda each: (-len(each), each))))


@lru_cache(maxsize=4096)
def _bare(text: str) -> str:
    return re.sub(r"[^\w]", "", fold(text))
