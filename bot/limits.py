"""What a station lets the candidate offer, and how much of it."""

import re
from collections.abc import Mapping

from bot.figures import parse
from retrieval.text import fold
from scenarios.behaviours import BehaviourId as B
from scenarios.station import Station

OFFERS = frozenset({
    B.OFFER_SOLUTION,
    B.OFFER_CHOICE,
    B.COMPENSATE,
    B.TRADE,
    B.COMMIT_DEADLINE,
    B.OVER_PROMISE,
})
_VAGUE = frozenset("些点定下直起样般")
"After 一: no number at all."
_NUMBER = re.compile(r"(\d+(?:\.\d+)?)([万千百]?)|([零〇一二两三四五六七八九十百千万]+)")
_TIMES = {"万": 10_000, "千": 1000, "百": 100, "": 1}


def amount(text: str, unit: str = "元") -> float | None:
    """The first number in words such as 200元, 两百块, 一千五, 1.5万; None when there is none.

    With `unit` % the per cent given away: 8%, 八个点, 九折 (10), 九五折 (5). Else such words are no amount.
    """
    plain = fold(text)
    hundredths = "百分之" in plain
    match = _NUMBER.search(plain.replace("百分之", "", 1))
    if not match:
        return None
    rest = match.string[match.end() : match.end() + 2]
    if unit == "%":
        return _per_cent(match, rest, hundredths=hundredths)
    if hundredths or rest[:1] in {"%", "折", "成"} or rest == "个点" or rest[:1] in _VAGUE:
        return None
    if match.group(1):
        return float(match.group(1)) * _TIMES[match.group(2)]
    return float(parse(match.group(3)))


def _per_cent(match: re.Match[str], rest: str, *, hundredths: bool) -> float | None:
    digits = match.group(3) or ""
    figure = match.group(1) or "".join(str(parse(char)) for char in digits if char not in "十百千万")
    if rest[:1] == "折" and figure:
        value = float(figure)
        return 100 - value * (1 if value >= 10 else 10)
    if rest[:1] == "%" or rest == "个点" or hundredths:
        return float(match.group(1)) if match.group(1) else float(parse(digits))
    return None


def beyond(station: Station, behaviour: B, args: Mapping[str, str]) -> bool:
    """Whether an offer is one the candidate has no power to make, or of more than they may give."""
    if "option" not in args or behaviour not in OFFERS:
        return False
    option = station.option(args["option"])
    if not option.allowed:
        return True
    offered = amount(args.get("amount", ""), option.unit)
    return option.max_amount is not None and offered is not None and offered > option.max_amount
