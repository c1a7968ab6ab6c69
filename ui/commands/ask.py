"""`koushi ask`: the tutor's answer with citations, or plainly that the corpus has none."""

import argparse
import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from bot.tutor.answer import Answer
from retrieval.errors import InputError, UsageError
from ui.commands.output import batch, field, say, say_json
from ui.wiring import Wiring


def run(args: argparse.Namespace, wiring: Wiring) -> int:
    """Ask once, or for every line of a batch."""
    if (args.question is None) == (args.batch is None):
        raise UsageError("要写一个问题，或者用 --batch 给一个文件", mend="例如 koushi ask 客户发火时怎么安抚")
    with asyncio.Runner() as runner:
        try:
            return _run(args, wiring, runner)
        finally:
            runner.run(wiring.aclose())


def _run(args: argparse.Namespace, wiring: Wiring, runner: asyncio.Runner) -> int:
    def answer(fields: Mapping[str, Any]) -> Answer:
        level = field(fields, "level", int, args.level)
        return runner.run(
            _asked(wiring, field(fields, "question", str), level, _thread(fields, args.after or []))
        )

    if args.batch is not None:
        _ = wiring.tutor  # what cannot be opened is told once, not on every line
        return batch(args.batch, lambda fields: answer(fields).as_json())
    told = answer({"question": args.question})
    if args.json:
        say_json(told.as_json())
    else:
        _show(told)
    return 0


def _thread(fields: Mapping[str, Any], default: list[str]) -> list[str]:
    """The questions before this one, oldest first."""
    thread = field(fields, "thread", list, default)
    if not all(isinstance(each, str) and each.strip() for each in thread):
        raise InputError("字段的类型不对 thread", mend='写成 "thread": ["前面问过的问题", …]')
    return list(thread)


async def _asked(wiring: Wiring, question: str, level: int | None, thread: Sequence[str]) -> Answer:
    """The whole answer; earlier questions are answered again without a model, for what they were about."""
    tutor, before = wiring.tutor, list[Answer]()
    for each in thread:
        before.append(tutor.ask(each, level=level, thread=[answer.turn for answer in before]))
    told: Answer | None = None
    async for answer in tutor.stream(question, level=level, before=before):
        told = answer
    if told is None:
        raise AssertionError("unreachable: a stream ends with an answer")
    return told


def _show(told: Answer) -> None:
    say(told.text)
    if told.citations:
        say("\n出处")
    for each in told.citations:
        say(f"[{each.n}] {each.passage.code}  {each.passage.title}\n    “{each.quote}”")
    if told.note:
        say(f"\n{told.note}")
    if told.suggestions:
        say("\n还可以问")
        for question in told.suggestions:
            say(f"  {question}")
