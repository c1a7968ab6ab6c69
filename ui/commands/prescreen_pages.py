"""The marked folder as pages: a table of contents, and a page a talk that needs nothing else."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from bot.reading import parse_transcript
from rubrics.intake import Found
from rubrics.sheets import Result
from scenarios.loading import library
from ui.i18n import texts
from ui.review import showing
from ui.views import reviewing
from ui.views.render import asset
from ui.views.reviewing import IndexRow


def write_pages(results: Iterable[Result], files: Sequence[Found], out: Path) -> Path:
    """Write `index.html` and `talks/0001.html` …; the index."""
    t, css, js = texts("zh"), asset("paper.css") + asset("marked.css"), asset("marked.js")
    read = {each.name: each.read for each in files}
    pages = out / "talks"
    pages.mkdir(exist_ok=True)
    rows = []
    for n, result in enumerate(results, 1):
        body, final = result.body, getattr(result, "final", None)
        if body is None or final is None:
            rows.append(IndexRow(result.name, "", None, None, review=True, reason=result.error))
            continue
        address = f"talks/{n:04d}.html"
        transcript = parse_transcript(read[result.name](), result.name)
        view = showing.marked(result, transcript, _title(body["station"]))
        (out / address).write_text(reviewing.paper(view, css, js, t), encoding="utf-8")
        why = "；".join(body["review_reasons"]) or final.reason or ""
        rows.append(IndexRow(result.name, address, final.total, final.passed, body["needs_review"], why))
    index = out / "index.html"
    index.write_text(reviewing.contents(rows, css, t), encoding="utf-8")
    return index


def _title(station: str | None) -> str:
    found = library().get((station or "").partition("@")[0])
    return found.title if found else station or ""
