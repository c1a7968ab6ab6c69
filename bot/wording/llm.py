"""Words from a language model, each sentence checked before it is said; authored lines whenever it fails.

1. the authored lines for the move are taken first: as an example, and ready to step in
2. the model speaks; a sentence that passes (`bot/portrayal`) is said at once
3. a refused first sentence is asked for once more, with the reason; a later one ends the reply there
4. what the director wanted said and was not, authored lines say

The talk goes on whatever the endpoint does, within `patience` seconds.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, replace
from typing import Literal

from bot.director.state import Move, MoveKind
from bot.portrayal import MAX_CHARS, Fault, FaultKind, Portrayal, tidy
from bot.ports import ChatModel, Cue, Wording
from bot.wording.llm_prompt import messages, system
from retrieval.errors import ProviderError
from retrieval.text import sentences
from scenarios.station import Kind

Source = Literal["llm", "authored"]
ATTEMPTS = 2


class _Refused(Exception):
    """A sentence may not be said."""

    def __init__(self, sentence: str, fault: Fault) -> None:
        super().__init__(fault.why)
        self.sentence, self.fault = sentence, fault


@dataclass(frozen=True, slots=True)
class Spoken:
    """Where the last reply came from. `source` is `authored` when such lines said the move itself."""

    source: Source
    reasons: tuple[str, ...] = ()
    "Why not all of it is the model's, in Chinese; empty when it is."
    faults: tuple[FaultKind, ...] = ()


class LlmWording:
    """The `Wording` of a configured model. Holds the last reply's provenance: one for each session."""

    def __init__(self, model: ChatModel, fallback: Wording, *, patience: float = 6.0) -> None:
        """`patience`: s for everything the model may take in one turn, a second attempt included."""
        self.name = f"llm:{model.name}"
        self.last = Spoken("authored")
        self._model, self._fallback, self._patience = model, fallback, patience

    @property
    def last_source(self) -> Source:
        """Who worded the last reply."""
        return self.last.source

    @property
    def last_reason(self) -> str:
        """Why it was not (all) the model; empty when it was."""
        return "；".join(self.last.reasons)

    async def word(self, cue: Cue) -> AsyncIterator[str]:
        """Checked sentences, in order; never fails for the model's sake."""
        authored = [piece async for piece in self._fallback.word(cue)]
        if cue.move.kind is MoveKind.REPEAT_QUESTION or cue.station.kind is Kind.LETTER:  # as it is written
            self.last = Spoken("authored")
            for piece in authored:
                yield piece
            return
        portrayal = Portrayal(cue, "".join(authored))
        said: list[str] = []
        troubles: list[tuple[str, FaultKind | None]] = []
        async with aclosing(self._spoken(portrayal, said, troubles)) as pieces:
            async for piece in pieces:
                yield piece
        left = portrayal.undone("".join(said))
        if said and left is None:
            self._note("llm", troubles)
            return
        troubles.append(("没有说到该说的，由编写好的台词说" if said else "用了编写好的台词", None))
        self._note("authored", troubles)
        rest = [p async for p in self._fallback.word(_rest(cue, left, said))] if said and left else authored
        for piece in rest:
            yield piece

    async def _spoken(
        self, portrayal: Portrayal, said: list[str], troubles: list[tuple[str, FaultKind | None]]
    ) -> AsyncGenerator[str, None]:
        """What the model says and may say, in up to two attempts; `said` and `troubles` are filled."""
        deadline = asyncio.get_running_loop().time() + self._patience
        refused: tuple[str, str] | None = None
        for _ in range(ATTEMPTS):
            try:
                async with aclosing(self._checked(portrayal, refused, deadline, said)) as pieces:
                    async for piece in pieces:
                        yield piece
            except _Refused as error:
                troubles.append((error.fault.why, error.fault.kind))
                refused = (error.sentence[:MAX_CHARS], error.fault.why)
            except TimeoutError:
                troubles.append((f"模型 {self._patience:g} 秒内没有说完", None))
                return
            except ProviderError as error:
                troubles.append((error.what, None))
                return
            if said or refused is None:
                return

    async def _checked(
        self, portrayal: Portrayal, refused: tuple[str, str] | None, deadline: float, said: list[str]
    ) -> AsyncGenerator[str, None]:
        """One attempt: sentences that pass, until one does not."""
        held = ""
        stream = self._model.stream(system(portrayal), messages(portrayal, refused))
        async with _hanging_up(stream) as pieces:
            while (piece := await _within(pieces, deadline)) is not None:
                *whole, held = _split(held + piece)
                for sentence in whole:
                    if text := _allowed(portrayal, sentence, said):
                        yield text
                if len(held) > 2 * MAX_CHARS:
                    break
        if text := _allowed(portrayal, held, said):
            yield text

    def _note(self, source: Source, troubles: list[tuple[str, FaultKind | None]]) -> None:
        faults = tuple(kind for _, kind in troubles if kind)
        self.last = Spoken(source, tuple(why for why, _ in troubles), faults)


@asynccontextmanager
async def _hanging_up(stream: AsyncIterator[str]) -> AsyncGenerator[AsyncIterator[str], None]:
    """Lets the model go as soon as nobody listens, where its stream can be let go."""
    try:
        yield stream
    finally:
        if isinstance(stream, AsyncGenerator):
            await stream.aclose()


async def _within(pieces: AsyncIterator[str], deadline: float) -> str | None:
    """The next piece, None at the end. Time is bounded here, never across a `yield`."""
    async with asyncio.timeout_at(deadline):
        return await anext(pieces, None)


def _split(text: str) -> list[str]:
    """Finished sentences and, last, what is still being said (maybe nothing)."""
    parts = list(sentences(text))
    return parts if len(parts) > 1 else [text]


def _allowed(portrayal: Portrayal, sentence: str, said: list[str]) -> str:
    """The sentence as it may be said, noted in `said`; empty when there is nothing to say."""
    text = tidy(sentence)
    if not any(char.isalnum() for char in text) and not (said and text):
        return ""
    if fault := portrayal.fault(text, "".join(said)):
        raise _Refused(text, fault)
    said.append(text)
    return text


def _rest(cue: Cue, left: Move, said: list[str]) -> Cue:
    """The cue for what is left to say: without the reaction, and knowing what was just said."""
    history = (*cue.history, ("counterpart", "".join(said)))
    return replace(cue, move=replace(left, reaction=None, follow=None), history=history)
