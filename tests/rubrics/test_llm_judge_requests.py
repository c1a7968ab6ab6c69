"""A model as judge asks no more than it may, gives up in time, hangs up, and asks nothing twice."""

import asyncio
import time
from pathlib import Path
from typing import Any

import pytest

from bot.chat import ChatEndpoint
from bot.transcript import Transcript, Turn
from retrieval.errors import ProviderError
from rubrics.answers import Answers
from rubrics.llm_judge import Habits, LlmJudge, Price
from rubrics.ports import CriterionFailure, CriterionVerdict
from tests.support.judging import (
    RUBRIC,
    TALK,
    asked_about,
    judged,
    verdicts_of,
)
from tests.support.llm_server import LlmServer
from tests.support.llm_steps import Seen, Step, busy, fails, gives, hangs, says
from tests.support.raw_server import RawServer


async def test_a_wrong_key_stops_everything_at_once() -> None:
    with LlmServer(answer=lambda _: fails(401, "Incorrect API key provided: sk-abcdefghij")) as server:
        async with ChatEndpoint(server.base_url, "test-model", "sk-abcdefghij") as chat:
            with pytest.raises(ProviderError, match="401") as caught:
                await LlmJudge(chat, Habits(at_once=1)).judge(TALK, None, RUBRIC)
    assert "sk-abcdefghij" not in str(caught.value)
    assert len(server.seen) < 4


async def test_one_bad_sample_is_asked_for_again() -> None:
    spoilt = ["item-1"]

    def answer(seen: Seen) -> Step:
        if asked_about(seen) in spoilt:
            spoilt.clear()
            return says("", finish="stop")
        return gives(verdicts_of(seen))

    found, _ = await judged(answer)
    assert all(isinstance(c, CriterionVerdict) for c in found.criteria)


async def test_no_more_are_asked_at_once_than_allowed_and_no_fewer() -> None:
    def answer(seen: Seen) -> Step:
        return gives(verdicts_of(seen), delay=0.05)

    begun = time.monotonic()
    _, server = await judged(answer, samples=3, at_once=3)
    assert server.at_once == 3
    assert time.monotonic() - begun < 12 * 0.05 + 2


async def test_a_cancelled_judgement_leaves_no_request_behind() -> None:
    with LlmServer(answer=lambda _: hangs()) as server:
        async with ChatEndpoint(server.base_url, "test-model") as chat:
            task = asyncio.create_task(LlmJudge(chat).judge(TALK, None, RUBRIC))
            await asyncio.to_thread(server.arrived.wait, 10)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert len(asyncio.all_tasks()) == 1


async def test_cancelling_hangs_up_on_every_request() -> None:
    """Seen from the server: the connections close."""

    def stalls(connection: Any, stopped: Any, _: Any) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n")
        while not stopped.wait(0.02):
            if not connection.recv(1):
                raise OSError("the client hung up")

    with RawServer(stalls) as server:
        async with ChatEndpoint(server.base_url, "m", timeout=60, total=60) as chat:
            task = asyncio.create_task(LlmJudge(chat, Habits(at_once=6)).judge(TALK, None, RUBRIC))
            assert await asyncio.to_thread(server.wait, asked=6)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert await asyncio.to_thread(server.wait, hung_up=6)
    assert server.asked == 6


async def test_a_talk_that_takes_too_long_is_given_up_with_the_reason() -> None:
    with LlmServer(answer=lambda seen: gives(verdicts_of(seen), delay=0.4)) as server:
        async with ChatEndpoint(server.base_url, "m") as chat:
            judge = LlmJudge(chat, Habits(samples=3, at_once=1, deadline=0.6))
            found = await judge.judge(TALK, None, RUBRIC)
    reasons = {c.reason for c in found.criteria if isinstance(c, CriterionFailure)}
    assert len(found.criteria) == 4
    assert all("0.6 秒" in reason for reason in reasons)
    assert len(server.seen) < 4


async def test_the_report_says_what_it_took_and_what_it_cost() -> None:
    failed = []

    def answer(seen: Seen) -> Step:
        if not failed:
            failed.append(seen)
            return busy("0")
        return gives(verdicts_of(seen))

    with LlmServer(answer=answer) as server:
        async with ChatEndpoint(server.base_url, "m") as chat:
            judge = LlmJudge(chat, Habits(samples=3), price=Price(2.0, 8.0))
            found = await judge.judge(TALK, None, RUBRIC)
    assert found.effort is not None
    told = found.effort.as_json()
    assert (told["calls"], told["retries"], told["kept"], told["untold"]) == (12, 1, 0, 0)
    assert (told["input_tokens"], told["output_tokens"]) == (12 * 11, 12 * 7)
    assert told["cost"] == pytest.approx((12 * 11 * 2 + 12 * 7 * 8) / 1e6)
    assert [(name, count, share) for name, count, share in found.effort.criteria] == [
        (each.id, 3, 1.0) for each in RUBRIC.criteria
    ]


async def test_kept_answers_are_not_asked_for_again_unless_the_question_is_another(tmp_path: Path) -> None:
    kept = Answers(tmp_path / "answers.db", 10_000_000)

    async def calls(talk: Transcript, identity: str, samples: int = 1) -> int:
        with LlmServer(answer=lambda seen: gives(verdicts_of(seen))) as server:
            async with ChatEndpoint(server.base_url, "m") as chat:
                judge = LlmJudge(chat, Habits(samples=samples, most=samples), answers=kept, identity=identity)
                found = await judge.judge(talk, None, RUBRIC)
        assert all(isinstance(each, CriterionVerdict) for each in found.criteria)
        return len(server.seen)

    other = Transcript("t2", (*TALK.turns, Turn(6, "candidate", "再见")))
    same_words = Transcript("another id", TALK.turns)
    assert await calls(TALK, "a") == 4
    assert await calls(TALK, "a") == 0
    assert await calls(same_words, "a") == 0
    assert await calls(TALK, "a", samples=3) == 8
    assert await calls(TALK, "another endpoint") == 4
    assert await calls(other, "a") == 4
