"""Offers against a station's limits: which options are allowed, and how much of them."""

from bot import limits
from rubrics.evidence import OFFERS, Act
from rubrics.tie import gives
from scenarios.station import Station


def _named(act: Act, station: Station) -> bool:
    return any(option.id == act.args.get("option") for option in station.options)


def beyond(act: Act, station: Station | None) -> bool:
    """An offer that the station forbids, or more of it than it allows; words that give nothing are none."""
    if station is None or act.behaviour not in OFFERS or not _named(act, station):
        return False
    args = act.args if gives(act.quote) else {"option": act.args["option"]}
    return limits.beyond(station, act.behaviour, args)


def permitted(act: Act, station: Station | None) -> bool:
    """An offer the station names and allows. Where no station tells, or it names no options, any offer."""
    if station is None or not station.options:
        return True
    return _named(act, station) and not beyond(act, station)
