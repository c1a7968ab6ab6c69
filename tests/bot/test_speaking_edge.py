"""The real edge-tts client against a local server that speaks the service's protocol."""

import asyncio
import io
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import av
import numpy as np
import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from bot.audio import SPEECH_RATE, from_pcm16
from bot.speaking.choose import speaker
from bot.speaking.edge import EdgeSpeaker, parameters
from retrieval.errors import ProviderError
from scenarios.parts import Voice

WOMAN = Voice(gender="female", age=35, edge="zh-CN-XiaoxiaoNeural", espeak="cmn+f2")


@given(st.integers(-50, 150), st.integers(16, 90))
def test_every_parameter_has_a_sign_and_stays_in_what_still_sounds_human(mood: int, age: int) -> None:
    how = parameters(Voice(gender="male", age=age), mood)
    assert re.fullmatch(r"[+-]\d+%", how["rate"])
    assert re.fullmatch(r"[+-]\d+Hz", how["pitch"])
    assert re.fullmatch(r"[+-]\d+%", how["volume"])
    assert -30 <= int(how["rate"][:-1]) <= 25


def test_anger_is_quicker_higher_and_louder_and_a_plain_mood_changes_nothing() -> None:
    plain, angry = parameters(WOMAN, 40), parameters(WOMAN, 100)
    assert plain == {"voice": "zh-CN-XiaoxiaoNeural", "rate": "+0%", "pitch": "+0Hz", "volume": "+0%"}
    assert angry == {"voice": "zh-CN-XiaoxiaoNeural", "rate": "+21%", "pitch": "+12Hz", "volume": "+15%"}


def mp3(seconds: float) -> bytes:
    samples = (9000 * np.sin(np.arange(int(seconds * SPEECH_RATE)) * 0.1)).astype(np.int16)
    out = io.BytesIO()
    with av.open(out, "w", format="mp3") as file:
        stream = file.add_stream("libmp3lame", rate=SPEECH_RATE, layout="mono")
        frame = av.AudioFrame.from_ndarray(samples[None], format="s16", layout="mono")
        frame.sample_rate = SPEECH_RATE
        for part in (frame, None):
            file.mux(stream.encode(part))
    return out.getvalue()


@dataclass
class Service:
    """What the service was asked, and how it fails."""

    fault: str = ""
    "`` | stall | midway | refuse | no-audio"
    ssml: list[str] = field(default_factory=list)

    async def socket(self, request: web.Request) -> web.StreamResponse:
        if self.fault == "refuse":
            raise web.HTTPServiceUnavailable
        ws = web.WebSocketResponse()
        await ws.prepare(request)
        await ws.receive_str()
        self.ssml.append(await ws.receive_str())
        await ws.send_str("X-RequestId:1\r\nPath:turn.start\r\n\r\n{}")
        if self.fault == "stall":
            await asyncio.sleep(30)
        sound = mp3(1.0) if self.fault != "no-audio" else b""
        header = b"X-RequestId:1\r\nContent-Type:audio/mpeg\r\nPath:audio\r\n"
        for start in range(0, len(sound), 720):
            if self.fault == "midway" and start > len(sound) // 2:
                await asyncio.sleep(30)
            await ws.send_bytes(len(header).to_bytes(2, "big") + header + sound[start : start + 720])
        await ws.send_str("X-RequestId:1\r\nPath:turn.end\r\n\r\n{}")
        return ws


@pytest.fixture
async def service(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Service]:
    state = Service()
    app = web.Application()
    app.router.add_get("/", state.socket)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    monkeypatch.setattr("edge_tts.communicate.WSS_URL", f"ws://127.0.0.1:{port}/?t=1")
    yield state
    await runner.cleanup()


async def test_each_sentence_is_asked_for_with_its_mood_and_comes_back_as_sound(service: Service) -> None:
    text = "（拍桌）我的空调又坏了！你们<管>不管？"
    sound = b"".join([piece async for piece in EdgeSpeaker().speak(text, WOMAN, 100)])
    assert len(sound) / 2 / SPEECH_RATE == pytest.approx(2.0, abs=0.25)
    assert 0.2 < np.abs(from_pcm16(sound)).max() < 0.4
    first, second = service.ssml
    assert "我的空调又坏了！" in first
    assert "拍桌" not in first
    assert "&lt;管" in second
    assert "rate='+21%'" in first
    assert "pitch='+12Hz'" in first
    assert "XiaoxiaoNeural" in first


async def test_sound_comes_before_the_service_has_finished(service: Service) -> None:
    service.fault = "midway"
    sound = EdgeSpeaker().speak("我的空调又坏了！", WOMAN, 50)
    async with asyncio.timeout(1):
        assert len(await anext(sound)) > 0
        await sound.aclose()  # an interruption does not wait for the stalled service


@pytest.mark.parametrize("fault", ["refuse", "no-audio"])
async def test_a_service_that_gives_nothing_is_an_error(service: Service, fault: str) -> None:
    service.fault = fault
    with pytest.raises(ProviderError, match="在线语音"):
        await anext(EdgeSpeaker().speak("您好。", WOMAN, 50))


@pytest.mark.parametrize("fault", ["stall", "refuse", "no-audio"])
async def test_the_voice_of_this_machine_takes_over_within_two_seconds(service: Service, fault: str) -> None:
    service.fault = fault
    voices = speaker("edge")
    assert voices is not None
    turn = voices.turn()
    clock = asyncio.get_running_loop().time
    start = clock()
    assert await anext(turn.speak("您好，我要投诉。", WOMAN, 50))
    assert clock() - start < 2
    assert turn.speaker is not None
    assert turn.speaker.name == "espeak"
