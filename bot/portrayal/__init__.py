"""Whether a sentence words the director's move and nothing else (`checks.py`)."""

from bot.portrayal.checks import MAX_CHARS, Portrayal, tidy
from bot.portrayal.fault import Fault, FaultKind

__all__ = ["MAX_CHARS", "Fault", "FaultKind", "Portrayal", "tidy"]
