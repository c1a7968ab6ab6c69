"""The real faster-whisper, on a tiny model that knows forty lines: what is said is written, noise is not."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace as Of

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.audio import RATE, decode, to_pcm16, wav_bytes
from bot.hearing import WhisperTranscriber, hearing_health, speech_seconds, transcriber
from bot.ports import Heard, NotHeard
from retrieval.errors import InputError, ProviderError
from tests.support.speech import LINES, TINY, errors_between, speak_to_wav, spoken


@pytest.fixture(scope="module")
def ears() -> WhisperTranscriber:
    return WhisperTranscriber(TINY)


@pytest.fixture(autouse=True)
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What lies in this machine's Hugging Face cache is no part of the tests."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))


def noise(seconds: float, loudness: float) -> NDArray[np.float32]:
    return (np.random.default_rng(7).standard_normal(int(seconds * RATE)) * loudness).astype(np.float32)


@pytest.mark.parametrize(
    "hotwords", [(), ("周先生", "空调", "KF2026"), ("张丽",)], ids=["plain", "three", "one"]
)
def test_what_is_said_is_written_also_when_hot_words_mislead_the_model(
    ears: WhisperTranscriber, hotwords: tuple[str, ...]
) -> None:
    wrong = length = 0
    for line in LINES[::4]:
        heard = ears.transcribe(spoken(line), hotwords)
        assert isinstance(heard, Heard), line
        errors, size = errors_between(line, heard.text)
        wrong, length = wrong + errors, length + size
    assert len(LINES[::4]) >= 10
    assert wrong / length <= 0.05


def test_a_known_line_is_heard_with_confidence_and_its_length(ears: WhisperTranscriber) -> None:
    audio = spoken(LINES[1])
    heard = ears.transcribe(audio)
    assert heard == Heard(LINES[1], pytest.approx(0.98, abs=0.03), pytest.approx(len(audio) / RATE, abs=0.01))


def test_a_pause_in_the_answer_does_not_lose_what_follows(ears: WhisperTranscriber) -> None:
    silence = np.zeros(int(1.6 * RATE), np.float32)
    heard = ears.transcribe(np.concatenate([silence, spoken(LINES[1]), silence, spoken(LINES[6]), silence]))
    assert isinstance(heard, Heard)
    assert heard.text == LINES[1] + LINES[6], "joined with nothing between"


@pytest.mark.parametrize(
    "audio",
    [
        np.zeros(0, np.float32),
        np.zeros(2 * RATE, np.float32),
        noise(3, 0.02),
        noise(3, 0.3),
        (0.3 * np.sin(np.arange(2 * RATE) * 0.2)).astype(np.float32),
    ],
    ids=["nothing", "silence", "hiss", "loud noise", "a beep"],
)
def test_what_is_no_speech_is_never_a_turn(ears: WhisperTranscriber, audio: NDArray[np.float32]) -> None:
    heard = ears.transcribe(audio, ("空调",))
    assert isinstance(heard, NotHeard)
    assert "再说一遍" in heard.reason
    assert speech_seconds(audio) == 0


def test_gibberish_that_the_voice_detector_lets_through_is_not_made_into_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Mumbling:
        """Answers as faster-whisper does when it makes words up."""

        def transcribe(self, audio: NDArray[np.float32], **options: object) -> tuple[list[object], object]:
            segments = [
                Of(
                    text="谢谢观看",
                    avg_logprob=-1.6,
                    no_speech_prob=0.5,
                    tokens=[1] * 4,
                    compression_ratio=0.8,
                ),
                Of(
                    text="谢" * 90, avg_logprob=-0.1, no_speech_prob=0, tokens=[1] * 90, compression_ratio=9.0
                ),
            ]
            return segments, Of(duration_after_vad=1.2)

    monkeypatch.setattr("faster_whisper.WhisperModel", lambda *args, **options: Mumbling())
    ears = WhisperTranscriber(TINY)
    assert isinstance(ears.transcribe(noise(1, 0.1)), NotHeard)


def test_two_at_once_hear_each_their_own(ears: WhisperTranscriber) -> None:
    lines = [LINES[0], LINES[8], LINES[18], LINES[30]] * 2
    with ThreadPoolExecutor(2) as pool:
        heard = list(pool.map(ears.transcribe, map(spoken, lines)))
    assert [one.text for one in heard if isinstance(one, Heard)] == lines


def test_two_at_once_load_the_model_once(monkeypatch: pytest.MonkeyPatch) -> None:
    import faster_whisper

    made: list[object] = []
    real = faster_whisper.WhisperModel
    monkeypatch.setattr(faster_whisper, "WhisperModel", lambda *a, **k: made.append(a) or real(*a, **k))
    ears = WhisperTranscriber(TINY)
    assert not made, "nothing is loaded before it is needed"
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: ears.load(), range(4)))
    assert len(made) == 1


def test_an_uploaded_recording_is_heard(ears: WhisperTranscriber, tmp_path: Path) -> None:
    times = speak_to_wav([LINES[3]], tmp_path / "mic.wav", gaps=[0.5, 0.8])
    audio = decode(tmp_path / "mic.wav")
    heard = ears.transcribe(audio)
    assert isinstance(heard, Heard)
    assert heard.text == LINES[3]
    assert times == [(0.5, pytest.approx(len(audio) / RATE - 0.8, abs=0.02))]
    assert decode(wav_bytes(to_pcm16(audio), RATE)) == pytest.approx(audio, abs=1e-4)


@pytest.mark.parametrize("missing", ["tokenizer.json", "model.bin", "config.json"])
def test_a_folder_without_one_of_its_files_is_refused_and_the_file_named(
    missing: str, tmp_path: Path
) -> None:
    folder = tmp_path / "model"
    shutil.copytree(TINY, folder)
    (folder / missing).unlink()
    with pytest.raises(InputError, match=missing) as caught:
        transcriber(str(folder), tmp_path)
    assert str(folder) in str(caught.value)
    health = hearing_health(str(folder), tmp_path)
    assert (health.state, bool(health.todo)) == ("broken", True)
    assert missing in health.detail


def test_a_model_cut_short_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(TINY, folder)
    (folder / "model.bin").write_bytes((folder / "model.bin").read_bytes()[:1000])
    ears = WhisperTranscriber(folder)
    with pytest.raises(ProviderError, match="重新下载"):
        ears.load()


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="不存在"):
        transcriber(str(tmp_path / "nowhere"), tmp_path)


def test_auto_is_off_until_a_model_lies_in_the_data_folder(tmp_path: Path) -> None:
    assert transcriber("auto", tmp_path) is None
    health = hearing_health("auto", tmp_path)
    assert health.state == "off"
    assert "下载" in str(health.todo)
    shutil.copytree(TINY, tmp_path / "models" / "faster-whisper-base")
    ears = transcriber("auto", tmp_path)
    assert ears is not None
    assert ears.name == "faster-whisper base"
    assert isinstance(ears.transcribe(spoken(LINES[0])), Heard)
    assert hearing_health("", tmp_path).state == "ok"


def test_auto_finds_a_model_under_any_name_and_prefers_the_better_size(tmp_path: Path) -> None:
    shutil.copytree(TINY, tmp_path / "models" / "our-own")
    own = transcriber("auto", tmp_path)
    shutil.copytree(TINY, tmp_path / "models" / "faster-whisper-tiny")
    shutil.copytree(TINY, tmp_path / "models" / "faster-whisper-small")
    best = transcriber("auto", tmp_path)
    assert own is not None
    assert best is not None
    assert (own.name, best.name) == ("faster-whisper our-own", "faster-whisper small")


def test_a_model_in_the_hugging_face_cache_is_used(tmp_path: Path) -> None:
    repo = tmp_path / "hub" / "models--Systran--faster-whisper-base"
    (repo / "refs").mkdir(parents=True)
    (repo / "refs" / "main").write_text("abc")
    shutil.copytree(TINY, repo / "snapshots" / "abc")
    assert hearing_health("base", tmp_path).state == "ok"


def test_a_size_that_is_not_here_says_how_to_get_it_and_is_not_fetched(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="还没下载") as caught:
        transcriber("small", tmp_path)
    assert "485 MB" in caught.value.mend
    assert hearing_health("small", tmp_path).state == "broken"
    assert not (tmp_path / "models").exists()
