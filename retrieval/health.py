"""How a part of the program is doing, for `koushi doctor`; every package's `health()` returns these."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

State = Literal["ok", "off", "broken"]


@dataclass(frozen=True, slots=True)
class Health:
    """One part, who provides it, whether it works."""

    part: str
    """Stable English name, e.g. `recogniser`, `embedder`, `database`."""
    provider: str
    """Who does it at the moment, e.g. `local`, `faster-whisper`."""
    state: State
    """`off`: not configured, nothing is wrong. `broken`: it was asked for and does not work."""
    detail: str
    """One Chinese sentence: what was found."""
    todo: str | None = None
    """One Chinese sentence: what to do; None when there is nothing to do."""

    def as_json(self) -> dict[str, Any]:
        """One entry of `koushi doctor --json`."""
        return asdict(self)
