"""A report that leaves the program: a page that needs nothing else, or a PDF."""

from pathlib import Path

from retrieval.errors import InputError
from ui.i18n import Texts
from ui.reports import font
from ui.views.render import asset, render
from ui.views.report_view import ReportView

STYLES = ("marked.css", "report.css", "paper.css")
"In that order: how it stands on paper outranks the rest."
KINDS = (".html", ".pdf")


def page(
    view: ReportView, t: Texts, *, embed: bool = True, unfold: bool = False, print_now: bool = False
) -> str:
    """The report as one HTML file.

    Args:
        embed: carry the Chinese font along, so that it looks the same everywhere; else the reader's is used.
        unfold: show what each mark rests on at once.
        print_now: open the browser's printing when it is shown.
    """
    from markupsafe import Markup

    css, js = "\n".join(map(asset, STYLES)), asset("marked.js")
    data = {"v": view, "js": Markup(js), "open": unfold, "print_now": print_now}  # noqa: S704  our own script
    if embed:
        plain = render("paper.html", t, css=Markup(""), **data)
        css = f"{_faces(plain)}\n{css}"
    return str(render("paper.html", t, css=Markup(css), **data))  # noqa: S704  our own style sheet


def _faces(text: str) -> str:
    """The style that brings the font for these characters."""
    weights: tuple[tuple[font.Weight, str], ...] = (("400", "100 500"), ("700", "501 900"))
    rule = '@font-face {{ font-family: "Koushi Sans"; font-weight: {}; src: url({}); }}'
    return "\n".join(rule.format(covers, font.data_uri(weight, text)) for weight, covers in weights)


def pdf(view: ReportView, t: Texts) -> bytes:
    """The report as PDF, A4; the same report gives the same bytes."""
    from ui.reports.pdf import document

    return document(view, t)


def kind_of(path: Path) -> str:
    """`.html` or `.pdf`.

    Raises:
        InputError: it is neither.
    """
    kind = path.suffix.lower()
    if kind not in KINDS:
        raise InputError(f"报告不能存成“{path.name}”", mend="文件名用 .pdf 或 .html 结尾")
    return kind


def write(view: ReportView, path: Path, t: Texts) -> None:
    """Write the report as what the file's name says.

    Raises:
        InputError: its name is neither of a page nor of a PDF, or it cannot be written.
    """
    data = pdf(view, t) if kind_of(path) == ".pdf" else page(view, t).encode()
    try:
        path.write_bytes(data)
    except OSError as error:
        raise InputError("报告写不进去", mend="检查文件夹在不在、能不能写", file=str(path)) from error
