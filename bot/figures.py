"""The figures in a Chinese text, whichever way they are written: 180, 一百八 and １８０ are one."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "幺": 1, "俩": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_HAN = "".join(_DIGITS) + "十百千万"
_COUNTED = "点号天次回趟块元月年岁台遍位家小分秒度折成%个"
_IDIOMS = re.compile(
    rf"(?<![\d{_HAN}])(?:百分之?百|万一|千万|十分|十足|十几|几十|一五一十|三番[五两]次|七上八下|乱七八糟|[一八][百千万][遍句声]|千[言辛山]万[语苦水]"
    r"|成千上万|三天两头|十有八九|三心二意|三言?两[语句]|七嘴八舌|百八十|一百个|一千个|一万个|五花八门|四平八稳"
    r"|三三两两|不三不四|八九不离十|丢三落四|接二连三|说一不二|独一无二|朝三暮四|颠三倒四|二话|万[分般])"
)
_WEEKDAY = re.compile(rf"(礼拜|星期|周)[一二三四五六]|[{_HAN}]+(?:个字|个词|句话)")
_NUMBER = re.compile(
    rf"\d+(?:\.\d+)?(?:[万千百](?:\d(?!\d))?)?|[{_HAN}]*[十百][{_HAN}]*点[零一二三四五六七八九]{{1,2}}(?![十刻分])"
    rf"|[{_HAN}]*[百千万][三四五六七八九](?=[一两][天晚夜个月年人块])|[{_HAN}]+"
)
_MEASURES = {
    "money": "块钱 块 元 毛钱 角钱",
    "clock": "点半 点钟 点",
    "minutes": "分钟 刻钟",
    "seconds": "秒钟 秒",
    "hours": "个小时 小时 个钟头 钟头 个钟",
    "days": "个工作日 工作日 天 日 号",
    "weeks": "个星期 星期 个礼拜 礼拜 周",
    "months": "个月 月",
    "years": "年 岁",
    "people": "号人 人 位 名",
    "times": "次 回 趟 遍",
    "distance": "公里 里地 里路 站地 米 厘米",
    "share": "% 成 折",
}
"""What a figure counts, by the measure word after it. 个 says nothing."""
_COUNTS = {word: measure for measure, words in _MEASURES.items() for word in words.split()} | {
    word: word for word in "分期单度副家条份张台件站户间辆部笔页层项批架种款桩门根"
}
_CLOCK = re.compile(
    rf"(?P<hour>\d{{1,2}}|[{_HAN}]{{1,3}})(?:点(?:(?P<half>半)|(?P<quarter>[一三])刻|(?P<minute>\d{{1,2}}|[{_HAN}]{{2,3}})(?![{_HAN}个块%]))"
    r"|[:：](?P<digital>[0-5]\d))"
)
_MEASURE = re.compile("([多几来余]?)(" + "|".join(sorted(_COUNTS, key=len, reverse=True)) + ")?")


class Figure(NamedTuple):
    """A number said, as plain digits, with what it counts (a key of `_MEASURES`) where that is clear."""

    value: str
    counts: str | None = None
    over: bool = False
    "三万多: that much and something."


def figures(text: str) -> frozenset[str]:
    """Canonical figures: every Arabic one, Chinese ones from ten up, smaller ones from 三 where they count.

    一 and 两 are left out, as are idioms (万一, 三番五次) and rough counts (三四天): nobody is held to them.
    """
    return frozenset(figure.value for figure in counted(text) if ":" not in figure.value)


@lru_cache(maxsize=1024)
def counted(text: str) -> frozenset[Figure]:
    """The same figures with what each of them counts."""
    text = _IDIOMS.sub("，", unicodedata.normalize("NFKC", text))
    text = _WEEKDAY.sub(r"\1，", text)
    found = set[Figure]()
    for number in _NUMBER.finditer(text):
        after = _MEASURE.match(text, number.end())
        if after and (value := _canonical(number.group(), text[number.end() : number.end() + 1])):
            decimal = after[2] == "点" and text[after.end() : after.end() + 1] in _DIGITS
            found.add(Figure(value, None if decimal else _COUNTS.get(after[2]), after[1] != ""))
    return frozenset(found) | frozenset(_clock(text))


def _clock(text: str) -> Iterator[Figure]:
    """Times to the minute as they stand on a dial: 三点二十, 下午三点二十 and 15:20 are 3:20."""
    for time in _CLOCK.finditer(text):
        hour = _number(time["hour"])
        quarter = {"一": 15, "三": 45}.get(time["quarter"] or "", 0)
        minute = 30 if time["half"] else quarter or _number(time["minute"] or time["digital"])
        if hour <= 24 and minute < 60:
            yield Figure(f"{hour % 12}:{minute:02}", "clock")


def _number(raw: str) -> int:
    return int(raw) if raw.isdecimal() else parse(raw)


def unfounded(said: Iterable[Figure], known: frozenset[Figure], *, asking: bool = False) -> list[str]:
    """The figures said that nothing known bears out, in order.

    One that is known for counting something else (三天 where three pieces are known) is not borne out, but
    when `asking` (几点，三点？). 三万多 is by any known figure from 30,000 to under 40,000, 93 by 93.1.
    """
    counts: dict[str, set[str | None]] = {}
    for figure in known:
        counts.setdefault(figure.value, set()).add(figure.counts)
    return sorted(each.value for each in said if not _founded(each, counts, asking))


def _founded(figure: Figure, counts: dict[str, set[str | None]], asking: bool) -> bool:
    if figure.value not in counts:
        return any(_just_over(figure, value) for value in counts)
    mine = counts[figure.value]
    return asking or figure.counts is None or None in mine or figure.counts in mine


def _just_over(figure: Figure, value: str) -> bool:
    low = figure.value
    zeros = len(low) - len(low.rstrip("0")) if figure.over and low.isdigit() else 0
    if ":" in low + value:
        return False
    return (figure.over or "." in value) and 0 <= Decimal(value) - Decimal(low) < 10**zeros


_SPOKEN = re.compile(
    rf"百分之(?P<share>[{_HAN}]+(?:点[{_HAN}]+)?|\d+(?:\.\d+)?)|(?P<number>[{_HAN}]*[十百千万][{_HAN}]*)"
)


def arabic(text: str) -> tuple[str, list[int]]:
    """The text with numbers from ten up and shares written in digits (百分之十九 is 19%), as 一百八 is heard.

    With it, for each of its characters and for its end, the place in `text` that it stands for.
    """
    out, places, last = "", list[int](), 0
    for found in _SPOKEN.finditer(text):
        written = _written(found, text)
        if written is None:
            continue
        out += text[last : found.start()] + written
        places += [*range(last, found.start()), *[found.start()] * len(written)]
        last = found.end()
    return out + text[last:], [*places, *range(last, len(text) + 1)]


def _written(found: re.Match[str], text: str) -> str | None:
    if share := found["share"]:
        whole, _, rest = share.partition("点")
        number = whole if whole[0].isdigit() else str(parse(whole))
        return f"{number}{'.' + ''.join(str(_DIGITS[c]) for c in rest if c in _DIGITS) if rest else ''}%"
    if found["number"] in {"百", "千", "万"}:  # 万事如意, 百货, 千家: no number
        return None
    if _IDIOMS.match(text, found.start()) or parse(found["number"]) < 10:
        return None
    return str(parse(found["number"]))


def _canonical(raw: str, after: str) -> str | None:
    if raw[0].isdigit():
        return _arabic(raw)
    if "点" in raw:
        whole, _, rest = raw.partition("点")
        return f"{parse(whole)}.{''.join(str(_DIGITS[char]) for char in rest)}"
    if not any(char in "十百千万" for char in raw):
        return _plain(raw, after)
    value = parse(raw)
    return str(value) if value >= 10 else None


def _arabic(raw: str) -> str:
    """180, 4.5万 and 4万5 as plain numbers without idle zeros."""
    number, unit, rest = re.fullmatch(r"([\d.]+)([万千百]?)(\d?)", raw).groups()  # type: ignore[union-attr]
    value = Decimal(number) * (10_000 if unit == "万" else _UNITS.get(unit, 1))
    value += Decimal(rest or 0) * (10_000 if unit == "万" else _UNITS.get(unit, 1)) / 10
    return f"{value.normalize():f}"


def _plain(raw: str, after: str) -> str | None:
    """Digits one after the other (a number spelt out), a single digit that counts something, or idle talk."""
    digits = [_DIGITS[char] for char in raw]
    if len(digits) == 1:
        return str(digits[0]) if digits[0] >= 3 and after and after in _COUNTED else None
    if all(b - a == 1 for a, b in pairwise(digits)) and len(digits) < 4:
        return None
    return "".join(map(str, digits)).lstrip("0") or "0"


def parse(raw: str) -> int:
    """A Chinese number with units, colloquial ends included: 一百八 is 180, 两万五 is 25000."""
    total = section = digit = 0
    unit = 1
    for char in raw:
        if char in _DIGITS:
            digit = _DIGITS[char]
            unit = 1 if char in "零〇" else unit
        elif char == "万":
            total += ((section + digit) or 1) * 10_000
            section, digit, unit = 0, 0, 10_000
        else:
            section += (digit or 1) * _UNITS[char]
            digit, unit = 0, _UNITS[char]
    # 一百八: a last digit right after a unit of at least a hundred stands one unit lower.
    return total + section + digit * (unit // 10 if unit >= 100 else 1)
