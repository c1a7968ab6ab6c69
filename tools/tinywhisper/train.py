"""Trains the model on two cores: `train.py EXAMPLES WEIGHTS [STEPS]`.

Two phases: short batches as long as their examples, then 8 % more steps at the full 30 s that Whisper sees
at run time. A CTC head beside the decoder makes the encoder listen early; it is thrown away.
"""

import math
import pickle
import random
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from model import Whisper
from tok import SPECIAL, TIMESTAMPS, build
from torch import Tensor, nn
from torch.nn import functional

BATCH, LONG_BATCH, FULL = 32, 10, 3000
Row = tuple[np.ndarray, str | None, float, float]


class Targets:
    """From text to the tokens the decoder is to write."""

    def __init__(self, dice: random.Random) -> None:
        self.tokenizer = build()
        self.text_tokens = self.tokenizer.get_vocab_size()
        self.id = {token: self.text_tokens + i for i, token in enumerate(SPECIAL)}
        self.first_time = self.text_tokens + len(SPECIAL)
        self.size = self.first_time + TIMESTAMPS
        self.dice = dice

    def text(self, text: str | None) -> list[int]:
        """The text's tokens alone."""
        return self.tokenizer.encode(text, add_special_tokens=False).ids if text else []

    def sequence(self, row: Row) -> list[int]:
        """The whole sequence, half of the time with time stamps."""
        _, text, _, end = row
        start = self.id["<|startoftranscript|>"]
        stop = self.id["<|endoftext|>"]
        if text is None:
            return [start, self.id["<|nospeech|>"], stop]
        head = [start, self.id["<|zh|>"], self.id["<|transcribe|>"]]
        if self.dice.random() < 0.5:
            return [*head, self.id["<|notimestamps|>"], *self.text(text), stop]
        over = self.first_time + min(TIMESTAMPS - 1, max(0, round(end / 0.02)))
        return [*head, self.first_time, *self.text(text), over, stop]


def masked(mel: np.ndarray, dice: random.Random) -> np.ndarray:
    """A band of channels and a stretch of time blanked (SpecAugment)."""
    mel = mel.astype(np.float32)
    if dice.random() < 0.7:
        width = dice.randrange(1, 12)
        start = dice.randrange(80 - width)
        mel[start : start + width] = mel.min()
        width = dice.randrange(1, 16)
        start = dice.randrange(max(1, mel.shape[1] - width))
        mel[:, start : start + width] = mel.min()
    return mel


def batch(rows: list[Row], frames: int, targets: Targets) -> tuple[Tensor, Tensor, Tensor]:
    """Spectrograms (n, 80, frames), tokens in, tokens out (−100 where nothing is asked)."""
    mel = np.zeros((len(rows), 80, frames), np.float32)
    sequences = [targets.sequence(row) for row in rows]
    longest = max(map(len, sequences))
    given = torch.full((len(rows), longest), targets.id["<|endoftext|>"])
    wanted = torch.full((len(rows), longest), -100)
    for i, (row, sequence) in enumerate(zip(rows, sequences, strict=True)):
        mel[i, :, : row[0].shape[1]] = masked(row[0], targets.dice)
        given[i, : len(sequence)] = torch.tensor(sequence)
        wanted[i, : len(sequence) - 1] = torch.tensor(sequence[1:])
    return torch.from_numpy(mel), given, wanted


def loss_of(model: Whisper, ctc: nn.Linear, rows: list[Row], frames: int, targets: Targets) -> Tensor:
    """Cross entropy of the decoder plus 0.4 of the CTC loss of the encoder."""
    mel, given, wanted = batch(rows, frames, targets)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        memory = model.encode(mel)
        scores, aligned = model.decode(given, memory), ctc(memory)
    written = functional.cross_entropy(
        scores.float().flatten(0, 1), wanted.flatten(), ignore_index=-100, label_smoothing=0.03
    )
    texts = [targets.text(row[1]) for row in rows]
    lengths = [(row[0].shape[1] + 1) // 2 for row in rows]
    heard = functional.ctc_loss(
        functional.log_softmax(aligned.float(), -1).transpose(0, 1)[: max(lengths)],
        torch.tensor([token for text in texts for token in text]),
        torch.tensor(lengths),
        torch.tensor([len(text) for text in texts]),
        blank=targets.text_tokens,
        zero_infinity=True,
    )
    return written + 0.4 * heard


def picked(data: list[Row], step: int, steps: int, dice: random.Random) -> tuple[list[Row], int]:
    """Rows of about one length and the frames to give them; late, any rows at the full length."""
    if step >= steps:
        return dice.sample(data, LONG_BATCH), FULL
    start = dice.randrange(0, len(data), BATCH)
    low, high = max(0, start - 200), min(len(data), start + BATCH)
    rows = [data[dice.randrange(low, high)] for _ in range(BATCH)]
    frames = max(row[0].shape[1] for row in rows) + (0 if dice.random() < 0.6 else dice.randrange(300))
    return rows, frames + frames % 2


def main(examples: Path, weights: Path, steps: int) -> None:
    """Train and write the weights."""
    torch.manual_seed(0)
    torch.set_num_threads(2)
    dice = random.Random(0)
    targets = Targets(dice)
    rows: list[Row] = pickle.loads(examples.read_bytes())  # noqa: S301 - written by data.py
    data = sorted((row for row in rows if row[0].shape[1] <= 1000), key=lambda row: row[0].shape[1])
    model = Whisper(targets.size)
    ctc = nn.Linear(model.shape["width"], targets.text_tokens + 1)
    everything: list[Any] = [*model.parameters(), *ctc.parameters()]
    optimiser = torch.optim.AdamW(everything, betas=(0.9, 0.98), weight_decay=0.02)
    total, began = steps + round(0.08 * steps), time.monotonic()
    for step in range(total):
        rate = 2e-3 * min(1, (step + 1) / 200) * 0.5 * (1 + math.cos(math.pi * step / total)) + 1e-5
        for group in optimiser.param_groups:
            group["lr"] = rate
        loss = loss_of(model, ctc, *picked(data, step, steps, dice), targets)
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(everything, 1.0)
        optimiser.step()
        if step % 100 == 99:
            print(
                f"{step + 1}/{total} loss {loss.item():.3f} after {time.monotonic() - began:.0f} s",
                flush=True,
            )
    torch.save({"weights": model.state_dict(), "shape": model.shape}, weights)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 2200)
