"""What goes in and out of 阅卷 beside the page: files taken in, the table, the page to print."""

import asyncio
import json
import secrets
import time
from collections.abc import Iterator
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from bot.reading import from_json, parse_transcript
from retrieval.errors import InputError, KoushiError
from rubrics.batch import digest
from rubrics.batch_store import Batch, BatchStore, Taken
from rubrics.blind import BlindStore
from rubrics.intake import MOST_ZIP, Found, of_file
from rubrics.reviews import ReviewStore, result, results
from rubrics.sheets import write_xlsx
from ui.calibration import beside
from ui.i18n import language_of, texts
from ui.reports.answer import ReportKind, answer
from ui.reports.filling import report_view
from ui.review.blinding import Blinding, withheld

if TYPE_CHECKING:
    from scenarios.station import Station
    from ui.wiring import Wiring

WHO = "本机考评员"
"Without accounts there is one local person."
MOST_FILES = 500
"Files of one request; the page sends more in several."
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def router(wiring: "Wiring") -> APIRouter:
    """`POST /review/files`; `GET /review/export.xlsx`, `/review/print` and `/review/report.html|pdf`."""
    routes = APIRouter(prefix="/review")
    add = partial(routes.add_api_route, include_in_schema=False, response_model=None)
    add("/files", partial(_files, wiring), methods=["POST"])
    add("/export.xlsx", partial(_export, wiring), methods=["GET"])
    add("/print", partial(_report, wiring, "print"), methods=["GET"])
    add("/report.html", partial(_report, wiring, "html"), methods=["GET"])
    add("/report.pdf", partial(_report, wiring, "pdf"), methods=["GET"])
    return routes


def begin(wiring: "Wiring", station: str | None, rubric: str | None, *, blind: bool = False) -> str:
    """A new batch, marked by the judge of the settings; its id.

    Args:
        blind: one talk in ten is to be marked by the examiner before the machine's mark is shown.

    Raises:
        InputError: there is no such station or rubric.
        ProviderError: the judge cannot be had.
    """
    if station:
        wiring.station(station)
    if rubric:
        wiring.rubric(rubric)
    judge = wiring.settings.judge
    wiring.judge(judge)
    batch_id = secrets.token_urlsafe(9)
    options = {"station": station or None, "rubric": rubric or None, "judge": judge, "blind": blind}
    BatchStore(wiring.engine).begin(Batch(batch_id, options, WHO, time.time()))
    return batch_id


async def _files(
    wiring: "Wiring",
    request: Request,
    batch: str = "",
    station: str = "",
    rubric: str = "",
    blind: bool = False,
) -> JSONResponse:
    """Some files more of a batch, of a new one when none is named. Broken ones are taken in as broken."""
    if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        return _problem("只接受本页面传来的文件", 403)
    if int(request.headers.get("content-length") or 0) > MOST_ZIP + 10_000_000:
        return _problem(f"一次传的超过 {MOST_ZIP // 1_000_000} MB，请分几次", 413)
    async with request.form(max_files=MOST_FILES, max_fields=10) as form:
        sent = [
            (str(each.filename), await each.read())
            for each in form.getlist("file")
            if not isinstance(each, str)
        ]
    try:
        return await asyncio.to_thread(_take, wiring, sent, batch, station, rubric, blind)
    except KoushiError as error:
        return _problem(str(error), 422)


def _problem(text: str, status: int) -> JSONResponse:
    return JSONResponse({"problem": text}, status_code=status)


def _take(
    wiring: "Wiring", sent: list[tuple[str, bytes]], batch: str, station: str, rubric: str, blind: bool
) -> JSONResponse:
    taken = [taken_in(each) for name, data in sent for each in of_file(name or "无名", partial(_same, data))]
    if not taken:
        raise InputError("没有收到文件", mend="对话文件要是 .json、.txt、.csv 或 .zip")
    store = BatchStore(wiring.engine)
    batch_id = store.get(batch).id if batch else begin(wiring, station, rubric, blind=blind)
    new = store.add(batch_id, taken, time.time())
    return JSONResponse({"batch": batch_id, "files": len(taken), "new": new})


def _same(data: bytes) -> bytes:
    return data


def taken_in(each: Found) -> Taken:
    """One file, parsed, or with the sentence that says why not."""
    mine = ""
    try:
        data = each.read()
        mine = digest(data)
        transcript = parse_transcript(data, each.name)
        return Taken(each.name, mine, json.loads(json.dumps(transcript.as_json())))
    except InputError as error:
        return Taken(each.name, mine, error=str(error))


def _export(wiring: "Wiring", batch: str) -> Response:
    """The batch as it stands now, the same tables as of `koushi prescreen` and the changes."""
    try:
        store = BatchStore(wiring.engine)
        store.get(batch)
        mine = Blinding(BlindStore(wiring.engine), WHO)
        whole = results(store, ReviewStore(wiring.engine), batch)
        found = withheld(whole, mine.hidden(batch))
    except KoushiError as error:
        return _problem(str(error), 404)
    out = BytesIO()
    more = (mine.sheet(batch, found),)
    write_xlsx(found, out, reviewed=True, beside=beside(wiring), more=more)
    headers = {
        "content-disposition": f'attachment; filename="koushi-{batch}.xlsx"',
        "cache-control": "no-store",
    }
    return Response(out.getvalue(), media_type=EXCEL, headers=headers)


def _report(wiring: "Wiring", kind: ReportKind, request: Request, batch: str, item: int) -> Response:
    """One report with the mark that stands and its whole history: to print, as a page, or as PDF."""
    store = BatchStore(wiring.engine)
    try:
        said = store.transcript(batch, item)
        found = result(store, ReviewStore(wiring.engine), batch, store.items(batch)[item])
        if said is None or found.body is None:
            raise InputError("这一份还没有评分", mend="等评完再打印")
    except KoushiError as error:
        return _problem(str(error), 404)
    t = texts(language_of(request.cookies))
    view = report_view(found, from_json(said), t, station=station_of(wiring, found.body))
    return answer(view, kind, Path(found.name).stem, t)


def station_of(wiring: "Wiring", body: Any) -> "Station | None":
    """The station that was talked in; None when none is named or it is gone."""
    return wiring.stations.get(((body or {}).get("station") or "").partition("@")[0])


def sample(wiring: "Wiring") -> Iterator[Taken]:
    """Some talks to try it with: a shipped station's own scripted candidates."""
    from rubrics.players import scripted
    from rubrics.playtest import play

    station = wiring.station("l3-aircon-third-visit")
    for name, says in (
        ("样例-好", station.players["strong"].says),
        ("样例-中", station.players["borderline"].says),
        ("样例-差", station.players["weak"].says),
        ("样例-太短", station.players["strong"].says[:1]),
    ):
        talk, _, _ = asyncio.run(play(station, scripted(says), 1))
        data = json.dumps(talk.as_json(), ensure_ascii=False).encode()
        yield taken_in(Found(f"{name}.json", partial(_same, data)))
    yield taken_in(Found("样例-坏.txt", partial(_same, "这里没有写是谁说的\n".encode())))
