"""Speaks the lines in many voices, in noise, and writes their spectrograms: `data.py COUNT FILE`."""

import pickle
import random
import sys
from dataclasses import dataclass
from functools import cache
from multiprocessing import Pool
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sentences import CLAUSES, SENTENCES
from synth import TRAIN_PITCHES, TRAIN_RATES, TRAIN_VOICES, say

Samples = NDArray[np.float32]
_KINDS = {"sentence": 0.40, "clause": 0.15, "pairs": 0.22, "soup": 0.18, "noise": 0.05}


@dataclass(frozen=True)
class Example:
    """A spectrogram (80, frames; float16), what is said in it, and from when to when in seconds."""

    mel: NDArray[np.float16]
    text: str | None
    start: float
    end: float


@cache
def _features() -> Any:
    from faster_whisper.feature_extractor import FeatureExtractor

    return FeatureExtractor()


def augment(samples: Samples, dice: random.Random) -> tuple[Samples, float, float]:
    """Silence around it, loudness, room noise, a microphone's colour; also when speech starts and ends."""
    lead, trail = dice.uniform(0, 0.6), dice.uniform(0, 0.9)
    silence = [np.zeros(int(seconds * 16_000), np.float32) for seconds in (lead, trail)]
    samples = np.concatenate([silence[0], samples, silence[1]]) * np.float32(dice.uniform(0.25, 1.0))
    if dice.random() < 0.6:
        samples = samples + _noise_for(samples, dice)
    if dice.random() < 0.5:
        samples = _coloured(samples, dice)
    return samples.astype(np.float32), lead, len(samples) / 16_000 - trail


def _noise_for(samples: Samples, dice: random.Random) -> Samples:
    """White or pinkish noise 8–45 dB under the speech."""
    noise = np.random.default_rng(dice.randrange(1 << 30)).standard_normal(len(samples))
    if dice.random() < 0.6:
        spectrum = np.fft.rfft(noise)
        pole = dice.uniform(0.7, 0.97)
        shape = 1 / np.abs(1 - pole * np.exp(-1j * np.linspace(0, np.pi, len(spectrum))))
        noise = np.fft.irfft(spectrum * shape, len(samples))
    loud = np.abs(samples) > 1e-4
    power = float(np.mean(samples[loud] ** 2)) if loud.any() else 1e-4
    wanted = power / 10 ** (dice.uniform(8, 45) / 10)
    return (noise * np.sqrt(wanted / (np.mean(noise**2) + 1e-12))).astype(np.float32)


def _coloured(samples: Samples, dice: random.Random) -> Samples:
    spectrum = np.fft.rfft(samples)
    points = [0, 120, 400, 1500, 3500, 6000, 8000]
    gains = [dice.uniform(-12, 4) if i in {0, 5, 6} else dice.uniform(-5, 5) for i in range(len(points))]
    curve = np.interp(np.linspace(0, 8000, len(spectrum)), points, 10 ** (np.array(gains) / 20))
    return np.fft.irfft(spectrum * curve, len(samples)).astype(np.float32)


def _text(kind: str, dice: random.Random) -> str:
    """`soup` is pieces of 2–4 characters in random order, so that the decoder has to listen."""
    if kind == "sentence":
        return dice.choice(SENTENCES)
    if kind == "clause":
        return dice.choice(CLAUSES)
    if kind == "pairs":
        return "".join(dice.sample(CLAUSES, dice.choice([2, 2, 3])))
    plain = "".join(char for char in "".join(CLAUSES) if char not in "，。？！")
    starts = [dice.randrange(len(plain) - 4) for _ in range(dice.choice([2, 3, 4]))]
    return "".join(plain[start : start + dice.choice([2, 3, 4])] for start in starts) + "。"


def example(job: tuple[int, str]) -> Example:
    """One example from its seed and kind."""
    seed, kind = job
    dice = random.Random(seed)
    if kind == "noise":
        rng = np.random.default_rng(seed)
        samples = rng.standard_normal(int(dice.uniform(0.8, 4) * 16_000)) * 10 ** dice.uniform(-4, -1.3)
        samples *= dice.random() >= 0.3
        return Example(_features()(samples.astype(np.float32)).astype(np.float16), None, 0, 0)
    text = _text(kind, dice)
    voice, rate, pitch = dice.choice(TRAIN_VOICES), dice.choice(TRAIN_RATES), dice.choice(TRAIN_PITCHES)
    spoken, start, end = augment(say(text, voice, rate, pitch, dice.choice([30, 50, 70])), dice)
    return Example(_features()(spoken).astype(np.float16), text, start, end)


def main(count: int, path: Path) -> None:
    """Write `count` examples."""
    dice = random.Random(1)
    jobs = [(i, dice.choices(list(_KINDS), list(_KINDS.values()))[0]) for i in range(count)]
    with Pool(2) as pool:
        examples = list(pool.imap(example, jobs, chunksize=64))
    path.write_bytes(pickle.dumps([(e.mel, e.text, e.start, e.end) for e in examples], protocol=4))
    print(f"{count} examples, {path.stat().st_size / 1e6:.0f} MB")


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
