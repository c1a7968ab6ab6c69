"""The closed set of spoken lines; clauses are split on Chinese punctuation."""

import re
from pathlib import Path

FIXTURE = Path(__file__).resolve().parents[2] / "tests" / "fixtures" / "tinywhisper"
SENTENCES = (FIXTURE / "sentences.txt").read_text(encoding="utf-8").split()


def clauses(sentence: str) -> list[str]:
    """The clauses of a sentence, each with its mark."""
    return re.findall(r"[^，。？！]+[，。？！]?", sentence)


CLAUSES = sorted({clause for sentence in SENTENCES for clause in clauses(sentence)})
