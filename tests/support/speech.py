"""Spoken lines for tests, made by espeak-ng; and the tiny recogniser that knows them."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.audio import RATE, from_pcm16, resample, to_pcm16, wav_bytes
from bot.speaking.espeak import engine

TINY = Path(__file__).parents[1] / "fixtures" / "tinywhisper"
"A Whisper model folder for `KOUSHI_ASR`; it knows the lines of `LINES` and nothing else."
LINES = tuple((TINY / "sentences.txt").read_text(encoding="utf-8").split())
HELD_OUT_RATE, HELD_OUT_PITCH = 168, 55
"Words a minute and pitch that the tiny recogniser was not trained on."


def spoken(line: str, rate: int = RATE, voice: str = "cmn") -> NDArray[np.float32]:
    """A line as mono float32 at `rate` Hz."""
    pcm = engine().say(line, voice, rate=HELD_OUT_RATE, pitch=HELD_OUT_PITCH)
    return resample(from_pcm16(pcm), engine().sample_rate, rate)


def speak_to_wav(
    lines: Sequence[str], path: Path, gaps: Sequence[float] | float = 1.5, rate: int = 48_000
) -> list[tuple[float, float]]:
    """A microphone's worth of lines, for Chromium's `--use-file-for-fake-audio-capture=FILE%noloop`.

    Args:
        lines: what is said.
        path: the wav to write, 16-bit mono.
        gaps: seconds of silence before the first line, between lines and after the last: one number for
            all, or one more number than there are lines.
        rate: samples a second.

    Returns:
        When each line starts and ends, in seconds.
    """
    waits = [gaps] * (len(lines) + 1) if isinstance(gaps, int | float) else list(gaps)
    assert len(waits) == len(lines) + 1, "one gap before each line and one after the last"
    parts = [np.zeros(int(waits[0] * rate), np.float32)]
    times: list[tuple[float, float]] = []
    for line, wait in zip(lines, waits[1:], strict=True):
        start = sum(map(len, parts)) / rate
        parts.append(spoken(line, rate) * np.float32(0.7))
        times.append((start, start + len(parts[-1]) / rate))
        parts.append(np.zeros(int(wait * rate), np.float32))
    path.write_bytes(wav_bytes(to_pcm16(np.concatenate(parts)), rate))
    return times


def errors_between(said: str, heard: str) -> tuple[int, int]:
    """Edit distance in characters, punctuation aside, and the length of what was said."""
    a, b = (("".join(filter(str.isalnum, text))) for text in (said, heard))
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        before, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (x != y))
    return row[-1], len(a)
