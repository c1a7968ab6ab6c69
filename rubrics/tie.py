"""Whether a sentence is about this matter, or a phrase that fits any customer.

「大夏天跑了三趟还没修好，换谁都窝火」 is tied to the talk; 「非常理解您的心情，感谢您的支持」 is not.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from bot.transcript import Transcript
from retrieval.text import fold
from scenarios.parts import Line
from scenarios.station import Station

_FUNCTION = frozenset(
    "的了是我你您他她它们这那哪不就也都在和与有会能请给对把被吧吗呢啊呀哦嗯个一下来去到说要想还很太真可以为着过得地之"
    "好先再让从等时后前里上中什么怎谢"
)
_SAID_ANYWHERE = (
    "抱歉 对不起 不好意思 理解 心情 感受 感谢 支持 放心 服务 问题 客户 "
    "处理 解决 情况 方案 反馈 帮助 麻烦 公司 我们 需要 希望 配合 "
    "工作 尽快 马上 立即 非常 十分 特别 意见 建议 重视 满意 体验 "
    "不便 带来 造成 宝贵 先生 女士 经理 老师 师傅 今天 现在 知道 "
    "明白 清楚 保证 一定 负责 事情 "
)
_PHRASES = frozenset(
    word[i : i + 2] for word in re.findall(r"\w+", _SAID_ANYWHERE) for i in range(len(word) - 1)
)
"Pairs that are in any service talk and tie a sentence to none."


_GIVING = re.compile("给|送|赔|补|让|优惠|抵扣|返|退|减|免|折")


def gives(text: str) -> bool:
    """Whether something is being given: without such a word a figure is no offer."""
    return _GIVING.search(fold(text)) is not None


@lru_cache(maxsize=8192)
def content_pairs(text: str) -> frozenset[str]:
    """Pairs of Han characters that carry content: no function characters, no phrase of the trade."""
    plain = fold(text)
    out = set()
    for i in range(len(plain) - 1):
        pair = plain[i : i + 2]
        if all("\u4e00" <= c <= "\u9fff" or c.isdigit() for c in pair) and not (set(pair) & _FUNCTION):
            out.add(pair)
    return frozenset(out - _PHRASES)


@lru_cache(maxsize=2048)
def touches(phrases: tuple[str, ...], text: str) -> bool:
    """Whether one of the phrases (regular expressions allowed) is in the text."""
    plain = fold(text)
    return any(_pattern(phrase).search(plain) for phrase in phrases)


@lru_cache(maxsize=2048)
def _pattern(phrase: str) -> re.Pattern[str]:
    try:
        return re.compile(fold(phrase))
    except re.error:
        return re.compile(re.escape(fold(phrase)))


def _lines(station: Station) -> Iterator[Line]:
    """What the counterpart may say about the matter itself."""
    yield from station.openings
    for fact in station.facts:
        yield from fact.tells
    for concern in station.concerns:
        yield from (*concern.hints, *concern.tells)
    for demand in station.demands:
        yield from demand.presses


@dataclass(frozen=True, slots=True)
class Matter:
    """What the talk is about, in content pairs and the station's own phrases."""

    pairs: frozenset[str]
    phrases: tuple[str, ...]

    @classmethod
    def of(cls, transcript: Transcript, station: Station | None) -> "Matter":
        """From the station where there is one, else from the counterpart's words.

        Of a station everything the counterpart could have said about it counts: who draws another seed hears
        other lines, and must not be marked by another measure.
        """
        phrases: tuple[str, ...] = ()
        if station is None:
            texts = [turn.text for turn in transcript.turns if turn.role == "counterpart"]
        else:
            texts = [line.say for line in _lines(station)]
            texts += [station.card.situation, *station.card.known, *station.card.limits, station.trade]
            texts += [f"{fact.label}{fact.value}" for fact in station.facts]
            texts += [*(c.title for c in station.concerns), *(d.title for d in station.demands)]
            texts += [point.title for point in station.points]
            phrases = tuple(phrase for concern in station.concerns for phrase in concern.phrases)
        return cls(frozenset().union(*(content_pairs(text) for text in texts)), phrases)

    def has(self, sentence: str) -> bool:
        """Whether the sentence is about this matter."""
        return bool(content_pairs(sentence) & self.pairs) or touches(self.phrases, sentence)
