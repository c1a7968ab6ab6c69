"""What can be wrong with a sentence that words the director's move."""

from dataclasses import dataclass
from enum import StrEnum


class FaultKind(StrEnum):
    """Why a sentence may not be said."""

    LEAK = "leak"
    ROLE_SWAP = "role_swap"
    SOFTENED = "softened"
    HARDENED = "hardened"
    LEFT = "left"
    MARKING = "marking"
    OUT_OF_CHARACTER = "out_of_character"
    FIGURE = "figure"
    INVENTED = "invented"
    REPEATED = "repeated"
    TOO_LONG = "too_long"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a sentence; `why` in Chinese, also told to the model when it is asked again."""

    kind: FaultKind
    why: str
