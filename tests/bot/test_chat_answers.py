"""What a model answers in JSON: asked again, read, refused."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat_parts.json_text import Unreadable, read_object
from bot.chat_parts.think import ThinkFilter, without_thought
from bot.chat_parts.trouble import ChatError, Why
from tests.support.gateway import ASK, GOOD, SCHEMA, endpoint
from tests.support.llm_server import LlmServer
from tests.support.llm_steps import (
    Step,
    gives,
    raw,
    says,
    web_page,
)


async def test_a_wrong_object_is_asked_for_once_more_with_the_reason() -> None:
    with LlmServer(gives({"verdict": "great", "quotes": []}), gives(GOOD)) as server:
        async with endpoint(server) as chat:
            assert await chat.structured("", ASK, SCHEMA) == GOOD
    assert "verdict" in server.seen[1].body["messages"][-1]["content"]


async def test_a_bad_day_of_the_model_does_not_change_how_it_is_asked() -> None:
    with LlmServer(gives(GOOD), gives({}), gives("?"), gives(GOOD)) as server:
        async with endpoint(server) as chat:
            await chat.structured("", ASK, SCHEMA)
            with pytest.raises(ChatError) as caught:
                await chat.structured("", ASK, SCHEMA)
            assert caught.value.why is Why.BROKEN
            assert await chat.structured("", ASK, SCHEMA) == GOOD
    assert {seen.rung for seen in server.seen} == {"json_schema"}


async def test_an_answer_cut_by_its_length_is_asked_for_again_shorter() -> None:
    with LlmServer(gives('{"verdict":"met","quotes":["我理', finish="length"), gives(GOOD)) as server:
        async with endpoint(server) as chat:
            assert await chat.structured("", ASK, SCHEMA) == GOOD
    assert "短" in server.seen[1].body["messages"][-1]["content"]


async def test_an_endpoint_that_only_chats_is_an_error_and_nothing_is_learnt() -> None:
    with LlmServer(answer=lambda _: says("好的，我来看看。")) as server:
        async with endpoint(server) as chat:
            with pytest.raises(ChatError) as caught:
                await chat.structured("", ASK, SCHEMA)
            assert chat.habits.rung is None
    assert caught.value.why is Why.BROKEN
    assert "好的，我来看看。" in caught.value.received


async def test_a_refusal_is_told_and_not_argued_with() -> None:
    with LlmServer(says("", refusal="I'm sorry, I can't help with that.")) as server:
        async with endpoint(server) as chat:
            with pytest.raises(ChatError, match="I can't help") as caught:
                await chat.structured("", ASK, SCHEMA)
    assert caught.value.why is Why.REFUSED


@pytest.mark.parametrize(
    "step", [web_page(200, "登录"), raw('{"object":"error"}'), raw('{"choices": null}'), raw("[]")]
)
async def test_what_is_not_an_answer_at_all_says_so(step: Step) -> None:
    with LlmServer(step) as server:
        async with endpoint(server, attempts=1) as chat:
            with pytest.raises(ChatError) as caught:
                await chat.structured("", ASK, SCHEMA)
    assert caught.value.why is Why.FOREIGN


@pytest.mark.parametrize(
    "text",
    [
        '{"verdict":"met","quotes":["我理解您的心情"]}',
        '```json\n{"verdict":"met","quotes":["我理解您的心情"]}\n```',
        '好的，结果如下：\n{"verdict":"met","quotes":["我理解您的心情"]}\n以上。',
        '{"verdict":"met","quotes":["我理解您的心情",],}',
        '{"verdict":"met","quotes":["我理解您的心情"]',
        '```json\n{"verdict":"met","quotes":["我理解您的心情"\n```',
    ],
)
def test_json_with_one_reading_is_read(text: str) -> None:
    assert read_object(text, SCHEMA) == GOOD


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        '{"verdict":"met","quotes":["我理解',
        '{"verdict":"met","quotes":[],"verdict":"not_met"}',
        '{"verdict":"met","quotes":[]} 或者 {"verdict":"not_met","quotes":[]}',
        '{"verdict":"met","quotes":[]} {"verdict":',
        '{"verdict":NaN,"quotes":[]}',
        '{"verdict":"met"}',
        '{"verdict":"met","quotes":[],"total":100}',
        '{"verdict":"met","quotes":[]]',
        '{"quotes":[],"verdict":',
    ],
)
def test_json_with_more_or_less_than_one_reading_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        read_object(text, SCHEMA)


def test_brackets_are_not_added_to_what_is_known_to_be_cut() -> None:
    with pytest.raises(Unreadable, match="截断"):
        read_object('{"verdict":"met","quotes":["我理解您的心情"]', SCHEMA, cut=True)


@given(
    st.dictionaries(st.text(), st.recursive(st.none() | st.integers() | st.text(), st.lists, max_leaves=8))
)
def test_any_object_survives_fences_and_forgotten_braces(value: dict[str, object]) -> None:
    text = json.dumps(value, ensure_ascii=False)
    assert read_object(text, {}) == value
    assert read_object(f"好的：\n{text}\n完毕。", {}) == value
    if value and text[-2] in '"]':
        assert read_object(text[:-1], {}) == value


@given(
    st.lists(st.sampled_from(["<think>", "</think>", "又坏了", "<", "thin", ">", "</", "a"]), max_size=12),
    st.data(),
)
def test_thoughts_go_wherever_the_pieces_are_cut(parts: list[str], data: st.DataObject) -> None:
    text = "".join(parts)
    strip, said, at = ThinkFilter(), "", 0
    while at < len(text):
        size = data.draw(st.integers(1, 6))
        said += strip.feed(text[at : at + size])
        if strip.orphan:
            return
        at += size
    assert (said + strip.close()).strip() == without_thought(text)
