"""The model's endpoint over real HTTP with the real client: what is sent, what becomes of every answer."""

import asyncio
import json
import os
import subprocess
import sys
import threading
import time
from contextlib import aclosing
from pathlib import Path

import pytest

from bot.chat import ChatEndpoint, Usage
from bot.chat_parts.trouble import ChatError
from tests.support.gateway import ASK, GOOD, KEY, SCHEMA, endpoint, streamed
from tests.support.llm_server import LlmServer
from tests.support.llm_steps import (
    gives,
    says,
)


async def test_the_answer_arrives_piece_by_piece_whatever_bytes_the_network_cuts() -> None:
    with LlmServer(says("第三次了！你们到底行不行？", cut_bytes=5)) as server:
        async with endpoint(server) as chat:
            pieces = await streamed(chat)
    assert "".join(pieces) == "第三次了！你们到底行不行？"
    assert len(pieces) > 5
    assert server.seen[0].headers["authorization"] == f"Bearer {KEY}"
    assert [m["role"] for m in server.seen[0].body["messages"]] == ["system", "user"]


async def test_the_first_piece_is_there_before_the_last_is_sent() -> None:
    with LlmServer(says("一二三四五", gap=0.1)) as server:
        async with endpoint(server) as chat, aclosing(chat.stream("", ASK)) as pieces:
            await anext(pieces)
            begun = time.monotonic()
            assert [p async for p in pieces] == ["二", "三", "四", "五"]
    assert time.monotonic() - begun > 0.25


@pytest.mark.parametrize(
    "text",
    [
        "<think>他很生气，\n不能软</think>\n\n又坏了！",
        "<Thinking>嗯</Thinking>又坏了！",
        "又坏<think>…</think>了！",
    ],
)
async def test_thoughts_are_never_said(text: str) -> None:
    with LlmServer(says(text, cut_bytes=3), says(text, pieces=[text])) as server:
        async with endpoint(server) as chat:
            assert "".join(await streamed(chat)) == "又坏了！"
            assert "".join(await streamed(chat)) == "又坏了！"


async def test_reasoning_in_its_own_field_is_never_said() -> None:
    with LlmServer(says("又坏了！", reasoning="我应该表现得生气")) as server:
        async with endpoint(server) as chat:
            assert "".join(await streamed(chat)) == "又坏了！"


async def test_a_thought_opened_by_the_chat_template_is_an_error_once_and_known_from_then_on() -> None:
    text = "先想想怎么说。</think>又坏了！"
    with LlmServer(says(text), says(text)) as server:
        async with endpoint(server) as chat:
            with pytest.raises(ChatError, match="思考过程"):
                await streamed(chat)
            assert "".join(await streamed(chat)) == "又坏了！"


async def test_tokens_are_counted_where_they_are_told_and_missed_without_harm() -> None:
    with LlmServer(says("好"), says("好", usage=False), gives(GOOD, usage=False), gives(GOOD)) as server:
        async with endpoint(server) as chat:
            await streamed(chat)
            await streamed(chat)
            await chat.structured("", ASK, SCHEMA)
            await chat.structured("", ASK, SCHEMA)
            assert chat.usage == Usage(calls=4, told=2, input_tokens=22, output_tokens=14)


async def test_an_endpoint_that_takes_no_temperature_and_no_usage_is_asked_without_and_remembered() -> None:
    with LlmServer(says("好"), says("行"), temperature=False, stream_options=False) as server:
        async with endpoint(server, temperature=0.0) as chat:
            assert await streamed(chat) == ["好"]
            assert await streamed(chat) == ["行"]
    assert len(server.refused) == 2
    assert "temperature" not in server.seen[0].body
    assert "stream_options" not in server.seen[0].body


async def test_whoever_stops_listening_hangs_up() -> None:
    with LlmServer(says("啊" * 200, gap=0.05)) as server:
        async with endpoint(server) as chat:
            async with aclosing(chat.stream("", ASK)) as pieces:
                await anext(pieces)
            assert await asyncio.to_thread(server.wait_idle)


async def test_a_cancelled_question_hangs_up_and_the_next_one_is_answered() -> None:
    with LlmServer(says("慢", delay=20), gives(GOOD)) as server:
        async with endpoint(server) as chat:
            task = asyncio.create_task(streamed(chat))
            await asyncio.to_thread(server.arrived.wait, 10)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert await chat.structured("", ASK, SCHEMA) == GOOD


def test_one_endpoint_serves_several_event_loops() -> None:
    async def once(chat: ChatEndpoint) -> str:
        async with chat:
            return "".join(await streamed(chat))

    with LlmServer(says("一"), says("二"), says("三")) as server:
        chat = ChatEndpoint(server.base_url, "test-model")
        assert [asyncio.run(once(chat)), asyncio.run(once(chat))] == ["一", "二"]
        said: list[str] = []
        thread = threading.Thread(target=lambda: said.append(asyncio.run(once(chat))))
        thread.start()
        thread.join()
        assert said == ["三"]


@pytest.mark.parametrize(
    ("supports", "rung"),
    [
        (("json_schema", "json_object", "tool", "prompt"), "json_schema"),
        (("json_object", "tool", "prompt"), "json_object"),
        (("tool", "prompt"), "tool"),
        (("prompt",), "prompt"),
    ],
)
async def test_json_is_had_in_the_way_the_endpoint_knows_and_that_is_remembered_across_restarts(
    supports: tuple[str, ...], rung: str, tmp_path: Path
) -> None:
    with LlmServer(gives(GOOD), gives(GOOD), gives(GOOD), supports=supports) as server:
        async with endpoint(server, folder=tmp_path) as chat:
            assert await chat.structured("你是考官。", ASK, SCHEMA) == GOOD
            assert await chat.structured("你是考官。", ASK, SCHEMA) == GOOD
        async with endpoint(server, folder=tmp_path) as chat:
            assert await chat.structured("你是考官。", ASK, SCHEMA) == GOOD
    assert [seen.rung for seen in server.seen] == [rung] * 3
    assert len(server.refused) == 4 - len(supports)
    assert KEY not in (tmp_path / "endpoints.json").read_text(encoding="utf-8")
    if rung == "json_schema":
        assert server.seen[0].body["response_format"]["json_schema"]["schema"] == SCHEMA
    assert '"not_met"' in server.seen[0].prompt  # also for servers that ignore the parameter in silence


async def test_an_endpoint_that_has_changed_is_found_out_anew(tmp_path: Path) -> None:
    with LlmServer(gives(GOOD), gives(GOOD)) as server:
        async with endpoint(server, folder=tmp_path) as chat:
            await chat.structured("", ASK, SCHEMA)
            server._supports = frozenset({"prompt"})
            assert await chat.structured("", ASK, SCHEMA) == GOOD
            assert chat.habits.rung == "prompt"


async def test_a_spoilt_memory_costs_only_finding_out_again(tmp_path: Path) -> None:
    (tmp_path / "endpoints.json").write_text('{"x": [', encoding="utf-8")
    with LlmServer(gives(GOOD)) as server:
        async with endpoint(server, folder=tmp_path) as chat:
            assert await chat.structured("", ASK, SCHEMA) == GOOD
    assert json.loads((tmp_path / "endpoints.json").read_text(encoding="utf-8"))


def test_importing_costs_nothing_heavy() -> None:
    heavy = ("langchain_core", "openai", "jsonschema")
    code = f"import sys, bot.chat; print([m for m in {heavy} if m in sys.modules])"
    out = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ
    )
    assert out.stdout.strip() == "[]"


TRACED = """
import asyncio, sys
from bot.chat import ChatEndpoint

async def main():
    async with ChatEndpoint(sys.argv[1], "m") as chat:
        ask = [{"role": "user", "content": "空调坏了"}]
        print("".join([piece async for piece in chat.stream("", ask)]))
        print(await chat.structured("", ask, {"type": "object"}))

asyncio.run(main())
from langchain_core.tracers.langchain import wait_for_all_tracers
wait_for_all_tracers()
"""


def test_nothing_said_is_sent_to_a_tracing_service_even_where_one_is_set_up() -> None:
    with LlmServer(says("好"), gives({})) as server:
        tracing = {
            "LANGSMITH_TRACING": "true",
            "LANGSMITH_API_KEY": "x",
            "LANGSMITH_ENDPOINT": server.base_url.removesuffix("/v1"),
        }
        command = [sys.executable, "-c", TRACED, server.base_url]
        out = subprocess.run(
            command, capture_output=True, encoding="utf-8", check=True, env={**os.environ, **tracing}
        )
        assert out.stdout.split() == ["好", "{}"]
        assert server.strays == []
