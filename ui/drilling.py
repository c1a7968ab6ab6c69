"""Which item somebody should drill now: for the page and the terminal."""

from typing import TYPE_CHECKING

from retrieval.errors import InputError
from rubrics.drill_store import DrillStore
from rubrics.drills import codes

if TYPE_CHECKING:
    from ui.wiring import Wiring

FIRST = ("L3.6.2.S5", "L3.6.2.S2", "L3.5.2.S3")
"What to begin with before anything was marked."


def weakest(wiring: "Wiring", most: int = 3) -> tuple[str, ...]:
    """Codes of the weakest items there is an exercise for, the weakest first; never empty.

    Raises:
        InputError: the library has no exercise at all.
    """
    have = codes(wiring.stations)
    if not have:
        raise InputError("题库里还没有能做练习的题", mend="检查安装是否完整")
    known = set(have)
    found = [code for code, lost in DrillStore(wiring.engine).weakest() if lost > 0 and code in known]
    return tuple((found or [code for code in FIRST if code in known] or have)[:most])
