"""Numbers with units in Chinese speech and print: 七天, 15个工作日内, 三到五天, 最高200元, 百分之十, 八折."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from retrieval.text import fold

Bound = Literal["exact", "most", "least", "over"]

_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "俩": 2}
_POWERS = {"十": 10, "百": 100, "千": 1000}
_UNITS: Mapping[str, tuple[str, float]] = {
    "分钟": ("time", 1 / 1440), "小时": ("time", 1 / 24), "钟头": ("time", 1 / 24), "天": ("time", 1),
    "日": ("time", 1), "周": ("time", 7), "星期": ("time", 7), "礼拜": ("time", 7), "月": ("time", 30),
    "季度": ("time", 90), "年": ("time", 365), "工作日": ("workday", 1), "元": ("money", 1),
    "块钱": ("money", 1), "块": ("money", 1), "圆": ("money", 1), "万元": ("money", 10_000),
    "千元": ("money", 1000), "角": ("money", 0.1), "毛": ("money", 0.1), "%": ("share", 1),
    "成": ("share", 10), "倍": ("share", 100), "折": ("price", 10),
    **{unit: (unit, 1) for unit in ("次", "件", "台", "人", "张", "份", "名", "户", "公里", "斤", "积分")},
}  # fmt: skip
_UNIT = "|".join(sorted(_UNITS, key=len, reverse=True))
_HAN = "[零〇一二两俩三四五六七八九十百千万亿]"
_NUMBER = rf"(?:\d[\d,]*(?:\.\d+)?[百千万亿]?|{_HAN}+(?:点[零一二三四五六七八九]+)?|半)"
_PATTERN = re.compile(
    rf"(?P<share>百分之)?(?P<low>{_NUMBER})(?:(?:个?(?:{_UNIT}))?[-~—–到至](?:百分之)?(?P<high>{_NUMBER}))?"
    rf"(?P<half>个半)?个?(?P<unit>{_UNIT})?(?P<more>半)?"
)
_NO_TERM = re.compile(
    r"\d{4}年(?:\d{1,2}月(?:\d{1,2}[日号])?)?|\d{1,2}月\d{1,2}[日号]|每?月\d{1,2}[日号]|"
    r"[一二三四五六七八九十]{1,2}月[一二三四五六七八九十]{1,3}[日号]|\d{1,2}月(?!\d)|(?<!个)[一二三四五六七八九十]{1,2}月|"
    r"第[\d一二三四五六七八九十百零]+[章节条款项页版次天个]?|(?:周|星期|礼拜)[一二三四五六日天]|[\d\-]{7,}"
)
_BEFORE: tuple[tuple[Bound, str], ...] = (
    ("most", "不超过|不得超过|不多于|不高于|不大于|最多|最高|最长|至多|最迟|最晚|不晚于|上限|不足|不满"),
    ("least", "不少于|不得少于|不低于|至少|最少|最低|起码|满"),
    ("over", "超过|超出|多于|高于|大于|逾"),
)
_AFTER: tuple[tuple[Bound, str], ...] = (
    ("most", r"(?:以|之)?内|以下|为限|封顶|之前|前"),
    ("least", r"(?:及|或)?以上|起(?!诉|草)"),
    ("over", r"(?:以|之)外"),
)
_REACH = 12  # characters between 不超过 and its number: 不超过订单金额的百分之二十
LONGEST = 32  # characters above which a run of digits is a number that nobody says


@dataclass(frozen=True, slots=True)
class Quantity:
    """One number with its unit, where it stands in the text."""

    dimension: str
    """`time` (days), `workday`, `money` (yuan), `share`, `price` (per cent), or what is counted: 次, 件."""
    low: float
    high: float
    """Equal to `low` but for a range such as 三到五天."""
    bound: Bound
    start: int
    end: int
    """text[start:end] is the number with its unit."""


def quantities(text: str) -> Iterator[Quantity]:
    """Every number with a unit, in order; dates, weekdays and ordinals are none."""
    plain = _NO_TERM.sub(lambda found: "\x00" * len(found[0]), fold(text))
    for found in _PATTERN.finditer(plain):
        if made := _made(found, plain):
            yield made


def _made(found: re.Match[str], text: str) -> Quantity | None:
    unit = "%" if found["share"] else found["unit"]
    both = _ends(found["low"], found["high"])
    if unit is None or both is None or both[0] > both[1]:
        return None
    dimension, scale = _UNITS[unit]
    if unit == "折" and both[0] >= 10:  # 八五折 reads as 85
        scale = 1
    extra = 0.5 if found["half"] or (found["more"] and dimension in {"time", "money"}) else 0.0
    low, high = ((value + extra) * scale for value in both)
    return Quantity(dimension, low, high, _bound(text, found), found.start(), found.end())


def _ends(low: str, high: str | None) -> tuple[float, float] | None:
    if high is None and len(low) == 2 and all(c in _DIGITS for c in low) and _follows(low):
        return float(_DIGITS[low[0]]), float(_DIGITS[low[1]])  # 两三天
    first, last = number(low), number(high or low)
    return None if first is None or last is None else (first, last)


def _follows(pair: str) -> bool:
    return _DIGITS[pair[1]] == _DIGITS[pair[0]] + 1 and _DIGITS[pair[0]] > 0


def _bound(text: str, found: re.Match[str]) -> Bound:
    for bound, pattern in _AFTER:
        if re.match(pattern, text[found.end() :]):
            return bound
    near = re.split(r"[，。；：、,;:!?！？\x00\n\d]", text[max(0, found.start() - _REACH) : found.start()])[
        -1
    ]
    hits = [(at.end(), bound) for bound, pattern in _BEFORE for at in re.finditer(pattern, near)]
    return max(hits, key=lambda hit: hit[0])[1] if hits else "exact"


def number(text: str) -> float | None:
    """七 → 7, 一百二 → 120, 3.5 → 3.5, 1,200 → 1200, 两万 → 20000, 半 → 0.5; None when it is no number."""
    text = text.replace(",", "")
    if len(text) > LONGEST:
        return None
    if text == "半":
        return 0.5
    if found := re.fullmatch(r"(\d+(?:\.\d+)?)([百千万亿]?)", text):
        return float(found[1]) * ({"": 1, "万": 10_000, "亿": 100_000_000} | _POWERS)[found[2]]
    whole, _, decimals = text.partition("点")
    value = _whole(whole)
    if value is None or not decimals:
        return value
    return value + sum(_DIGITS[c] * 0.1 ** (i + 1) for i, c in enumerate(decimals))


def _whole(text: str) -> float | None:
    for mark, size in (("亿", 1e8), ("万", 1e4)):
        head, found, tail = text.rpartition(mark)
        if found:
            above, below = _whole(head), _whole(tail) if tail else 0.0
            short = len(tail) == 1  # 六万三 is 63 000
            return (
                None if above is None or below is None else above * size + below * (size / 10 if short else 1)
            )
    if text and all(c in _DIGITS for c in text):
        return float("".join(str(_DIGITS[c]) for c in text))  # 二〇二五
    return _below(text) if text and all(c in _DIGITS or c in _POWERS for c in text) else None


def _below(text: str) -> float:
    """Below ten thousand; a lone last digit counts in the next unit down (一百二 is 120)."""
    total, digit, power = 0.0, 0, 1
    for c in text:
        if c in _POWERS:
            power = _POWERS[c]
            total, digit = total + (digit or 1) * power, 0
        else:
            digit, power = _DIGITS[c], 1 if c in "零〇" else power
    return total + digit * (power / 10 if power > 10 else 1)
