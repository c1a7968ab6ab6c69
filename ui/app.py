"""The web application: the pages at `/`, speech at `/voice`, and how it is doing.

`/healthz` answers while the process lives, `/readyz` when it can serve a talk, `/metrics` in the text
format of Prometheus.
"""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response

from retrieval.errors import KoushiError

if TYPE_CHECKING:
    from ui.wiring import Wiring

STYLES = ("app.css", "marked.css", "report.css")
SCRIPTS = ("app.js", "marked.js")
POLICY = (
    "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; object-src 'none'; "
    "base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
)
"""Nothing is fetched from, sent to or framed by another place. Gradio needs inline code and `eval`."""


def build_app(wiring: "Wiring") -> FastAPI:
    """Everything `koushi serve` serves; opens the database when the first page asks for it."""
    import gradio as gr

    from ui.author.page import mount as mount_author
    from ui.practise.exports import router as exports
    from ui.practise.page import build_page, theme
    from ui.practise.sound import router
    from ui.review.page import mount as mount_review
    from ui.tutor.page import mount as mount_tutor
    from ui.views.render import asset

    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    _status(app, wiring)
    app.include_router(router(wiring))
    app.include_router(exports(wiring))
    app.middleware("http")(_headers)
    mount_tutor(app, wiring)  # before "/", which takes whatever is left
    mount_author(app, wiring)
    mount_review(app, wiring)
    mounted: FastAPI = gr.mount_gradio_app(
        app,
        build_page(wiring),
        "/",
        theme=theme(),
        head=_head("".join(map(asset, STYLES)), "".join(map(asset, SCRIPTS))),
        footer_links=[],
        run_history=False,
        ssr_mode=False,
        show_error=False,
        pwa=False,
        mcp_server=False,
    )
    return mounted


def _head(css: str, js: str) -> str:
    """Our style and script in the page itself; Gradio's `css=` rewrites rules and loses the dark colours."""
    return f'<meta name="referrer" content="same-origin"><style>{css}</style><script>{js}</script>'


async def _headers(request: Request, go_on: Callable[[Request], Awaitable[Response]]) -> Response:
    response = await go_on(request)
    response.headers.setdefault("Content-Security-Policy", POLICY)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers.setdefault("Permissions-Policy", "microphone=(self), camera=(), geolocation=()")
    return response


def _status(app: FastAPI, wiring: "Wiring") -> None:
    @app.get("/healthz")
    def healthz() -> dict[str, bool]:
        return {"ok": True}

    @app.get("/readyz")
    def readyz() -> JSONResponse:
        parts = ready(wiring)
        return JSONResponse(parts, status_code=200 if all(parts.values()) else 503)

    @app.get("/metrics")
    def metrics() -> PlainTextResponse:
        return PlainTextResponse(measured(wiring), media_type="text/plain; version=0.0.4; charset=utf-8")


def ready(wiring: "Wiring") -> dict[str, bool]:
    """Whether a talk could begin now: the database answers, there are stations."""
    from sqlalchemy import text
    from sqlalchemy.exc import SQLAlchemyError

    parts = {"database": False, "stations": False}
    try:
        with wiring.engine.connect() as connection:
            parts["database"] = connection.execute(text("SELECT 1")).scalar_one() == 1
        parts["stations"] = bool(wiring.stations)
    except (KoushiError, SQLAlchemyError):
        pass
    return parts


def measured(wiring: "Wiring") -> str:
    """Counters in the text format of Prometheus."""
    from ui.practise import shelf

    help_texts = {"talks": "Talks begun.", "turns": "Turns stored.", "reports": "Reports made."}
    lines = []
    for name, value in shelf.counts(wiring.engine).items():
        metric = f"koushi_{name}_total"
        lines += [f"# HELP {metric} {help_texts[name]}", f"# TYPE {metric} counter", f"{metric} {value}"]
    lines += ["# HELP koushi_stations Stations that can be practised.", "# TYPE koushi_stations gauge"]
    return "\n".join([*lines, f"koushi_stations {len(wiring.stations)}"]) + "\n"
