"""Short hands for tests of the conversation: a behaviour as if it had been recognised."""

from bot.ports import Behaviour
from scenarios.behaviours import BehaviourId


def saw(behaviour: str, quote: str = "……", confidence: float = 0.9, **args: str) -> Behaviour:
    """One behaviour with its quote at the start of the utterance."""
    return Behaviour(BehaviourId(behaviour), quote, 0, len(quote), confidence, args)
