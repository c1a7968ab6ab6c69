"""Offers against a station's limits: which options are allowed, and how much of them."""

import re

from retrieval.text import fold
from rubrics.evidence import Act
from scenarios.behaviours import BehaviourId as B
from scenarios.station import Option, Station

OFFERS = frozenset({B.OFFER_SOLUTION, B.OFFER_CHOICE, B.COMPENSATE, B.TRADE})
_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_NUMBER = re.compile(r"(\d+(?:\.\d+)?)([万千百]?)|([零〇一二两三四五六七八九十百千万]+)")


def amount(text: str) -> float | None:
    """The first number in words such as 200元, 两百块, 一千五, 1.5万; None when there is none.

    A percentage or a discount (八折) is not an amount and gives None.
    """
    match = _NUMBER.search(fold(text))
    if not match or fold(text)[match.end() : match.end() + 1] in {"%", "折", "成"}:
        return None
    if match.group(1):
        return float(match.group(1)) * {"万": 10_000, "千": 1000, "百": 100, "": 1}[match.group(2)]
    return _han_number(match.group(3))


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
    offered = amount(act.args.get("amount", ""))
    return option.max_amount is not None and offered is not None and offered > option.max_amount


def permitted(act: Act, station: Station | None) -> bool:
    """An offer the station names and allows. Where no station tells, or it names no options, any offer."""
    if station is None or not station.options:
        return True
    return _option(act, station) is not None and not beyond(act, station)
