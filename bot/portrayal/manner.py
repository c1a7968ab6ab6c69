"""The learned half of the portrayal checks: what a sentence sounds like, whatever words it uses.

Four questions, each a logistic regression over characters, words and who speaks
(`tools/train_portrayal.py`). Whether the director wanted it so is decided in `checks.py`, never here.
"""

from collections.abc import Collection, Iterator, Sequence
from enum import StrEnum
from functools import cache
from importlib.resources import files

from bot.portrayal.words import ASKS_BACK, GOODBYE, MACHINE, MARKS, REFUSES, SWAPS, THANKS, YIELDS
from bot.recogniser.classifier import Classifier, read
from bot.recogniser.clauses import Clause, split
from bot.recogniser.features import tokens
from retrieval.text import fold
from scenarios.station import Role

FILE = "data/portrayal.npz"
WINDOW = 2
"Clauses looked at together besides the whole sentence: a slip hides in half of it."


class Manner(StrEnum):
    """What a sentence may sound like."""

    SERVES = "serves"
    "Speaks from the candidate's side of the desk."
    YIELDS = "yields"
    "Gives in, thanks, forgives, lets go."
    GRANTS = "grants"
    "Gives what was asked or lets the matter drop: more than a kinder tone."
    LEAVES = "leaves"
    "Ends the talk or goes away."
    INVENTS = "invents"
    "Adds a story: somebody said, something happened."
    STEPS_OUT = "steps_out"
    "Speaks of the exam, the marks, the software or its own part."


_LISTS = {
    "thanks": THANKS,
    "yields": YIELDS,
    "asks_back": ASKS_BACK,
    "refuses": REFUSES,
    "goodbye": GOODBYE,
    "marks": MARKS,
    "machine": MACHINE,
}


@cache
def model() -> Classifier[Manner]:
    """The shipped classifier."""
    return read(files("bot").joinpath(FILE).read_bytes(), Manner)


def windows(clauses: Sequence[Clause]) -> Iterator[Sequence[Clause]]:
    """The whole, then every run of `WINDOW` clauses, where there are more."""
    yield clauses
    if len(clauses) > WINDOW:
        yield from (clauses[n : n + WINDOW] for n in range(len(clauses) - WINDOW + 1))


def features(sentence: str, role: str, words: Collection[str]) -> Iterator[set[str]]:
    """What is seen of each window of a sentence; the word lists that match there are part of it."""
    text = fold(sentence)
    clauses = split(text)
    for part in windows(clauses) if clauses else ():
        said = text[part[0].start : part[-1].end]
        found = [name for name, listed in _LISTS.items() if listed.search(said)]
        found += ["serves"] * bool(SWAPS[Role(role)].search(said))
        yield tokens(text, part, role, words, found)


def sounds(sentence: str, role: str) -> dict[Manner, float]:
    """Log-odds above what it takes, of each manner, at its clearest place; above 0 it does sound like it.

    Args:
        sentence: what the counterpart would say.
        role: who speaks (`Role`).
    """
    best = dict.fromkeys(Manner, -float("inf"))
    for seen in features(sentence, role, model().words):
        for manner, score in model().scored(seen).items():
            best[manner] = max(best[manner], score - model().limits[manner])
    return best
