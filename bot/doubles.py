"""Scripted stand-ins for the seams of the conversation, shipped beside them.

Each plays a fixed list of steps and fails on a call too many and, at `done()`, on a step unused.
"""

from collections.abc import AsyncIterator, Mapping, Sequence

from bot.ports import Behaviour, Context, Cue


class ScriptedRecogniser:
    """Recogniser that answers by utterance."""

    version = "scripted"

    def __init__(self, answers: Mapping[str, Sequence[Behaviour]]) -> None:
        self._answers = dict(answers)
        self._unused = set(answers)
        self.contexts: list[Context] = []

    def recognise(self, text: str, context: Context) -> tuple[Behaviour, ...]:
        """The scripted behaviours of that utterance.

        Raises:
            AssertionError: nothing was scripted for it.
        """
        assert text in self._answers, f"unexpected utterance: {text!r}"
        self._unused.discard(text)
        self.contexts.append(context)
        return tuple(self._answers[text])

    def done(self) -> None:
        """Fails when an utterance never came."""
        assert not self._unused, f"never said: {sorted(self._unused)}"


class ScriptedWording:
    """Wording that says given replies in order, in given pieces."""

    name = "scripted"

    def __init__(self, *replies: Sequence[str]) -> None:
        self._replies = list(replies)
        self.cues: list[Cue] = []

    async def word(self, cue: Cue) -> AsyncIterator[str]:
        """The next scripted reply.

        Raises:
            AssertionError: there is none left.
        """
        assert self._replies, f"unexpected move: {cue.move}"
        self.cues.append(cue)
        for piece in self._replies.pop(0):
            yield piece

    def done(self) -> None:
        """Fails when a reply was never asked for."""
        assert not self._replies, f"never said: {self._replies}"
