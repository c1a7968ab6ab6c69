"""The marked folder to look at: a table of contents, and a page and a PDF a talk that need nothing else."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from bot.reading import parse_transcript
from rubrics.intake import Found
from rubrics.sheets import Result
from scenarios.loading import library
from scenarios.station import Station
from ui.i18n import texts
from ui.reports.export import page, pdf
from ui.reports.filling import report_view
from ui.views import reviewing
from ui.views.render import asset
from ui.views.report_view import ReportView
from ui.views.reviewing import IndexRow

T = texts("zh")
MAKERS: Mapping[str, Callable[[ReportView], bytes]] = {
    "html": lambda view: page(view, T, embed=False, unfold=True).encode(),
    "pdf": lambda view: pdf(view, T),
}


def write_pages(
    results: Iterable[Result], files: Sequence[Found], out: Path, formats: Sequence[str]
) -> list[Path]:
    """Write `talks/0001.html`, `talks/0001.pdf` … and, for pages, `index.html`; what to open of them."""
    read = {each.name: each.read for each in files}
    kinds = [kind for kind in MAKERS if kind in formats]
    (out / "talks").mkdir(exist_ok=True)
    rows = []
    for n, result in enumerate(results, 1):
        body, final = result.body, getattr(result, "final", None)
        if body is None or final is None:
            rows.append(IndexRow(result.name, "", None, None, review=True, reason=result.error))
            continue
        transcript = parse_transcript(read[result.name](), result.name)
        view = report_view(result, transcript, T, station=_station(body["station"]))
        for kind in kinds:
            (out / f"talks/{n:04d}.{kind}").write_bytes(MAKERS[kind](view))
        why = "；".join(body["review_reasons"]) or final.reason or ""
        rows.append(
            IndexRow(result.name, f"talks/{n:04d}.html", final.total, final.passed, body["needs_review"], why)
        )
    if "html" not in kinds:
        return [out / "talks"]
    index = out / "index.html"
    css = asset("paper.css") + asset("marked.css")
    index.write_text(reviewing.contents(rows, css, T), encoding="utf-8")
    return [index]


def _station(reference: str | None) -> Station | None:
    return library().get((reference or "").partition("@")[0])
