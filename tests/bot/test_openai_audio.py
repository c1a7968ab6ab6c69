"""The real `openai` client over real HTTP, against a server with faults to order."""

import asyncio
from collections.abc import Iterator

import numpy as np
import pytest

from bot.audio import RATE, SPEECH_RATE, decode, from_pcm16, to_pcm16
from bot.hearing import hearing_health, transcriber
from bot.openai_audio import UNKNOWN_CONFIDENCE, EndpointSpeaker, EndpointTranscriber
from bot.ports import Heard, NotHeard
from bot.speaking.choose import speaker, speaking_health
from retrieval.errors import ProviderError
from scenarios.parts import Voice
from tests.support.audio_server import AudioServer, audio_server
from tests.support.speech import LINES, spoken

ANGRY = Voice(gender="female", age=35)
SOUND = to_pcm16((0.2 * np.sin(np.arange(SPEECH_RATE) * 0.1)).astype(np.float32))


@pytest.fixture
def server() -> Iterator[AudioServer]:
    with audio_server() as running:
        running.sound = SOUND
        yield running


async def said(voice: EndpointSpeaker, text: str = "我要退款！") -> bytes:
    return b"".join([piece async for piece in voice.speak(text, ANGRY, 90)])


def test_speech_is_sent_as_wav_with_the_hot_words_and_comes_back_as_text(server: AudioServer) -> None:
    ears = EndpointTranscriber(server.url, api_key="sk-1", model="whisper-large")
    audio = spoken(LINES[1])
    heard = ears.transcribe(audio, ("周先生", "空调"))
    assert heard == Heard(server.text, pytest.approx(0.905, abs=0.001), round(len(audio) / RATE, 2))
    (form,) = server.forms
    assert form["path"] == "/v1/audio/transcriptions"
    assert form["key"] == "Bearer sk-1"
    assert (form["model"], form["language"], form["prompt"]) == ("whisper-large", "zh", "周先生、空调")
    assert decode(form["file"]) == pytest.approx(audio, abs=1e-3)


def test_a_model_without_probabilities_is_asked_again_in_plain_json(server: AudioServer) -> None:
    server.fault = "plain-json"
    heard = EndpointTranscriber(server.url).transcribe(spoken(LINES[1]))
    assert isinstance(heard, Heard)
    assert heard.confidence == UNKNOWN_CONFIDENCE
    assert [form["response_format"] for form in server.forms] == ["verbose_json", "json"]


def test_silence_is_not_sent_anywhere(server: AudioServer) -> None:
    heard = EndpointTranscriber(server.url).transcribe(np.zeros(RATE, np.float32))
    assert isinstance(heard, NotHeard)
    assert not server.forms


def test_an_answer_without_words_is_not_heard(server: AudioServer) -> None:
    server.text = "。"
    assert isinstance(EndpointTranscriber(server.url).transcribe(spoken(LINES[1])), NotHeard)


@pytest.mark.parametrize("fault", ["500", "garbage", "no-text", "stall"])
def test_a_transcription_that_cannot_be_had_is_an_error_that_names_the_server(
    server: AudioServer, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.openai_audio.LISTEN_S", 0.5)
    server.fault = fault
    with pytest.raises(ProviderError, match=r"127\.0\.0\.1.*打字"):
        EndpointTranscriber(server.url).transcribe(spoken(LINES[1]))


@pytest.mark.parametrize("fault", ["", "odd-chunks"])
async def test_a_reply_is_spoken_in_whole_samples(server: AudioServer, fault: str) -> None:
    server.fault = fault
    voice = EndpointSpeaker(server.url, api_key="sk-2", model="cosy", voices={"female": "anna"})
    pieces = [piece async for piece in voice.speak("我要退款！", ANGRY, 90)]
    assert b"".join(pieces) == SOUND
    assert all(len(piece) % 2 == 0 for piece in pieces)
    (form,) = server.forms
    assert form["path"] == "/v1/audio/speech"
    assert (form["model"], form["voice"], form["response_format"]) == ("cosy", "anna", "pcm")
    assert form["speed"] > 1


@pytest.mark.parametrize("fault", ["500", "garbage", "stall", "break"])
async def test_a_voice_that_cannot_be_had_is_an_error(
    server: AudioServer, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.openai_audio.SPEAK_S", 0.5)
    server.fault = fault
    with pytest.raises(ProviderError, match=r"127\.0\.0\.1"):
        await said(EndpointSpeaker(server.url))


@pytest.mark.parametrize("fault", ["500", "garbage", "stall"])
async def test_espeak_takes_over_within_two_seconds(server: AudioServer, fault: str) -> None:
    server.fault = fault
    voices = speaker(server.url)
    assert voices is not None
    turn = voices.turn()
    clock = asyncio.get_running_loop().time
    start = clock()
    first = await anext(turn.speak("我要退款！", ANGRY, 90))
    assert clock() - start < 2
    assert np.abs(from_pcm16(first)).max() > 0.05
    assert turn.speaker is not None
    assert turn.speaker.name == "espeak"


def test_the_doctor_knocks_and_says_what_answers(server: AudioServer, tmp_path: object) -> None:
    from pathlib import Path

    home = Path(str(tmp_path))
    assert isinstance(transcriber(server.url, home), EndpointTranscriber)
    assert hearing_health(server.url, home).state == "ok"
    assert speaking_health(server.url).state == "ok"
    gone = "http://127.0.0.1:9/v1"
    assert [hearing_health(gone, home).state, speaking_health(gone).state] == ["broken", "broken"]
    assert not server.forms, "nothing was sent"
