"""One measurement, as `interfaces.md` prints it."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

OUT = Path(__file__).parent / "out"


@dataclass(frozen=True, slots=True)
class Measure:
    """A value against its bar, and against a rival on the same work in the same run where there is one."""

    row: str
    measure: str
    value: float | None
    "None when it was not measured; `command` measures it."
    bar: str | None = None
    "`>=0.8` or `<=3`; None when there is none to hold."
    spread: tuple[float, float] | None = None
    rival: str | None = None
    rival_value: float | None = None
    where: tuple[str, ...] = ()
    "What missed the bar: station, rubric, player, line."
    note: str | None = None
    "How it was measured, or why it was not."
    command: str | None = None
    "What measures it."

    @property
    def ratio(self) -> float | None:
        """Ours over the rival's."""
        if self.value is None or not self.rival_value:
            return None
        return round(self.value / self.rival_value, 3)

    @property
    def holds(self) -> bool | None:
        """Whether the bar is met."""
        if self.bar is None or self.value is None:
            return None
        limit = float(self.bar[2:])
        return self.value >= limit if self.bar.startswith(">=") else self.value <= limit

    def as_json(self) -> dict[str, object]:
        """With what follows from the fields."""
        return {**asdict(self), "ratio": self.ratio, "holds": self.holds}


def show(measures: Sequence[Measure]) -> None:
    """A table on the screen and a file a row."""
    OUT.mkdir(exist_ok=True)
    for row in dict.fromkeys(m.row for m in measures):
        lines = [json.dumps(m.as_json(), ensure_ascii=False) for m in measures if m.row == row]
        (OUT / f"{row}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    for m in measures:
        verdict = {True: "holds", False: "DOES NOT HOLD", None: ""}[m.holds]
        against = f"  {m.rival} {m.rival_value:g} (×{m.ratio})" if m.rival and m.rival_value else ""
        value = "not measured" if m.value is None else f"{m.value:10.3f}"
        print(f"{m.row:12} {m.measure:34} {value}  {m.bar or '':8} {verdict}{against}")
        for line in (*filter(None, (m.note, m.command)), *(m.where if m.holds is False else ())):
            print(f"{'':15}{line}")
