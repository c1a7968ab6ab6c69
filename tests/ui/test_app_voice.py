"""Sound on its way to and from a candidate's browser, and who is asked before it leaves the machine."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from httpx import AsyncClient

from bot.audio import RATE, to_pcm16, wav_bytes
from bot.ports import Heard, NotHeard
from bot.session import Session
from tests.ui.practising import STATION, T, attribute, begin, pages
from ui.practise import shelf
from ui.practise.desk import Desk
from ui.settings import read
from ui.wiring import Wiring


@pytest.fixture
def wiring(home: Path) -> Iterator[Wiring]:
    made = Wiring(read({"KOUSHI_HOME": str(home), "KOUSHI_SPEECH": "espeak"}))
    yield made
    made.engine.dispose()


async def test_the_counterparts_words_can_be_heard_and_only_those(
    client: AsyncClient, wiring: Wiring
) -> None:
    session = begin(wiring)
    sound = await client.get("/voice/reply.wav", params={"talk": session.talk.id, "turn": 0})
    assert sound.headers["content-type"] == "audio/wav"
    assert sound.content[:4] == b"RIFF"
    assert len(sound.content) > 24_000
    assert (
        await client.get("/voice/reply.wav", params={"talk": session.talk.id, "turn": 1})
    ).status_code == 404
    assert (await client.get("/voice/reply.wav", params={"talk": "none", "turn": 0})).status_code == 404


class Ears:
    """A scripted transcriber."""

    name = "ears"

    def __init__(self, answer: Heard | NotHeard) -> None:
        self.answer = answer
        self.hotwords: tuple[str, ...] = ()

    def transcribe(self, audio: np.ndarray[Any, Any], hotwords: Any = ()) -> Heard | NotHeard:
        assert len(audio) == RATE
        self.hotwords = tuple(hotwords)
        return self.answer


async def hear(client: AsyncClient, session: Session, data: bytes, **headers: str) -> Any:
    return await client.post(f"/voice/hear?talk={session.talk.id}", content=data, headers=headers)


async def test_a_recording_becomes_text_or_a_sentence_on_what_to_do(
    client: AsyncClient, wiring: Wiring, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, second = begin(wiring), wav_bytes(to_pcm16(np.zeros(RATE, np.float32)), RATE)
    assert "打字" in (await hear(client, session, second)).json()["problem"]
    ears = Ears(Heard("您好", 0.9, 1.0))
    monkeypatch.setattr(Wiring, "transcriber", ears)
    assert (await hear(client, session, second)).json() == {"text": "您好", "confidence": 0.9}
    assert wiring.station(STATION).persona.name in ears.hotwords
    ears.answer = NotHeard("没有听到声音")
    assert (await hear(client, session, second)).json() == {"problem": "没有听到声音"}
    assert "录音" in (await hear(client, session, b"this is no sound")).json()["problem"]
    assert (await hear(client, session, second, **{"sec-fetch-site": "cross-site"})).status_code == 403


def test_the_online_voice_is_asked_for_once_and_the_answer_is_kept(home: Path) -> None:
    wiring = Wiring(read({"KOUSHI_HOME": str(home)}))
    desk, session = Desk(wiring), begin(wiring)
    assert shelf.consent(wiring.engine) is None
    assert "回复文字会发给微软" in desk.station(STATION, T) + desk._shown(session, T)
    assert "回复文字会发给微软" not in desk.consent(session.talk.id, False, T)
    assert shelf.consent(wiring.engine) is False
    desk.consent(session.talk.id, True, T)
    assert shelf.consent(wiring.engine) is True
    wiring.engine.dispose()


def test_where_the_browser_speaks_nobody_is_asked_about_microsoft(home: Path) -> None:
    wiring = Wiring(read({"KOUSHI_HOME": str(home), "KOUSHI_SPEECH": "browser"}))
    (shown,) = asyncio.run(pages(Desk(wiring).open({"talk": begin(wiring).talk.id}, T)))
    assert attribute(shown, "data-voice") == "browser"
    assert "微软" not in shown
    wiring.engine.dispose()
