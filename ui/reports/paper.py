"""A4 pages being laid out: rows in blocks that are not torn apart. Lengths in millimetres, y grows downwards.

Nothing is drawn here; `press.py` makes the PDF.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from ui.reports.typeset import Line
from ui.views.drawing import Drawing, Ink

WIDTH, HEIGHT = 210.0, 297.0
LEFT, TOP, BOTTOM = 17.0, 16.0, 279.0
INNER = WIDTH - 2 * LEFT


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing at a distance from the left edge of its row, that wide; as high as it is, or as the row."""

    x: float
    width: float
    drawing: Drawing


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a block: lines and pictures beside each other, lines with their distance from its left."""

    height: float
    lines: tuple[tuple[float, Line], ...] = ()
    pictures: tuple[Picture, ...] = ()


@dataclass(frozen=True, slots=True)
class Ground:
    """A coloured rectangle behind a block; with an `edge` down its left side."""

    width: float
    height: float
    ink: Ink
    edge: Ink | None = None


Placed = tuple[float, float, Row | Ground]
"x, y of the upper left corner, what."


@dataclass(frozen=True, slots=True)
class Block:
    """Rows that belong together."""

    rows: Sequence[Row]
    x: float = LEFT
    width: float = INNER
    ground: Ink | None = None
    edge: Ink | None = None
    pad: float = 0.0
    "Around the rows."

    @property
    def height(self) -> float:
        """Of all of it."""
        return sum(row.height for row in self.rows) + 2 * self.pad


@dataclass
class Paper:
    """Pages being filled from the top."""

    pages: list[list[Placed]] = field(default_factory=lambda: [[]])
    y: float = TOP

    @property
    def room(self) -> float:
        """What is left of this page."""
        return BOTTOM - self.y

    def turn(self) -> None:
        """Begin a page, unless this one is empty."""
        if self.pages[-1]:
            self.pages.append([])
            self.y = TOP

    def space(self, height: float) -> None:
        """Leave some room, unless a page begins."""
        if self.pages[-1]:
            self.y = min(BOTTOM, self.y + height)

    def need(self, height: float) -> None:
        """Begin a page when less than that is left."""
        if self.room < height:
            self.turn()

    def put(self, block: Block) -> None:
        """A block on one page, on a new one if need be; torn apart only when it is longer than a page."""
        if block.height > self.room and (block.height <= BOTTOM - TOP or self.room < 40):
            self.turn()
        rest = list(block.rows)
        while rest:
            taken = self._fitting(rest, block.pad)
            self.y += self._place(block, rest[:taken])
            rest = rest[taken:]
            if rest:
                self.turn()

    def beside(self, blocks: Sequence[Block]) -> None:
        """Blocks beside each other, grounds equally high; they must fit a page."""
        height = max(block.height for block in blocks)
        self.need(height)
        for block in blocks:
            filler = Row(height - block.height)
            self._place(block, [*block.rows, filler])
        self.y += height

    def _fitting(self, rows: Sequence[Row], pad: float) -> int:
        """How many rows this page takes, at least one."""
        used, count = 2 * pad, 0
        for row in rows:
            used += row.height
            if used > self.room + 0.01 and count:
                break
            count += 1
        return count

    def _place(self, block: Block, rows: Sequence[Row]) -> float:
        height = sum(row.height for row in rows) + 2 * block.pad
        page, y = self.pages[-1], self.y + block.pad
        if block.ground:
            page.append((block.x, self.y, Ground(block.width, height, block.ground, block.edge)))
        for row in rows:
            page.append((block.x + block.pad, y, row))
            y += row.height
        return height
