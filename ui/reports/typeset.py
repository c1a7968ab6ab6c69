"""Chinese text into lines: none begins with a closing mark or ends with an opening one; words stay whole."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from ui.reports import font
from ui.views.drawing import Ink

CLOSING = frozenset("，。！？；：、）》〉」』】〕”’…—·％%,.!?;:)]}〗℃°")
OPENING = frozenset("（《〈「『【〔“‘([{〖")


@dataclass(frozen=True, slots=True)
class Run:
    """Some words in one style; `size` in points."""

    text: str
    size: float = 9.0
    ink: Ink = "ink"
    bold: bool = False
    marked: bool = False
    "Underlined, as evidence."


Line = tuple[Run, ...]


def measure(run: Run) -> float:
    """How wide a run is, in millimetres."""
    return font.width(run.text, font.weight(bold=run.bold)) * run.size * 25.4 / 72


def lines(runs: Iterable[Run], width: float) -> list[Line]:
    """The runs broken into lines of at most `width` millimetres; a line feed breaks by itself."""
    out: list[Line] = []
    for paragraph in _paragraphs(runs):
        line: list[Run] = []
        used = 0.0
        for unit in _units(paragraph, width):
            wide = sum(map(measure, unit))
            if line and used + wide > width:
                out.append(_joined(line))
                line, used = [], 0.0
                unit = _without_lead(unit)  # noqa: PLW2901  a space that fell on the break is not set
                wide = sum(map(measure, unit))
            line += unit
            used += wide
        out.append(_joined(line))
    return out


def _paragraphs(runs: Iterable[Run]) -> Iterator[list[Run]]:
    paragraph: list[Run] = []
    for run in runs:
        first, *rest = run.text.split("\n")
        paragraph.append(replace(run, text=first))
        for each in rest:
            yield paragraph
            paragraph = [replace(run, text=each)]
    yield paragraph


def _units(paragraph: Sequence[Run], width: float) -> Iterator[list[Run]]:
    """What must stay on one line; a word wider than a line comes apart."""
    unit: list[Run] = []
    for run in paragraph:
        for char in run.text:
            one = replace(run, text=char)
            if unit and _may_break(unit[-1].text, char):
                yield from _fitting(unit, width)
                unit = []
            unit.append(one)
    if unit:
        yield from _fitting(unit, width)


def _fitting(unit: list[Run], width: float) -> Iterator[list[Run]]:
    if sum(map(measure, unit)) <= width:
        yield unit
    else:
        yield from ([each] for each in unit)


def _may_break(before: str, after: str) -> bool:
    if after == " " or after in CLOSING or before in OPENING:
        return False
    return not (before.isascii() and after.isascii() and before != " ")


def _without_lead(unit: list[Run]) -> list[Run]:
    while unit and unit[0].text == " ":
        unit = unit[1:]
    return unit


def _joined(line: Iterable[Run]) -> Line:
    """Neighbours of one style as one run."""
    out: list[Run] = []
    for each in line:
        if out and replace(out[-1], text="") == replace(each, text=""):
            out[-1] = replace(out[-1], text=out[-1].text + each.text)
        elif each.text:
            out.append(each)
    return tuple(out)
