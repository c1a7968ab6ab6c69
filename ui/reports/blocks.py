"""Rows for `Paper`: running text, text with something at its right edge, headings."""

from collections.abc import Iterable
from dataclasses import replace

from ui.reports.font import clean
from ui.reports.paper import Block, Paper, Row
from ui.reports.typeset import Line, Run, lines, measure

GAP = 4.0


def rows(
    runs: Iterable[Run], width: float, height: float, *, before: tuple[Run, float] | None = None
) -> list[Row]:
    """Running text in lines of that height, after `before`: a label, and where the text begins."""
    label, indent = before or (Run(""), 0.0)
    cleaned = (replace(run, text=clean(run.text)) for run in runs)
    made = [Row(height, ((indent - _hang(line), line),)) for line in lines(cleaned, width)]
    if before:
        made[0] = Row(height, ((0.0, (label,)), *made[0].lines))
    return made


def _hang(line: Line) -> float:
    """How far an opening mark, whose left half is empty, is moved out so that edges look even."""
    return measure(replace(line[0], text=line[0].text[0])) / 2 if line and line[0].text[0] in "“‘" else 0.0


def split(runs: Iterable[Run], right: Run, width: float, height: float) -> list[Row]:
    """Running text with something at the right edge of its first line."""
    across = measure(right)
    made = rows(runs, width - across - GAP, height)
    made[0] = Row(height, (*made[0].lines, (width - across, (right,))))
    return made


def heading(paper: Paper, text: str, room: float = 22) -> None:
    """A heading, with room for what comes under it."""
    paper.need(11.5 + min(room, 240))
    paper.space(4)
    paper.put(Block([Row(6.5, ((0.0, (Run(text, 11, bold=True),)),)), Row(1)]))


def note(paper: Paper, text: str) -> None:
    """A remark in small letters."""
    block = Block([])
    paper.put(Block([*rows((Run(text, 8, "soft"),), block.width, 4.6), Row(1)]))
