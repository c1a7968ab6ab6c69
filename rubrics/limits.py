"""Offers against a station's limits: which options are allowed, and how much of them."""

import re

from retrieval.text import fold
from rubrics.evidence import OFFERS, Act
from rubrics.tie import gives
from scenarios.station import Option, Station

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_VAGUE = frozenset("些点定下直起样般")
"After 一: no number at all."
_NUMBER = re.compile(r"(\d+(?:\.\d+)?)([万千百]?)|([零〇一二两三四五六七八九十百千万]+)")


def amount(text: str, unit: str = "元") -> float | None:
    """The first number in words such as 200元, 两百块, 一千五, 1.5万; None when there is none.

    With `unit` % the per cent given away: 8%, 八个点, 九折 (10), 九五折 (5). Else such words are no amount.
    """
    plain = fold(text)
    match = _NUMBER.search(plain)
    if not match:
        return None
    rest = plain[match.end() : match.end() + 2]
    if unit == "%":
        return _per_cent(match, rest)
    if rest[:1] in {"%", "折", "成"} or rest == "个点" or rest[:1] in _VAGUE:
        return None
    if match.group(1):
        return float(match.group(1)) * {"万": 10_000, "千": 1000, "百": 100, "": 1}[match.group(2)]
    return _han_number(match.group(3))


def _per_cent(match: re.Match[str], rest: str) -> float | None:
    digits = match.group(3) or ""
    figure = match.group(1) or "".join(str(_DIGITS[char]) for char in digits if char in _DIGITS)
    if rest[:1] == "折" and figure:
        value = float(figure)
        return 100 - value * (1 if value >= 10 else 10)
    if rest[:1] == "%" or rest == "个点":
        return float(match.group(1)) if match.group(1) else _han_number(digits)
    return None


def _han_number(text: str) -> float:
    """一千五 is 1500, 三百二十 is 320, 十二 is 12."""
    if "万" in text:
        high, low = text.split("万", 1)
        tail = _han_number(low) * 1000 if len(low) == 1 and low in _DIGITS else _han_number(low) if low else 0
        return _han_number(high) * 10_000 + tail
    total, digit, last_unit, pending = 0, 0, 1, False
    for char in text:
        if char in _UNITS:
            last_unit = _UNITS[char]
            total += (digit if pending else 1) * last_unit
            digit, pending = 0, False
        elif char in _DIGITS:
            digit, pending = _DIGITS[char], True
            if digit == 0:
                last_unit, pending = 10, False
    if pending:
        total += digit * (last_unit // 10 if last_unit >= 100 else 1)
    return float(total)


def _option(act: Act, station: Station | None) -> Option | None:
    wanted = act.args.get("option")
    return next((each for each in station.options if each.id == wanted), None) if station else None


def beyond(act: Act, station: Station | None) -> bool:
    """An offer that the station forbids, or more of it than it allows."""
    option = _option(act, station)
    if act.behaviour not in OFFERS or option is None:
        return False
    if not option.allowed:
        return True
    if option.max_amount is None or not gives(act.quote):
        return False
    offered = amount(act.args.get("amount", ""), option.unit)
    return offered is not None and offered > option.max_amount


def permitted(act: Act, station: Station | None) -> bool:
    """An offer the station names and allows. Where no station tells, or it names no options, any offer."""
    if station is None or not station.options:
        return True
    return _option(act, station) is not None and not beyond(act, station)
