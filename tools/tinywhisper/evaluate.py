"""Character errors of a model folder on what it was not trained on: `evaluate.py FOLDER`."""

import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from data import augment
from numpy.typing import NDArray
from sentences import CLAUSES, SENTENCES
from synth import HELD_PITCHES, HELD_RATES, HELD_VOICES, TRAIN_VOICES, say

from bot.hearing import WhisperTranscriber
from bot.ports import Heard
from tests.support.speech import errors_between

Case = tuple[str, NDArray[np.float32]]


def lines(voices: list[str], dice: random.Random, *, noisy: bool = False) -> Iterator[Case]:
    """Every sentence once, at a held-out rate and pitch."""
    for text in SENTENCES:
        samples = say(text, dice.choice(voices), dice.choice(HELD_RATES), dice.choice(HELD_PITCHES))
        yield text, augment(samples, dice)[0] if noisy else samples


def pairs(dice: random.Random) -> Iterator[Case]:
    """Two clauses that never stood together."""
    for _ in range(40):
        text = "".join(dice.sample(CLAUSES, 2))
        yield text, say(text, dice.choice(TRAIN_VOICES), dice.choice(HELD_RATES), dice.choice(HELD_PITCHES))


def measure(name: str, ears: WhisperTranscriber, cases: Iterator[Case]) -> None:
    """One line of the table: character errors in percent and milliseconds an utterance."""
    wrong = length = 0
    took: list[float] = []
    for text, samples in cases:
        began = time.perf_counter()
        heard = ears.transcribe(samples)
        took.append(time.perf_counter() - began)
        errors, size = errors_between(text, heard.text if isinstance(heard, Heard) else "")
        wrong, length = wrong + errors, length + size
    print(f"{name:36s} errors {100 * wrong / length:5.2f} %   {1000 * float(np.median(took)):4.0f} ms")


def main(folder: Path) -> None:
    """Print the table."""
    ears, dice = WhisperTranscriber(folder), random.Random(99)
    ears.load()
    measure("known voices, new rate and pitch", ears, lines(TRAIN_VOICES, dice))
    measure("the same in noise", ears, lines(TRAIN_VOICES, dice, noisy=True))
    measure("new voices", ears, lines(HELD_VOICES, dice))
    measure("new pairs of clauses", ears, pairs(dice))
    for name, loudness in (("silence", 0.0), ("noise", 0.02)):
        samples = np.random.default_rng(0).standard_normal(32_000) * loudness
        print(f"{name:36s} {ears.transcribe(samples.astype(np.float32))}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
