"""A talk grounded in the organisation's own documents, for the stations that name them.

What a candidate states as policy, term or amount is held against the passages that fit it, beside the
station's rules; who knows the rules is given those that fit what was just said.
"""

from collections.abc import Sequence

from bot.ports import Behaviour, Context, Knowledge, Recogniser, prepared
from bot.recogniser.misstating import misstatements, rules_of
from scenarios.behaviours import BehaviourId
from scenarios.station import Station

MOST_RULES = 6
"""Rules given to who words a move; more would drown what is to be said."""


class GroundedRecogniser:
    """A Recogniser that also holds statements against the documents a station names."""

    def __init__(self, inner: Recogniser, knowledge: Knowledge) -> None:
        """`version` stays the inner one's: which rule was gone against is in the behaviour itself."""
        self.version = inner.version
        self._inner, self._knowledge = inner, knowledge

    async def prepare(self, said: Sequence[tuple[str, Context]]) -> None:
        """See `Preparing.prepare`."""
        await prepared(self._inner, said)

    def recognise(self, text: str, context: Context) -> tuple[Behaviour, ...]:
        """See `Recogniser.recognise`. Of the station's rules and of documents, the closest is told once."""
        found = self._inner.recognise(text, context)
        station = context.station
        if station is None or not station.documents:
            return found
        passages = self._knowledge.about(text, station.documents)
        other = [each for each in found if each.id is not BehaviourId.MISSTATE]
        return tuple(
            sorted(
                [*other, *misstatements(text, (*rules_of(station), *passages))],
                key=lambda b: (b.start, b.end, b.id),
            )
        )


def rules_about(text: str, station: Station, knowledge: Knowledge | None) -> tuple[str, ...]:
    """What may be cited in answer to `text`: the station's rules, then the passages that fit it."""
    found = knowledge.about(text, station.documents) if knowledge and station.documents else ()
    rules = [f"{rule.title}：{rule.text}" for rule in station.rules]
    return (*rules, *(f"{each.title}：{each.text}" for each in found))[:MOST_RULES]
