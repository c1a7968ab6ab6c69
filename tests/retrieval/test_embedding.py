"""Vectors: the same text the same vector, today and after a restart; and other people's servers."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from retrieval.doubles import ScriptedEmbedder
from retrieval.embedding import LocalEmbedder, open_local
from retrieval.errors import ProviderError
from retrieval.openai_embedding import OpenAIEmbedder

TEXTS = ["处理客户投诉的原则", "客户投诉的方法", "员工激励的策略", "激励的原则", "产品知识", "数据库的维护"]


def test_training_twice_gives_the_same_vectors(tmp_path: Path) -> None:
    one, two = (LocalEmbedder.train(TEXTS, tmp_path / "cache") for _ in range(2))
    assert one.name == two.name
    assert np.array_equal(one.embed(["投诉的原则"]), two.embed(["投诉的原则"]))


def test_it_is_the_same_after_a_restart_and_nothing_is_pickled(tmp_path: Path) -> None:
    trained = open_local(TEXTS, tmp_path)
    again = open_local(TEXTS, tmp_path)
    (file,) = (tmp_path / "embedder").iterdir()
    with np.load(file, allow_pickle=False) as stored:
        assert {stored[name].dtype.kind for name in stored.files} <= {"f", "u"}
    assert again.name == trained.name
    assert np.array_equal(trained.embed(TEXTS), again.embed(TEXTS))


@pytest.mark.parametrize("rubbish", [b"", b"PK\x03\x04 rubbish", b"x" * 5000])
def test_a_damaged_file_is_made_again(tmp_path: Path, rubbish: bytes) -> None:
    before = open_local(TEXTS, tmp_path).embed(TEXTS)
    (file,) = (tmp_path / "embedder").iterdir()
    file.write_bytes(rubbish)
    assert np.array_equal(open_local(TEXTS, tmp_path).embed(TEXTS), before)


def test_other_texts_make_another_embedder(tmp_path: Path) -> None:
    assert open_local(TEXTS, tmp_path).name != open_local([*TEXTS, "谈判"], tmp_path).name


def test_like_texts_are_nearer_and_unknown_ones_are_nowhere(tmp_path: Path) -> None:
    embedder = open_local(TEXTS, tmp_path)
    asked, unknown = embedder.embed(["怎么处理投诉", "😀"])
    near = embedder.embed(TEXTS) @ asked
    assert {int(i) for i in np.argsort(-near)[:2]} == {0, 1}
    assert not unknown.any()
    assert np.linalg.norm(asked) == pytest.approx(1, abs=1e-5)
    assert embedder.embed([]).shape == (0, embedder.size)


class Server(ThreadingHTTPServer):
    """Speaks the wire format of `POST /embeddings`."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.answer: dict[str, Any] | None = None
        self.status = 200


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.requests.append({"path": self.path, **body})
        self.server.keys.append(self.headers.get("authorization"))
        rows = [
            {"object": "embedding", "index": i, "embedding": [float(len(text)), 1.0]}
            for i, text in enumerate(body["input"])
        ]
        usage = {"prompt_tokens": 1, "total_tokens": 1}
        whole = {"object": "list", "data": rows[::-1], "model": body["model"], "usage": usage}
        sent = json.dumps(self.server.answer or whole).encode()
        self.send_response(self.server.status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(sent)))
        self.end_headers()
        self.wfile.write(sent)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Keep quiet."""


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    thread = threading.Thread(target=running.serve_forever)
    thread.start()
    yield running
    running.shutdown()
    thread.join()
    running.server_close()


def remote(server: Server, **options: Any) -> OpenAIEmbedder:
    return OpenAIEmbedder(f"http://127.0.0.1:{server.server_port}/v1", "bge-m3", "secret", **options)


def test_a_configured_endpoint_gets_plain_texts_and_answers_in_order(server: Server) -> None:
    rows = remote(server, batch=2).embed(["一", "二二", "三三三"])
    assert [each["input"] for each in server.requests] == [["一", "二二"], ["三三三"]]
    assert {each["path"] for each in server.requests} == {"/v1/embeddings"}
    assert server.keys == ["Bearer secret"] * 2
    assert rows.dtype == np.float32
    assert np.allclose(rows[:, 0] / rows[:, 1], [1, 2, 3])
    assert np.allclose(np.linalg.norm(rows, axis=1), 1)


def test_a_refusal_is_told_without_the_key(server: Server) -> None:
    server.status, server.answer = 401, {"error": {"message": "bad key secret"}}
    with pytest.raises(ProviderError) as raised:
        remote(server).embed(["一"])
    assert "KOUSHI_EMBED" in raised.value.mend
    assert "secret" not in str(raised.value)


def test_an_answer_with_missing_vectors_is_an_error(server: Server) -> None:
    one = {"object": "embedding", "index": 0, "embedding": [1.0]}
    server.answer = {"object": "list", "data": [one], "model": "m", "usage": {}}
    with pytest.raises(ProviderError):
        remote(server).embed(["一", "二"])


def test_endpoints_and_models_do_not_share_a_name() -> None:
    names = {
        OpenAIEmbedder(url, model).name for url in ("http://a/v1", "http://b/v1") for model in ("m", "n")
    }
    assert len(names) == 4


def test_the_double_fails_on_what_was_not_scripted_and_what_was_forgotten() -> None:
    with pytest.raises(AssertionError, match="not in the script"):
        ScriptedEmbedder({"一": (1, 0)}).embed(["二"])
    with pytest.raises(AssertionError, match="never embedded"), ScriptedEmbedder({"一": (1, 0)}):
        pass
