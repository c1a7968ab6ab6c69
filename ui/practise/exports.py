"""The candidate's own report as a file: `GET /report/TALK.html` and `GET /report/TALK.pdf`."""

from functools import partial
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from bot.session import Session
from retrieval.errors import InputError, KoushiError
from ui.i18n import language_of, texts
from ui.practise import showing
from ui.reports.answer import ReportKind, answer

if TYPE_CHECKING:
    from ui.wiring import Wiring


def router(wiring: "Wiring") -> APIRouter:
    """Both addresses."""
    routes = APIRouter(prefix="/report")
    for kind in ("html", "pdf"):
        routes.add_api_route(
            f"/{{talk}}.{kind}",
            partial(_report, wiring, kind),
            methods=["GET"],
            include_in_schema=False,
            response_model=None,
        )
    return routes


def _report(wiring: "Wiring", kind: ReportKind, request: Request, talk: str) -> Response:
    """The report as it was made when the talk ended; nothing is marked here."""
    from rubrics.store import ReportStore

    t = texts(language_of(request.cookies))
    try:
        session = Session.resume(wiring.tools, wiring.station_of, talk)
        kept = ReportStore(wiring.engine).of_talk(talk)
        if not kept:
            raise InputError("这次对话还没有评分", mend="在页面上点“结束并评分”，再导出")
    except KoushiError as error:
        return JSONResponse({"problem": str(error)}, status_code=404)
    view = showing.report(session, kept[0].body, t, kept[0].created_at)
    return answer(view, kind, f"{session.station.title} {talk}", t)
