"""Laid-out pages as a PDF, by fpdf2: real text in the reports' own font, drawings as lines and areas."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from ui.reports import font
from ui.reports.paper import HEIGHT, INNER, LEFT, Ground, Paper, Placed, Row
from ui.reports.typeset import Line, Run, measure
from ui.views.drawing import Anchor, Area, Block, Dot, Drawing, Ink, Spot, Stroke, Words

if TYPE_CHECKING:
    from fpdf import FPDF

POINT = 25.4 / 72
"Millimetres."
COLOURS: Mapping[Ink, tuple[int, int, int]] = {
    "ink": (35, 38, 43),
    "soft": (93, 99, 109),
    "line": (218, 215, 207),
    "wash": (244, 242, 236),
    "accent": (44, 82, 130),
    "accent-wash": (228, 235, 244),
    "hot": (179, 57, 47),
    "hot-wash": (251, 236, 234),
    "pass": (43, 122, 75),
    "paper": (255, 255, 255),
}
"The colours of `app.css` by day."


def press(paper: Paper, title: str, foot: str, at: datetime | None = None) -> bytes:
    """The PDF of these pages; the same pages give the same bytes.

    Args:
        foot: what stands under every page beside its number.
        at: when the report was made; 1970 in the file's dates when it is not known.
    """
    pages = [[*page, _foot(n, len(paper.pages), foot)] for n, page in enumerate(paper.pages, 1)]
    with TemporaryDirectory() as folder:
        pdf = _document(title, at or datetime(1970, 1, 1, tzinfo=UTC))
        _bring_fonts(pdf, pages, Path(folder))
        for page in pages:
            pdf.add_page()
            pdf.set_draw_color(*COLOURS["line"])
            pdf.set_line_width(0.2)
            pdf.line(LEFT, HEIGHT - 16, LEFT + INNER, HEIGHT - 16)
            for x, y, what in page:
                _put(pdf, x, y, what)
        return bytes(pdf.output())


def _document(title: str, at: datetime) -> "FPDF":
    from fpdf import FPDF

    pdf = FPDF("P", "mm", "A4")
    pdf.set_auto_page_break(False)
    pdf.set_creation_date(at)
    pdf.set_title(title)
    pdf.set_lang("zh-CN")
    pdf.set_creator("koushi")
    return pdf


def _foot(number: int, count: int, foot: str) -> Placed:
    figure = Run(f"{number} / {count}", 8, "soft")
    return LEFT, HEIGHT - 14.5, Row(4, ((0.0, (Run(foot, 8, "soft"),)), (INNER - measure(figure), (figure,))))


def _bring_fonts(pdf: "FPDF", pages: Sequence[Sequence[Placed]], folder: Path) -> None:
    """Both weights with the characters that are on the pages."""
    used: dict[font.Weight, set[str]] = defaultdict(set)
    for run in _runs(pages):
        used[font.weight(bold=run.bold)].update(run.text)
    styles: tuple[tuple[font.Weight, str], ...] = (("400", ""), ("700", "B"))
    for weight, style in styles:
        file = folder / f"{weight}.ttf"
        file.write_bytes(font.truetype(weight, "".join(sorted(used[weight]))))
        pdf.add_font("sans", style, file)


def _runs(pages: Sequence[Sequence[Placed]]) -> Iterator[Run]:
    for page in pages:
        for _, _, what in page:
            if isinstance(what, Row):
                for _, line in what.lines:
                    yield from line
                for picture in what.pictures:
                    yield from (
                        Run(m.text, bold=m.bold) for m in picture.drawing.marks if isinstance(m, Words)
                    )


def _put(pdf: "FPDF", x: float, y: float, what: Row | Ground) -> None:
    if isinstance(what, Ground):
        _rectangle(pdf, x, y, what.width, what.height, what.ink, 1.6)
        if what.edge:
            _rectangle(pdf, x, y, 1.1, what.height, what.edge, 0)
        return
    for off, line in what.lines:
        _write(pdf, x + off, y + what.height, line)
    for each in what.pictures:
        high = what.height if each.drawing.stretches else None
        draw(pdf, x + each.x, y, each.width, each.drawing, high)


def _write(pdf: "FPDF", x: float, bottom: float, line: Line) -> None:
    """One line, its descent ending at `bottom`."""
    for run in line:
        baseline = bottom - run.size * POINT * 0.46
        _text(pdf, x, baseline, run)
        wide = measure(run)
        if run.marked:
            pdf.set_draw_color(*COLOURS["accent"])
            pdf.set_line_width(0.25)
            pdf.line(x, baseline + run.size * POINT * 0.22, x + wide, baseline + run.size * POINT * 0.22)
        x += wide


def _text(pdf: "FPDF", x: float, y: float, run: Run) -> None:
    pdf.set_font("sans", "B" if run.bold else "", run.size)
    pdf.set_text_color(*COLOURS[run.ink])
    pdf.text(x, y, run.text)


def _rectangle(pdf: "FPDF", x: float, y: float, w: float, h: float, ink: Ink, round_: float) -> None:
    if w <= 0 or h <= 0:
        return
    pdf.set_fill_color(*COLOURS[ink])
    radius = min(round_, w / 2, h / 2)
    if radius > 0.1:
        pdf.rect(x, y, w, h, style="F", round_corners=True, corner_radius=radius)
    else:
        pdf.rect(x, y, w, h, style="F")


def draw(
    pdf: "FPDF", x: float, y: float, width: float, drawing: Drawing, height: float | None = None
) -> None:
    """A drawing with its corner at (x, y), scaled to `width`, or stretched to both."""
    sx = width / drawing.width
    sy = height / drawing.height if height else sx

    def at(spot: Spot) -> Spot:
        return x + spot[0] * sx, y + spot[1] * sy

    for mark in drawing.marks:
        match mark:
            case Stroke():
                _stroke(pdf, [at(spot) for spot in mark.points], mark, mark.width * min(sx, sy))
            case Area():
                pdf.set_fill_color(*COLOURS[mark.ink])
                pdf.polygon([at(spot) for spot in mark.points], style="F")
            case Block():
                _rectangle(
                    pdf, *at((mark.x, mark.y)), mark.width * sx, mark.height * sy, mark.ink, mark.round_ * sy
                )
            case Dot():
                _dot(pdf, *at((mark.x, mark.y)), mark, sx)
            case Words():
                run = Run(mark.text, mark.size * sx / POINT, mark.ink, mark.bold)
                shift: Mapping[Anchor, float] = {"start": 0.0, "middle": 0.5, "end": 1.0}
                left, base = at((mark.x, mark.y))
                _text(pdf, left - shift[mark.anchor] * measure(run), base, run)


def _stroke(pdf: "FPDF", points: list[Spot], mark: Stroke, width: float) -> None:
    pdf.set_draw_color(*COLOURS[mark.ink])
    pdf.set_line_width(width)
    if mark.dashed:
        pdf.set_dash_pattern(dash=1, gap=1)
    pdf.polyline(points)
    pdf.set_dash_pattern()


def _dot(pdf: "FPDF", x: float, y: float, mark: Dot, scale: float) -> None:
    r = mark.r * scale
    pdf.set_draw_color(*COLOURS[mark.ink])
    pdf.set_line_width(1.8 * scale)
    pdf.set_fill_color(*COLOURS["paper" if mark.hollow else mark.ink])
    pdf.circle(x, y, r, style="FD" if mark.hollow else "F")
