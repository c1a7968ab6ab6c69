"""The data folder's calibrations, as commands and pages use them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rubrics.agreement.gather import gather
from rubrics.agreement.marks import Talk
from rubrics.calibration_files import Calibrations, Sources
from rubrics.sheets import Beside

if TYPE_CHECKING:
    from ui.wiring import Wiring


def calibrations(wiring: "Wiring", at_hand: Mapping[Sources, Sequence[Talk]] | None = None) -> Calibrations:
    """Those of the data folder, held against the marks as they are now.

    Args:
        at_hand: marks that were just gathered, by where they came from.
    """

    def now(of: Sources) -> Sequence[Talk]:
        if at_hand is not None and of in at_hand:
            return at_hand[of]
        return gather(wiring.engine, Path(of.sheet) if of.sheet else None, of.batch)

    return Calibrations(wiring.settings.home, now)


def beside(wiring: "Wiring") -> Beside | None:
    """What tables show in two columns beside the totals; None where nobody ever calibrated."""
    book = calibrations(wiring)
    return (lambda result: book.beside(result.body) if result.body else (None, "")) if book.any() else None
