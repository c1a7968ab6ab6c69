"""The questions of one talk: what is asked, whether it was answered before, and the one answer read."""

import asyncio
import hashlib
import json
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from bot.chat_parts.trouble import ChatError, Why
from bot.ports import ChatModel
from bot.transcript import Transcript
from rubrics.answers import Answers
from rubrics.gate import Gate
from rubrics.llm_prompt import SYSTEM, question, schema, shared
from rubrics.llm_reading import Sample, Unusable, read
from rubrics.model import Rubric
from scenarios.station import Station

_NO_USE = frozenset({Why.EMPTY, Why.CUT, Why.BROKEN})
"""A bad day of a model that answers."""


class Late(Exception):
    """The time for this talk is over."""


class Talk:
    """One talk being asked about. The beginning of all its questions is the same."""

    def __init__(
        self,
        model: ChatModel,
        gate: Gate,
        answers: Answers | None,
        identity: str,
        transcript: Transcript,
        station: Station | None,
        rubric: Rubric,
        *,
        order: int,
        again: int,
        seconds: float,
    ) -> None:
        """Nothing is asked yet; see `LlmJudge` for the rest.

        Args:
            order: among all talks; who came first is let through first.
        """
        self.had = self.kept = 0
        "Answers had, of them from the cache."
        self._model, self._gate, self._answers = model, gate, answers
        self._order, self._again, self._seconds = order, again, seconds
        self._turns = list(transcript.candidate_turns())
        self._criteria = {each.id: each for each in rubric.criteria}
        begin, indices = shared(transcript, station), [turn.index for turn in self._turns]
        self._texts = {each.id: f"{begin}\n\n{question(each)}" for each in rubric.criteria}
        self._forms = {each.id: schema(each, indices) for each in rubric.criteria}
        base = hashlib.sha256(f"{identity}\0{SYSTEM}\0{begin}".encode())
        self._hashes = {each.id: self._hash(base.copy(), each.id) for each in rubric.criteria}
        self._fresh: dict[str, Any] = {}
        self._until: float | None = None

    def _hash(self, made: Any, name: str) -> Any:
        asked = json.dumps(self._forms[name], ensure_ascii=False)
        made.update(f"\0{self._texts[name]}\0{asked}".encode())
        return made

    def _key(self, name: str, number: int) -> str:
        made = self._hashes[name].copy()
        made.update(f"\0{number}".encode())
        return str(made.hexdigest())

    def kept_of(self, wanted: Sequence[tuple[str, int]]) -> dict[tuple[str, int], Sample]:
        """What was answered before of these (criterion, number of the sample), fetched at one go.

        An answer that cannot be read is as good as none: it is asked for anew and replaced.
        """
        if self._answers is None:
            return {}
        keys = {self._key(*each): each for each in wanted}
        out: dict[tuple[str, int], Sample] = {}
        for key, answer in self._answers.get(list(keys)).items():
            name, number = keys[key]
            with suppress(Unusable):
                out[name, number] = read(answer, self._criteria[name], self._turns)
        self.had, self.kept = self.had + len(out), self.kept + len(out)
        return out

    def keep(self) -> None:
        """Keep the answers had since; a failure is none."""
        if self._answers is not None and self._fresh:
            self._answers.put(self._fresh)
            self._fresh = {}

    async def sample(self, name: str, number: int) -> Sample:
        """One answer, read strictly; what is no use is asked for anew.

        Raises:
            ChatError: it could not be had.
            Unusable: what came was no verdict, to the last.
            Late: the time for the talk is over.
        """
        for last in (*(False,) * self._again, True):
            try:
                answer = await self._ask(name)
                made = read(answer, self._criteria[name], self._turns)
            except Unusable:
                if last:
                    raise
            except ChatError as error:
                if last or error.why not in _NO_USE or not (self.had or error.why is not Why.BROKEN):
                    raise
            else:
                self.had += 1
                self._fresh[self._key(name, number)] = answer
                return made
        raise AssertionError("unreachable: the last round returns or raises")

    async def _ask(self, name: str) -> Any:
        async with self._gate.turn(self._order):
            loop = asyncio.get_running_loop()
            if self._until is None:
                self._until = loop.time() + self._seconds
            try:
                async with asyncio.timeout_at(self._until):
                    ask = [{"role": "user", "content": self._texts[name]}]
                    return await self._model.structured(SYSTEM, ask, self._forms[name])
            except TimeoutError:
                raise Late from None
