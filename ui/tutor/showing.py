"""From answers to what the view shows."""

import re
from collections.abc import Sequence
from typing import Any

from bot.tutor.answer import Answer, Citation
from bot.tutor.tutor import STARTERS
from ui.views.tutoring import Exchange, Source, ThreadView

MORE = ("三级和二级的处理投诉差在哪？", "客户让渡价值怎么算？", "L3.6.2.S4 是什么")
"""Beside the tutor's own starters: by comparison, by formula, by code."""
_PART = re.compile(r"((?:(?!\[\d+\]).)+)((?:\[\d+\])*)", re.DOTALL)


def thread(thread_id: str, answers: Sequence[Answer], **more: Any) -> ThreadView:
    """A thread as it stands; `more` goes into the view as it is (notice, sent, refused, asking)."""
    exchanges = tuple(exchange(i, each) for i, each in enumerate(answers))
    return ThreadView(thread_id, exchanges, STARTERS + MORE, **more)


def waiting(index: int, question: str) -> Exchange:
    """A question whose answer is being looked up."""
    return Exchange(index, question, (), partial=True)


def exchange(index: int, answer: Answer) -> Exchange:
    """One answer with its sources."""
    return Exchange(
        index=index,
        question=answer.asked.question,
        parts=parts(answer),
        sources=tuple(map(_source, answer.citations)),
        answered=answer.answered,
        note=answer.note,
        suggestions=answer.suggestions,
        partial=answer.partial,
    )


def parts(answer: Answer) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """The text cut at its numbers; a number nobody cited stays text."""
    known = {each.n for each in answer.citations}
    if not known:
        return ((answer.text, ()),)
    found = _PART.findall(answer.text)
    return tuple(
        (said, tuple(n for n in map(int, re.findall(r"\d+", marks)) if n in known)) for said, marks in found
    )


def _source(citation: Citation) -> Source:
    before, _, after = citation.passage.text.partition(citation.quote)
    passage = citation.passage
    return Source(citation.n, passage.code, passage.kind, passage.title, before, citation.quote, after)
