"""Recordings of every kind come in the same; what is no recording is refused in plain words."""

import io
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from bot import audio
from retrieval.errors import InputError


def tone(seconds: float, rate: int) -> NDArray[np.float32]:
    return (0.4 * np.sin(2 * np.pi * 440 * np.arange(int(seconds * rate)) / rate)).astype(np.float32)


def encoded(container: str, codec: str, rate: int = 48_000, layout: str = "stereo") -> bytes:
    samples = (tone(1.0, rate) * 32767).astype(np.int16)
    channels = 2 if layout == "stereo" else 1
    out = io.BytesIO()
    with av.open(out, "w", format=container) as file:
        stream = file.add_stream(codec, rate=rate, layout=layout)
        packed = np.repeat(samples, channels)[None]
        frame = av.AudioFrame.from_ndarray(packed, format="s16", layout=layout)
        frame.sample_rate = rate
        for part in (frame, None):
            file.mux(stream.encode(part))
    return out.getvalue()


def loudest_hz(samples: NDArray[np.float32]) -> float:
    return float(np.argmax(np.abs(np.fft.rfft(samples))) * audio.RATE / len(samples))


@pytest.mark.parametrize(
    ("container", "codec"),
    [("wav", "pcm_s16le"), ("webm", "libopus"), ("mp3", "libmp3lame"), ("ogg", "libopus"), ("ipod", "aac")],
)
def test_any_browsers_recording_becomes_mono_16_khz(container: str, codec: str) -> None:
    samples = audio.decode(encoded(container, codec))
    assert samples.dtype == np.float32
    assert samples.ndim == 1
    assert len(samples) / audio.RATE == pytest.approx(1.0, abs=0.1)
    assert loudest_hz(samples) == pytest.approx(440, abs=3)
    assert 0.3 < np.abs(samples).max() < 0.55


def test_a_file_is_read_like_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "答题.wav"
    path.write_bytes(audio.wav_bytes(audio.to_pcm16(tone(0.5, 22_050)), 22_050))
    assert len(audio.decode(path)) == pytest.approx(8000, abs=20)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "空"),
        (b"not a sound at all" * 50, "不是能听的录音"),
        (b"\x00" * 5000, "不是能听的录音"),
        (audio.wav_bytes(b"", 16_000), "没有声音"),
        (b"#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:9/a.ts\n#EXT-X-ENDLIST\n", "不是能听的录音"),
    ],
    ids=["empty", "text", "zeros", "header-only", "playlist"],
)
def test_what_is_no_recording_is_refused_and_says_what_to_bring(data: bytes, says: str) -> None:
    with pytest.raises(InputError, match=says) as caught:
        audio.decode(data)
    assert "wav" in caught.value.mend


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"没有这段\.wav"):
        audio.decode(tmp_path / "没有这段.wav")


def test_more_than_ten_minutes_are_refused_before_all_is_decoded() -> None:
    long = audio.wav_bytes(bytes(2 * 8000 * (audio.LONGEST_S + 2)), 8000)
    with pytest.raises(InputError, match="10 分钟"):
        audio.decode(long)


@given(st.binary(max_size=400))
def test_no_bytes_whatever_end_in_anything_but_sound_or_a_clear_refusal(data: bytes) -> None:
    try:
        samples = audio.decode(data)
    except InputError:
        return
    assert len(samples)


def test_speech_in_pieces_resamples_as_in_one() -> None:
    pcm = audio.to_pcm16(tone(0.7, 22_050))
    stream = audio.Resampler(22_050, 24_000)
    parts = [stream.push_pcm(pcm[i : i + 1000]) for i in range(0, len(pcm), 1000)]
    assert b"".join([*parts, stream.flush()]) == audio.resample_pcm(pcm, 22_050, 24_000)


def test_an_mp3_is_heard_while_it_arrives() -> None:
    mp3 = encoded("mp3", "libmp3lame", 24_000, "mono")
    stream = audio.Mp3Stream()
    early = stream.feed(mp3[: len(mp3) // 2])
    whole = early + b"".join(stream.feed(mp3[i : i + 97]) for i in range(len(mp3) // 2, len(mp3), 97))
    whole += stream.close()
    assert 0.3 < len(early) / 48_000 < 0.7
    assert len(whole) / 48_000 == pytest.approx(1.0, abs=0.12)
