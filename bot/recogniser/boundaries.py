"""Where clauses end in speech that nobody punctuated: a logistic regression over the characters at a gap.

Speech recognisers write no marks. The model (`tools/train_boundaries.py`) was shown punctuated Chinese with
its marks taken out and learned where they had stood, and which of them ended a sentence. Scores are log-odds;
weights are whole numbers of one byte, found by hashing, so that the file is small and holds no vocabulary.
"""

import io
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

FILE = "data/boundaries.npz"
BITS = 18
"""The table has two to this power rows."""
FARTHEST = 24
"""Characters since the last boundary above which the distance says nothing new."""
GRAMS = tuple(
    [(start, 1) for start in range(-3, 3)]
    + [(start, 2) for start in range(-4, 3)]
    + [(start, 3) for start in range(-4, 2)]
    + [(start, 4) for start in (-4, -2, 0)]
)
"""What is looked at: (first character, how many), counted from the gap: 0 is the first one after it."""
REACH = 4
"""Characters looked at on either side of a gap."""
LEAST, SENTENCE = 2, 12
"""Characters a piece, and a sentence within a run, has at least."""
MARKED = 0
"""Row of the table's head that says the text has marks elsewhere; rows 1 to FARTHEST are distances."""


def rows(run: str) -> Any:
    """Table rows of the characters around each gap of `run`: (len(run) - 1) × len(GRAMS) whole numbers."""
    import numpy as np

    codes = np.zeros(len(run) + 2 * REACH, dtype="uint32")
    codes[REACH : REACH + len(run)] = np.frombuffer(run.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    gaps = len(run) - 1
    out = np.empty((len(GRAMS), gaps), dtype="int64")
    for number, (start, length) in enumerate(GRAMS):
        mixed = np.full(gaps, 0x9E3779B9 * (number + 1) & 0xFFFFFFFF, dtype="uint32")
        for offset in range(start, start + length):
            first = REACH + 1 + offset
            mixed = (mixed ^ codes[first : first + gaps]) * np.uint32(0x85EBCA6B)
            mixed ^= mixed >> np.uint32(13)
        out[number] = mixed * np.uint32(0xC2B2AE35) >> np.uint32(32 - BITS)
    return out.T


@dataclass(frozen=True, slots=True)
class Boundaries:
    """Weights of two models: whether a clause ends in a gap, and whether that clause ends its sentence."""

    table: Any
    "Rows × 2, of one byte."
    head: Any
    "Log-odds of MARKED and of each distance, × 2."
    scale: Any
    bias: Any
    limits: tuple[float, float]
    "Log-odds above which a clause, and a sentence, ends."

    def cut(self, run: str, marked: bool) -> list[tuple[int, bool]]:
        """Where `run` (folded, without marks) is cut: offset, and whether a sentence ends there.

        `marked` says that the text has marks elsewhere, so that they are not simply missing here. Linear.
        """
        if len(run) < 2 * LEAST:
            return []
        known = self.table[rows(run)].sum(axis=1, dtype="int32") * self.scale + self.bias
        clause, sentence = (known + marked * self.head[MARKED]).T.tolist()
        near, ends = self.head.T.tolist()
        found, last, begun = [], 0, 0
        for place in range(LEAST, len(run) - LEAST + 1):
            distance = min(place - last, FARTHEST)
            if distance >= LEAST and clause[place - 1] + near[distance] > self.limits[0]:
                far = min(place - begun, len(run) - place) >= SENTENCE
                stops = far and sentence[place - 1] + ends[distance] > self.limits[1]
                found.append((place, stops))
                last, begun = place, place if stops else begun
        return found


@cache
def boundaries() -> Boundaries:
    """The shipped model."""
    return read(files("bot").joinpath(FILE).read_bytes())


def read(stored: bytes) -> Boundaries:
    """The model in the bytes of an npz file."""
    import numpy as np

    with np.load(io.BytesIO(stored), allow_pickle=False) as arrays:
        clause, sentence = arrays["limits"].tolist()
        return Boundaries(
            arrays["table"], arrays["head"], arrays["scale"], arrays["bias"], (clause, sentence)
        )
