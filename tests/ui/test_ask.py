"""`koushi ask` as a person or a script meets it."""

import json
from pathlib import Path

import pytest

from tests.support.command import Koushi, refused
from tests.support.llm_server import LlmServer
from tests.support.llm_steps import fails, says

QUESTION = "怎么给顾客的投诉信写回信？"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder whose index is built by the first test that asks."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(autouse=True)
def _one_index(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOUSHI_HOME", str(built))


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["ask"], "要写一个问题"),
        (["ask", "投诉", "--batch", "f"], "--batch"),
        (["ask", "投诉", "--level", "4"], "1、2、3"),
    ],
)
def test_a_slip_of_the_hand_is_wrong_usage(koushi: Koushi, args: list[str], said: str) -> None:
    refused(koushi(*args), 2, said)


def test_an_answer_to_read_and_one_for_a_script(koushi: Koushi) -> None:
    told = koushi("ask", QUESTION, "--json").json
    assert told["answered"] is True
    assert told["source"] == "builtin"
    assert [each["n"] for each in told["citations"]] == list(range(1, len(told["citations"]) + 1))
    assert all(f"[{each['n']}]" in told["answer"] for each in told["citations"])
    passages = koushi("search", told["citations"][0]["code"], "-k", "9", "--json").json
    assert any(told["citations"][0]["quote"] in each["text"] for each in passages)
    shown = koushi("ask", QUESTION).out
    assert told["answer"] in shown
    assert "出处" in shown
    assert told["suggestions"][0] in shown


def test_a_batch_keeps_its_order_follows_threads_and_survives_bad_lines(
    koushi: Koushi, tmp_path: Path
) -> None:
    lines = [
        {"id": "a", "question": QUESTION},
        {"id": "b", "question": "红烧肉怎么烧"},
        {"id": "c"},
        {"id": "d", "question": "那二级呢？", "thread": ["三级里沟通障碍怎么克服？"]},
        {"id": "e", "question": "投诉", "thread": [3]},
        {"id": "f", "question": "怎么激励员工", "level": 7},
        {"id": "g", "question": "怎么激励员工", "level": 3},
    ]
    file = tmp_path / "q.jsonl"
    file.write_text("\n".join(json.dumps(each, ensure_ascii=False) for each in lines), encoding="utf-8")
    ran = koushi("ask", "--batch", str(file))
    out = {each["id"]: each for each in ran.lines}
    assert list(out) == list("abcdefg")
    assert out["a"]["result"]["answer"] == out["a"]["answer"]
    assert (out["b"]["answered"], out["b"]["citations"]) == (False, [])
    assert all("error" in out[bad] for bad in "cef")
    assert {each["code"][:6] for each in out["d"]["citations"]} == {"L2.3.2"}
    assert all(each["code"].startswith(("L3", "exam", "basics")) for each in out["g"]["citations"])
    assert "\\u" not in ran.out


def test_a_thread_on_the_command_line(koushi: Koushi) -> None:
    told = koushi("ask", "那二级呢？", "--after", "三级里沟通障碍怎么克服？", "--json").json
    assert {each["code"][:6] for each in told["citations"]} == {"L2.3.2"}


def test_a_configured_model_answers_and_a_broken_one_is_replaced(
    koushi: Koushi, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    batch = tmp_path / "q.jsonl"
    batch.write_text(
        "\n".join(json.dumps({"id": n, "question": QUESTION}, ensure_ascii=False) for n in range(2)),
        encoding="utf-8",
    )
    with LlmServer(
        says("回信先写称呼，再写来信日期和编号。[1]"), fails(401, "Incorrect API key provided")
    ) as server:
        monkeypatch.setenv("KOUSHI_LLM_BASE_URL", server.base_url)
        monkeypatch.setenv("KOUSHI_LLM_MODEL", "test-model")
        good, broken = koushi("ask", "--batch", str(batch)).lines
    assert (good["source"], good["answer"]) == ("llm", "回信先写称呼，再写来信日期和编号。[1]")
    assert (broken["source"], broken["answered"]) == ("builtin", True)
    assert "语言模型" in broken["note"]


def test_an_endpoint_without_a_model_is_told(koushi: Koushi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOUSHI_LLM_BASE_URL", "http://127.0.0.1:9/v1")
    refused(koushi("ask", QUESTION), 3, "KOUSHI_LLM_MODEL")
