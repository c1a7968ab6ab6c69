"""A report as the answer to a request."""

import re
from typing import Literal
from urllib.parse import quote

from fastapi.responses import HTMLResponse, Response

from ui.i18n import Texts
from ui.reports.export import page, pdf
from ui.views.report_view import ReportView

ReportKind = Literal["html", "pdf", "print"]
_UNFIT = re.compile(r'[\x00-\x1f\x7f\\/:*?"<>|\ud800-\udfff]+')
"What a file's name cannot hold on some system."


def answer(view: ReportView, kind: ReportKind, name: str, t: Texts) -> Response:
    """The report as a file to keep, called by `name`; for `print` a page that asks the browser to print."""
    headers = {"cache-control": "no-store"}
    if kind == "print":
        return HTMLResponse(page(view, t, embed=False, unfold=True, print_now=True), headers=headers)
    headers["content-disposition"] = f"attachment; filename*=UTF-8''{quote(f'{file_name(name)}.{kind}')}"
    if kind == "pdf":
        return Response(pdf(view, t), media_type="application/pdf", headers=headers)
    return HTMLResponse(page(view, t), headers=headers)


def file_name(name: str) -> str:
    """A name that every system takes, not too long."""
    return _UNFIT.sub("_", name).strip(" ._")[:80] or "report"
