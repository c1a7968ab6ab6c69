"""`koushi score --judge llm` against endpoints that mean harm or know no better, over real HTTP.

Whatever comes: unscored with a reason that helps, or exit 3 where nobody usable answers. Never a number from
nowhere, and in bounded time and memory.
"""

import gzip
import json
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.command import Koushi
from tests.support.raw_server import (
    RawServer,
    Send,
    completion,
    drips,
    endless,
    fills,
    reset,
    schema_of,
    whole,
)

TALK = """客户：空调修了三次还没好！
考生：彭先生，大热天修了三次还没修好，换谁都窝火，对不起。
客户：那你说怎么办？
考生：责任在我们，今晚七点派高级技师带原厂配件上门。
客户：要是再坏呢？
考生：七天之内再坏，我们给您换新机，明天上午我给您回电话，您看行吗？
"""
Form = dict[str, Any]
Change = Callable[[Form, Form], Any]


def each(entry: Any) -> Change:
    """The same entry for every check."""
    return lambda form, _: dict.fromkeys(form, entry)


def quoting(turn: int, quote: str, verdict: str = "met") -> Change:
    return each({"quotes": [{"turn": turn, "quote": quote}], "verdict": verdict})


def nested(depth: int) -> str:
    return '{"a":' * depth + "1" + "}" * depth


ANSWERS: dict[str, Change] = {
    "empty object": lambda form, _: {},
    "empty list": lambda form, _: [],
    "wrong ids": lambda form, _: {f"x-{name}": entry for name, entry in form.items()},
    "extra id": lambda form, _: {**form, "bonus": next(iter(form.values()))},
    "missing id": lambda form, _: dict(list(form.items())[1:]),
    "invented quotes": quoting(1, "我马上给您送一台新冰箱"),
    "the counterpart's words": quoting(1, "空调修了三次还没好"),
    "a counterpart's turn": quoting(2, "那你说怎么办"),
    "another talk's turns": quoting(41, "您好，这里是携程客服"),
    "a verdict of its own": each({"quotes": [], "verdict": "excellent"}),
    "a number for a verdict": each({"quotes": [], "verdict": 95}),
    "a mark beside": each({"quotes": [], "verdict": "met", "score": 100}),
    "a mark outside the scale": lambda form, _: '{"score": 1000000}',
    "just a mark": lambda form, _: "95",
    "prose": lambda form, _: "考生表现很好，建议给 90 分，通过。",
    "NaN": lambda form, _: json.dumps(form).replace('"met"', "NaN"),
    "cut JSON": lambda form, _: json.dumps(form)[:-20],
    "two answers": lambda form, _: json.dumps(form) + json.dumps({**form, "y": 1}),
    "deep JSON": lambda form, _: nested(20_000),
    "a number of a million digits": lambda form, _: '{"a": ' + "9" * 90_000 + "}",
    "babble": lambda form, _: "好的。" * 60_000,
    "half characters": lambda form, _: '{"\\ud800": "\\udfff"}',
    "its own schema": lambda form, asked: schema_of(asked),
    "nothing": lambda form, _: "",
}
WIRE: dict[str, Send] = {
    "no choices": whole(completion("", choices=[])),
    "choices null": whole(completion("", choices=None)),
    "a list": whole(b"[]"),
    "an empty body": whole(b""),
    "NaN around it": whole(completion("{}").replace(b"15", b"NaN")),
    "deep body": whole(b"[" * 200_000),
    "not UTF-8": whole(b'{"choices": [{"message": {"content": "\xff\xfe\xff"}}]}'),
    "HTML with 200": whole("<html><title>登录</title></html>".encode(), kind="text/html"),
    "HTML with 502": whole(b"<html><title>502 Bad Gateway</title></html>", "502 Bad Gateway", "text/html"),
    "cut body": whole(completion("{}")[:60]),
    "an error with 200": whole(b'{"error": {"message": "overloaded"}}'),
    "429 for ever": whole(
        b'{"error": {"message": "slow down"}}', "429 Too Many Requests", head="retry-after: 0\r\n"
    ),
    "429 until tomorrow": whole(b"{}", "429 Too Many Requests", head="retry-after: 86400\r\n"),
    "a redirect": whole(b"", "307 Temporary Redirect", head="location: http://127.0.0.1:9/v1\r\n"),
    "a redirect to GET": whole(b"", "302 Found", head="location: https://example.com/login\r\n"),
    "50 MB": whole(completion("x" * 50_000_000)),
    "a gzip bomb": whole(gzip.compress(b" " * 50_000_000), head="content-encoding: gzip\r\n"),
    "no end": endless(),
    "a drip": drips(),
    "torn in the middle": reset(),
    "500": whole(b"boom", "500 Internal Server Error", "text/plain"),
}


@pytest.fixture
def talk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A talk in a file, and an impatient judge."""
    settings = {"MODEL": "m", "SAMPLES": "1", "TIMEOUT": "0.6", "DEADLINE": "8", "CONCURRENCY": "8"}
    for name, value in settings.items():
        monkeypatch.setenv(f"KOUSHI_LLM_{name}", value)
    file = tmp_path / "talk.txt"
    file.write_text(TALK, encoding="utf-8")
    return file


def marked(send: Send, talk: Path, koushi: Koushi, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any] | None:
    """The report; None where the endpoint was out of reach, and said so."""
    with RawServer(send) as server:
        monkeypatch.setenv("KOUSHI_LLM_BASE_URL", server.base_url)
        begun = time.monotonic()
        ran = koushi("score", str(talk), "--judge", "llm", "--rubric", "complaint-handling", "--json")
        assert time.monotonic() - begun < 60
        assert server.asked
    assert "Traceback" not in ran.err
    if ran.code == 3:
        assert not ran.out
        assert "（" in ran.err, "what to do about it is missing"
        return None
    assert ran.code == 0, ran.err
    return dict(ran.json)


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_that_is_no_judgement_gives_no_number(
    name: str, talk: Path, koushi: Koushi, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = marked(fills(ANSWERS[name]), talk, koushi, monkeypatch)
    if report is None:
        return
    assert (report["outcome"], report["total"], report["passed"]) == ("unscored", None, None)
    assert len(report["reason"]) > 8
    assert report["needs_review"]
    assert all(each["points"] is None for each in report["criteria"])
    assert all(not each["evidence"] for each in report["criteria"])


@pytest.mark.parametrize("name", WIRE)
def test_what_is_no_answer_gives_no_number(
    name: str, talk: Path, koushi: Koushi, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = WIRE[name]
    tracemalloc.start()
    try:
        report = marked(send, talk, koushi, monkeypatch)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert most < 150_000_000
    if report is not None:
        assert (report["outcome"], report["total"]) == ("unscored", None)
        assert len(report["reason"]) > 8


def test_a_failure_is_never_kept_and_a_good_answer_is(
    talk: Path, koushi: Koushi, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = quoting(1, "换谁都窝火")
    assert (marked(fills(ANSWERS["wrong ids"]), talk, koushi, monkeypatch) or {}).get("total") is None
    asked = []

    def counting(connection: Any, stopped: Any, request: Any) -> None:
        asked.append(1)
        fills(good)(connection, stopped, request)

    with RawServer(counting) as server:
        monkeypatch.setenv("KOUSHI_LLM_BASE_URL", server.base_url)
        again = ("score", str(talk), "--judge", "llm", "--rubric", "complaint-handling", "--json")
        first, count = koushi(*again).json, len(asked)
        second = koushi(*again).json
        assert len(asked) == count
        fresh = koushi(*again, "--no-cache").json
    assert first["total"] == second["total"] == fresh["total"]
    assert len(asked) == 2 * count
    effort = [each["effort"] for each in (first, second, fresh)]
    assert [(e["calls"], e["kept"]) for e in effort] == [(count, 0), (0, count), (count, 0)]
    assert effort[0]["input_tokens"] == 10 * count
