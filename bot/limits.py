"""What a station lets the candidate offer, and how much of it."""

from bot.ports import Behaviour
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


def beyond(station: Station, seen: Behaviour) -> bool:
    """Whether an offer is one the candidate has no power to make, or of more than they may give."""
    option_id = seen.args.get("option")
    if option_id is None or seen.id not in OFFERS:
        return False
    option = station.option(option_id)
    if not option.allowed:
        return True
    value, percent = seen.args.get("value"), seen.args.get("amount", "").strip("。，").endswith("%")
    percent = percent or seen.args.get("amount", "").startswith("百分之")
    same_unit = percent == (option.unit == "%")
    return (
        option.max_amount is not None and value is not None and same_unit and float(value) > option.max_amount
    )
