"""The network of `bot/recogniser/sequence.py` as it learns: its layers in torch, and the loop over them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - torch's own name for it
from torch import nn

from bot.recogniser.sequence import HIDDEN, PAD

WIDTH, LAYERS, LONGEST = 128, 2, 160
"""Columns of a state; layers; characters of an utterance that are learned from."""
ROUNDS, BATCH, RATE, DECAY = 14, 64, 2e-3, 0.01
DROPPED, CONCEALED, UNBROKEN = 0.3, 0.1, 0.2
"""Shares of states set to nothing, of characters hidden, of breaks between clauses hidden."""
POSITIVE_WEIGHT = 3.0
"""Of a behaviour that is there, beside one that is not: most are not."""
WARM_UP, LEAST_RATE, STEEPEST = 300, 0.02, 5.0


@dataclass(frozen=True)
class Item:
    """An utterance, or a marked part of one, to learn from."""

    numbers: list[int]
    "Who is spoken to, then the characters."
    known: tuple[int, ...]
    "For each behaviour 1 there, 0 not there, -1 not known."
    weight: float


class Model(nn.Module):
    """Log-odds of `classes` behaviours at each of `symbols` numbered characters."""

    def __init__(self, symbols: int, classes: int) -> None:
        super().__init__()
        d = WIDTH
        self.embedding = nn.Embedding(symbols, d, padding_idx=PAD)
        self.near = nn.ModuleList(nn.Conv1d(d, d, 3, padding=1) for _ in range(LAYERS))
        self.norm = nn.ModuleList(nn.LayerNorm(d) for _ in range(LAYERS))
        self.gates = nn.ModuleList(nn.Linear(d, 4 * d) for _ in range(LAYERS))
        self.out = nn.ModuleList(nn.Linear(2 * d, d) for _ in range(LAYERS))
        self.heads = nn.Linear(d, 2 * classes)
        self.drop = nn.Dropout(DROPPED)
        nn.init.normal_(self.embedding.weight, std=0.3)

    def forward(self, numbers: Any) -> Any:
        """(where each behaviour looks, what it finds), each batch × positions × behaviours."""
        there = (numbers != PAD)[..., None].float()
        state = self.drop(self.embedding(numbers))
        for near, norm, gates, out in zip(self.near, self.norm, self.gates, self.out, strict=True):
            seen = F.relu(near((norm(state) * there).transpose(1, 2)).transpose(1, 2))
            keep, new = gates(seen).chunk(2, dim=-1)
            keep = torch.sigmoid(keep + 1) * there + (1 - there)
            memory = _kept(keep, (1 - keep) * new)
            state = state + self.drop(out(torch.tanh(memory)) + seen)
        return self.heads(state).chunk(2, dim=-1)


def _kept(keep: Any, new: Any) -> Any:
    """What each gate holds at each position; the second half of the columns runs backwards."""
    steps = zip(_turned(keep).unbind(1), _turned(new).unbind(1), strict=True)
    last, held = torch.zeros_like(new[:, 0]), []
    for kept, fresh in steps:
        last = kept * last + fresh
        held.append(last)
    return _turned(torch.stack(held, 1))


def _turned(both: Any) -> Any:
    forwards, backwards = both.chunk(2, dim=-1)
    return torch.cat([forwards, backwards.flip(1)], -1)


def pooled(looks: Any, finds: Any, numbers: Any) -> Any:
    """Log-odds of each utterance: who is spoken to only colours what the characters say."""
    said = numbers != PAD
    said[:, 0] = False
    weights = looks.masked_fill(~said[..., None], -1e4).softmax(1)
    return (weights * finds).sum(1)


def learned(items: Sequence[Item], symbols: int, classes: int, breaks: int) -> Model:
    """A model that has seen every item `ROUNDS` times; `breaks` is the number of the break."""
    torch.manual_seed(0)
    torch.set_num_threads(1)
    draw, model = np.random.default_rng(0), Model(symbols, classes)
    optimiser = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=DECAY)
    steps, step = math.ceil(len(items) / BATCH) * ROUNDS, 0
    for turn in range(ROUNDS):
        model.train()
        total = 0.0
        for chosen in _batches(items, draw):
            step += 1
            for group in optimiser.param_groups:
                falling = 0.5 * (1 + math.cos(math.pi * min(1, step / steps)))
                group["lr"] = RATE * min(1, step / WARM_UP) * max(LEAST_RATE, falling)
            loss = _loss(model, chosen, breaks)
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), STEEPEST)
            optimiser.step()
            total += loss.item() * BATCH / len(items)
        print(f"  round {turn + 1} of {ROUNDS}: loss {total:.3f}", flush=True)
    return model.eval()


def _batches(items: Sequence[Item], draw: Any) -> list[list[Item]]:
    """All items in batches of like length, in a drawn order."""
    order, out = draw.permutation(len(items)), []
    for start in range(0, len(items), BATCH * 50):
        alike = sorted(order[start : start + BATCH * 50], key=lambda n: len(items[n].numbers))
        out += [[items[n] for n in alike[at : at + BATCH]] for at in range(0, len(alike), BATCH)]
    draw.shuffle(out)
    return out


def _loss(model: Model, chosen: Sequence[Item], breaks: int) -> Any:
    numbers = torch.zeros((len(chosen), max(len(item.numbers) for item in chosen)), dtype=torch.int64)
    for at, item in enumerate(chosen):
        numbers[at, : len(item.numbers)] = torch.tensor(item.numbers)
    hidden = (torch.rand(numbers.shape) < CONCEALED) & (numbers > HIDDEN)
    hidden |= (torch.rand(numbers.shape) < UNBROKEN) & (numbers == breaks)
    known = torch.tensor(np.array([item.known for item in chosen], dtype="float32"))
    weights = torch.tensor([item.weight for item in chosen])
    looks, finds = model(numbers.masked_fill(hidden, HIDDEN))
    weight = (known >= 0).float() * (1 + (POSITIVE_WEIGHT - 1) * (known > 0).float()) * weights[:, None]
    each = F.binary_cross_entropy_with_logits(
        pooled(looks, finds, numbers), known.clamp(min=0), reduction="none"
    )
    return (each * weight).sum() / len(chosen)


def arrays(model: Model) -> dict[str, Any]:
    """The weights as `bot.recogniser.sequence.read` takes them: whole numbers with a scale per column."""
    state = {name: value.numpy() for name, value in model.state_dict().items()}
    out: dict[str, Any] = {"layers": np.array(LAYERS), "heads_bias": state["heads.bias"]}
    matrices = {"embedding": state["embedding.weight"], "heads": state["heads.weight"].T}
    for n in range(LAYERS):
        kernel = state[f"near.{n}.weight"]
        matrices[f"{n}.near"] = np.concatenate([kernel[:, :, place].T for place in range(3)])
        matrices[f"{n}.gates"] = state[f"gates.{n}.weight"].T
        matrices[f"{n}.out"] = state[f"out.{n}.weight"].T
        out[f"{n}.norm"] = np.stack([state[f"norm.{n}.weight"], state[f"norm.{n}.bias"]])
        out |= {f"{n}.{name}_bias": state[f"{name}.{n}.bias"] for name in ("near", "gates", "out")}
    for name, matrix in matrices.items():
        scale = np.abs(matrix).max(axis=0) / 127
        out[name] = np.round(matrix / scale).astype("int8")
        out[f"{name}.scale"] = scale.astype("float32")
    return out
