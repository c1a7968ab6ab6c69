"""The half of the recogniser that reads in order."""

import io
import math
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from bot.recogniser.clauses import split
from bot.recogniser.features import units
from bot.recogniser.sequence import (
    BREAK,
    HIDDEN,
    NOTHING,
    UNKNOWN,
    arranged,
    network,
    numbered,
    read,
    spelled,
)
from scenarios.behaviours import BehaviourId as B
from scenarios.behaviours import vocabulary
from tests.support.scripts import TOOLS, script

WIDTH, IDS = 4, (B.APOLOGISE, B.OWN, B.THANK)


@pytest.fixture
def small() -> bytes:
    """A network of two layers with drawn weights, as it is stored."""
    draw = np.random.default_rng(5)
    arrays: dict[str, Any] = {
        "ids": np.array(" ".join(IDS)),
        "symbols": np.frombuffer("\n".join([BREAK, *"对不起谢您说", "@customer"]).encode(), dtype="uint8"),
        "layers": np.array(2),
        "limits": np.array([0.1, 0.2, 0.3]),
        "calibration": np.array([1.0, -0.5]),
        "heads_bias": draw.normal(size=2 * len(IDS)).astype("float32"),
    }
    shapes = {"embedding": (11, WIDTH), "heads": (WIDTH, 2 * len(IDS))}
    for n in range(2):
        shapes |= {f"{n}.near": (12, 4), f"{n}.gates": (4, 16), f"{n}.out": (8, 4)}
        arrays |= {f"{n}.norm": draw.normal(size=(2, 4)).astype("float32")}
        sizes = (("near", 4), ("gates", 16), ("out", 4))
        arrays |= {f"{n}.{name}_bias": draw.normal(size=size).astype("float32") for name, size in sizes}
    for name, shape in shapes.items():
        arrays[name] = draw.integers(-127, 128, size=shape).astype("int8")
        arrays[f"{name}.scale"] = draw.uniform(0.002, 0.01, size=shape[1]).astype("float32")
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    return file.getvalue()


def by_hand(stored: bytes, numbers: list[int], start: int, end: int) -> list[float]:
    """The same by the formulas, number by number."""
    arrays = np.load(io.BytesIO(stored))

    def m(name: str) -> list[list[float]]:
        return [
            [float(v) * float(s) for v, s in zip(row, arrays[f"{name}.scale"], strict=True)]
            for row in arrays[name]
        ]

    def times(row: list[float], matrix: list[list[float]], bias: Any) -> list[float]:
        return [
            sum(r * line[c] for r, line in zip(row, matrix, strict=True)) + float(bias[c])
            for c in range(len(bias))
        ]

    d, states = WIDTH, [m("embedding")[n] for n in numbers]
    for n in range(2):
        scale, shift = arrays[f"{n}.norm"]
        normed = []
        for row in states:
            mean = sum(row) / d
            spread = math.sqrt(sum((v - mean) ** 2 for v in row) / d + 1e-5)
            normed.append([
                (v - mean) / spread * float(scale[i]) + float(shift[i]) for i, v in enumerate(row)
            ])
        around = [[0.0] * d, *normed, [0.0] * d]
        near = [
            [
                max(0.0, v)
                for v in times(
                    around[t] + around[t + 1] + around[t + 2], m(f"{n}.near"), arrays[f"{n}.near_bias"]
                )
            ]
            for t in range(len(states))
        ]
        gates = [times(row, m(f"{n}.gates"), arrays[f"{n}.gates_bias"]) for row in near]
        memory = [[0.0] * (2 * d) for _ in states]
        for c in range(2 * d):
            order = range(len(states)) if c < d else reversed(range(len(states)))
            last = 0.0
            for t in order:
                keep = 1 / (1 + math.exp(-gates[t][c] - 1))
                last = memory[t][c] = keep * last + (1 - keep) * gates[t][2 * d + c]
        out = [times([math.tanh(v) for v in row], m(f"{n}.out"), arrays[f"{n}.out_bias"]) for row in memory]
        states = [
            [a + b + c for a, b, c in zip(*rows, strict=True)] for rows in zip(states, out, near, strict=True)
        ]
    heads = [times(row, m("heads"), arrays["heads_bias"]) for row in states[start:end]]
    k, found = len(IDS), []
    for c in range(k):
        weights = [math.exp(row[c]) for row in heads]
        found.append(sum(w * row[k + c] for w, row in zip(weights, heads, strict=True)) / sum(weights))
    return found


def test_it_is_what_the_formulas_say(small: bytes) -> None:
    text = "您说对不起,谢谢您。不对"
    clauses = split(text)
    numbers, spans = numbered(spelled(text, clauses), "customer", read(small).numbers)
    reading = read(small).read(text, [clauses], "customer")
    for first, last in ((0, 0), (1, 1), (0, 1), (2, 2), (0, 2)):
        wanted = by_hand(small, numbers, spans[first][0], spans[last][1])
        assert list(reading.of(clauses[first : last + 1]).values()) == pytest.approx(wanted, abs=1e-4)


def test_a_stretch_is_read_as_if_it_were_alone(small: bytes) -> None:
    """Long ones and short ones are gone over at once; none tells anything about another."""
    clauses = split("您说对不起,谢谢您,不对。说。谢谢您。您说您说对不起")
    text = "您说对不起,谢谢您,不对。说。谢谢您。您说您说对不起"
    stretches = [clauses[:3], clauses[3:4], clauses[4:5], clauses[5:]]
    together = read(small).read(text, stretches, "customer")
    for stretch in stretches:
        alone = read(small).read(text, [stretch], "customer")
        assert list(together.of(stretch).values()) == pytest.approx(
            list(alone.of(stretch).values()), abs=1e-5
        )


def test_stretches_are_gone_over_from_both_ends() -> None:
    order = arranged([2, 3, 1])
    assert order.first.tolist() == [0, 2, 5]
    assert order.last.tolist() == [1, 4, 5]
    assert order.forwards.tolist() == [2, 0, 5, 3, 1, 4]
    assert order.backwards.tolist() == [4, 1, 5, 3, 0, 2]
    assert order.steps == (3, 2, 1)


def test_characters_are_numbered_with_breaks_between_clauses() -> None:
    numbers, spans = numbered(["谢谢", "", "龘"], "customer", {BREAK: 3, "谢": 4, "@customer": 5})
    assert numbers == [5, 4, 4, 3, 3, UNKNOWN]
    assert spans == [(1, 3), (4, 4), (5, 6)]


def test_where_no_character_is_nothing_is_found(small: bytes) -> None:
    text = "谢谢。🙂"
    clauses = split(text)
    reading = read(small).read(text, [clauses], "customer")
    assert set(reading.of(clauses[-1:]).values()) == {NOTHING}
    assert set(reading.of(clauses[:1]).values()) != {NOTHING}


def test_what_stands_around_a_clause_tells() -> None:
    """A bag of characters of the clause alone would score both alike."""
    said, told = "这是我们的错。", "您刚才一直说,这是我们的错。"
    last = [split(text)[-1:] for text in (said, told)]
    own, reported = (
        network().read(text, [split(text)], "customer").of(clause)[B.OWN]
        for text, clause in zip((said, told), last, strict=True)
    )
    assert own > reported + 1


def test_the_shipped_network_knows_every_learned_behaviour() -> None:
    known = {entry.id for entry in vocabulary() if not entry.by_rule}
    assert set(network().ids) == set(network().limits) == known
    assert (TOOLS.parent / "bot" / "data" / "sequence.npz").stat().st_size < 1_000_000
    assert min(network().numbers.values()) == HIDDEN + 1


def test_units_that_share_an_utterance_share_one_reading() -> None:
    text = "对不起,是我们的错。" * 40
    clauses = split(text)
    reading = network().read(text, [unit.clauses for unit in units(clauses)], "customer")
    assert all(reading.of(unit.clauses)[B.APOLOGISE] > 0 for unit in units(clauses))


@pytest.fixture(scope="module")
def utterances() -> ModuleType:
    return script("utterances")


def test_it_learned_from_what_is_there(utterances: ModuleType) -> None:
    """Changed material asks for `tools/train_sequence.py`; retraining takes torch and 25 minutes."""
    arrays = np.load(TOOLS.parent / "bot" / "data" / "sequence.npz")
    assert str(arrays["learned_from"]) == utterances.digest()
