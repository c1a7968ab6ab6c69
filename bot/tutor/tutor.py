"""Asked a question, answers it or says that the corpus does not.

1. the question is read within its thread (`asking.py`): 「那二级呢？」 gets its topic
2. search finds passages and code decides whether they answer (`finding.py`); if not, that is said, and no
   model is asked
3. without a model, the sentences that answer are put together (`composing.py`)
4. with one, an agent words it (`agent.py`); a sentence is shown only when its citation holds (`citing.py`)
5. a model that cannot be reached, breaks off or has nothing that holds leaves the word to 3
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import replace

from bot.tutor.agent import BREAK, TutorEndpoint
from bot.tutor.answer import Answer, Turn
from bot.tutor.citing import Checker
from bot.tutor.composing import compose, suggestions
from bot.tutor.finding import Finder, Found
from bot.tutor.prompting import SYSTEM, Shelf, messages
from retrieval.errors import InputError, ProviderError
from retrieval.search import LONGEST, Search

log = logging.getLogger(__name__)
STARTERS = (
    "客户正在气头上，第一句话怎么说？",
    "多少分算及格，成绩能留几年？",
    "内部客户和外部客户有什么区别？",
)
"""What one could ask, where nothing nearer is known."""


class Tutor:
    """Over a search and, where one is set, a model; holds no thread, safe to share."""

    def __init__(self, search: Search, model: TutorEndpoint | None = None) -> None:
        self._finder, self._model = Finder(search), model

    def ask(self, question: str, *, level: int | None = None, thread: Sequence[Turn] = ()) -> Answer:
        """The extracted answer, at once and without a model.

        Args:
            question: any Chinese text up to 2000 characters.
            level: 1, 2 or 3 of the candidate; None: everything.
            thread: what was asked before, oldest first (`Answer.turn`).

        Raises:
            InputError: empty or overlong, or a level that does not exist.
            ProviderError: the embedder cannot be reached.
        """
        return self._extracted(self._found(question, level, thread), thread)

    async def stream(
        self, question: str, *, level: int | None = None, before: Sequence[Answer] = ()
    ) -> AsyncIterator[Answer]:
        """The answer as it grows (`partial`), last of all the whole one. Arguments and errors as for `ask`.

        A model's trouble is no error: the last answer is then the extracted one, `note` says why.
        """
        thread = [each.turn for each in before]
        found = await asyncio.to_thread(self._found, question, level, thread)
        extracted = self._extracted(found, thread)
        if self._model is None or not found.strong:
            yield extracted
            return
        shelf = Shelf(self._finder, found)
        checker = Checker(shelf.passages)
        try:
            async with aclosing(
                self._model.converse(SYSTEM, messages(found.asked, shelf, before), shelf.look)
            ) as pieces:
                async for piece in pieces:
                    if piece == BREAK:
                        checker.restart()
                    elif checker.feed(piece):
                        yield _worded(extracted, checker, partial=True)
        except ProviderError as error:
            log.warning("the tutor's model failed: %s", error)
            yield replace(extracted, note=_FAILED)
            return
        checker.close()
        yield _worded(extracted, checker) if checker.kept else replace(extracted, note=_UNFOUNDED)

    def _found(self, question: str, level: int | None, thread: Sequence[Turn]) -> Found:
        if not question.strip():
            raise InputError("没有写问题", mend="写一句要问的话，例如：客户发火时怎么安抚")
        if len(question) > LONGEST:
            raise InputError(f"问题太长：{len(question)} 字，最多 {LONGEST} 字", mend="只写要问的那一句")
        return self._finder.find(question.strip(), thread, level)

    def _extracted(self, found: Found, thread: Sequence[Turn]) -> Answer:
        asked = [turn.asked.question for turn in thread]
        if found.strong:
            return replace(compose(found), suggestions=suggestions(found, asked))
        return _declined(found, asked)


_NOWHERE = (
    "这个问题，职业标准、讲解和已加入的文档里都没有讲到，我不能凭空回答。可以换个说法，或者问问下面这些。"
)
_FAILED = "语言模型这次没有答成，以下由讲解原文摘出。"
_UNFOUNDED = "模型的回答没有一句能在资料里核对上，以下由讲解原文摘出。"


def _worded(extracted: Answer, checker: Checker, *, partial: bool = False) -> Answer:
    """What of the model's answer holds."""
    note = (
        f"有 {len(checker.dropped)} 句在资料里找不到依据，已去掉。" if checker.dropped and not partial else ""
    )
    return replace(
        extracted,
        text=checker.text,
        citations=tuple(checker.citations),
        source="llm",
        note=note,
        partial=partial,
    )


def _declined(found: Found, asked: Sequence[str]) -> Answer:
    """There is no answer; what could be asked instead."""
    near = suggestions(found, asked) if found.hits else ()
    return Answer(
        found.asked,
        answered=False,
        text=found.why or _NOWHERE,
        suggestions=near or STARTERS,
    )
