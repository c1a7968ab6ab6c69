"""Sound in and out of files: the one place that knows PyAV.

Inside koushi a recording is mono float32 in −1..1 at 16 kHz (what the recogniser wants), and speech is
16-bit little-endian mono PCM at `SPEECH_RATE` (what the page plays).
"""

import io
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.errors import InputError

RATE = 16_000
"Samples a second of recordings."
SPEECH_RATE = 24_000
"Samples a second of everything spoken."
LONGEST_S = 600
"A recording longer than this is refused, seconds."

Samples = NDArray[np.float32]

# Only formats that cannot name other files or addresses: a playlist must not make us fetch anything.
_FORMATS = "wav,mp3,ogg,matroska,webm,mov,mp4,m4a,flac,aac,aiff,caf,amr"
_MEND = "请上传 wav、webm、mp3、ogg 或 m4a 录音，不超过十分钟"


def decode(source: bytes | Path) -> Samples:
    """Any recording as mono float32 at 16 kHz.

    Args:
        source: the bytes of a file, or a file.

    Raises:
        InputError: nothing in it, no sound track, not a sound format, or longer than ten minutes.
    """
    data, file = (source, None) if isinstance(source, bytes) else (_read(source), source)
    if not data:
        raise InputError("录音是空的", mend=_MEND, file=file)
    import av

    try:
        parts = list(_limited(_decoded(data)))
    except (av.FFmpegError, IndexError, ValueError, UnicodeDecodeError) as error:
        raise InputError("这不是能听的录音", mend=_MEND, file=file) from error
    except InputError as error:
        raise InputError(error.what, mend=_MEND, file=file) from error
    if not sum(map(len, parts)):
        raise InputError("录音里没有声音数据", mend=_MEND, file=file)
    return from_pcm16(np.concatenate(parts).tobytes())


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError("打不开这个录音文件", mend="请检查路径和权限", file=path) from error


def _decoded(data: bytes) -> Iterator[NDArray[np.int16]]:
    import av

    resampler = Resampler(None, RATE)
    options = {"format_whitelist": _FORMATS}
    with av.open(io.BytesIO(data), options=options, metadata_errors="ignore", mode="r") as container:
        for frame in container.decode(audio=0):
            frame.pts = None  # browsers' webm has gaps in its time stamps; the samples are what counts
            yield resampler.push(frame)
    yield resampler.push(None)


def _limited(parts: Iterator[NDArray[np.int16]]) -> Iterator[NDArray[np.int16]]:
    total = 0
    for part in parts:
        total += len(part)
        if total > LONGEST_S * RATE:
            raise InputError(f"录音超过 {LONGEST_S // 60} 分钟")
        yield part


class Resampler:
    """Streams sound to another rate, mono 16-bit; keeps the filter's state between pieces."""

    def __init__(self, source: int | None, target: int) -> None:
        """`source` in Hz, or None when PyAV frames come in that know their own rate."""
        import av

        self._source = source
        self._resampler: Any = av.AudioResampler(format="s16", layout="mono", rate=target)

    def push(self, frame: Any) -> NDArray[np.int16]:
        """A PyAV frame in, int16 samples out; None flushes."""
        out = [piece.to_ndarray()[0] for piece in self._resampler.resample(frame)]
        return np.concatenate(out) if out else np.zeros(0, np.int16)

    def push_pcm(self, pcm: bytes) -> bytes:
        """16-bit PCM in, 16-bit PCM out."""
        return self.push(_frame(pcm, self._source or RATE)).tobytes() if pcm else b""

    def flush(self) -> bytes:
        """What the filter still holds."""
        return self.push(None).tobytes()


def _frame(pcm: bytes, rate: int) -> Any:
    import av

    samples = np.frombuffer(pcm, "<i2").astype(np.int16)
    frame = av.AudioFrame.from_ndarray(samples[None], format="s16", layout="mono")
    frame.sample_rate = rate
    return frame


def resample(samples: Samples, source: int, target: int = RATE) -> Samples:
    """Mono float32 at `source` Hz as mono float32 at `target` Hz."""
    if source == target or not len(samples):
        return samples
    return from_pcm16(resample_pcm(to_pcm16(samples), source, target))


def resample_pcm(pcm: bytes, source: int, target: int) -> bytes:
    """One whole piece of 16-bit PCM at another rate."""
    if source == target or not pcm:
        return pcm
    resampler = Resampler(source, target)
    return resampler.push_pcm(pcm) + resampler.flush()


def to_pcm16(samples: Samples) -> bytes:
    """Float samples as 16-bit little-endian PCM; what is beyond ±1 is clipped."""
    return (np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes()


def from_pcm16(pcm: bytes) -> Samples:
    """16-bit little-endian PCM as float samples; a lone last byte is dropped."""
    return np.frombuffer(pcm[: len(pcm) & ~1], "<i2").astype(np.float32) / np.float32(32768)


def wav_bytes(pcm: bytes, rate: int) -> bytes:
    """16-bit mono PCM as a WAV file."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(pcm)
    return out.getvalue()


class Mp3Stream:
    """Decodes an mp3 that arrives in pieces, to 16-bit PCM at `SPEECH_RATE`."""

    def __init__(self) -> None:
        import av

        self._codec: Any = av.CodecContext.create("mp3", "r")
        self._resampler = Resampler(None, SPEECH_RATE)

    def feed(self, data: bytes) -> bytes:
        """The PCM that can be heard so far; often nothing for the first hundred bytes."""
        return b"".join(map(self._decode, self._codec.parse(data))) if data else b""

    def close(self) -> bytes:
        """What was left inside; the stream is over."""
        rest = b"".join(map(self._decode, self._codec.parse(None)))
        return rest + self._decode(None) + self._resampler.flush()

    def _decode(self, packet: Any) -> bytes:
        import av

        try:
            frames = self._codec.decode(packet)
        except (av.error.InvalidDataError, av.error.EOFError):
            return b""  # the encoder's info frame and a broken packet are no sound, and no reason to stop
        return b"".join(self._resampler.push(frame).tobytes() for frame in frames)
