"""An exercise as it is shown."""

from dataclasses import dataclass

from rubrics.drill_marks import Marked
from rubrics.drills import Drill


@dataclass(frozen=True, slots=True)
class DrillView:
    """One exercise with the answers so far and what came of the last."""

    drill: Drill
    item: tuple[str, str]
    answers: tuple[str, ...]
    tries: int
    marked: Marked | None = None
    notice: str = ""
    draft: str = ""
    "What was refused: it stays in the box."
    passed: tuple[int, int] = (0, 0)
    "Of this item: exercises passed, and done."
    weak: tuple[tuple[str, str], ...] = ()
    "Other items (code, text) to drill."
