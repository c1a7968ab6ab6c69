"""阅卷 in Gradio: one stage that shows what the desk hands out. Clicks and keys come as data.

Files go to `/review/files` (`taking.py`); no state is kept between two events.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING, Any

import gradio as gr
from fastapi import Depends, FastAPI
from markupsafe import Markup

from ui.door import data_of, safely, texts_for
from ui.i18n import Texts
from ui.mounting import mount as mount_page
from ui.review.blinding import guard
from ui.review.desk import Desk
from ui.review.running import Running
from ui.review.taking import WHO, router

if TYPE_CHECKING:
    from ui.wiring import Wiring

ADDRESS = "/review"
STYLES = ("app.css", "marked.css", "review.css", "blind.css")
_SHARED: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private", "concurrency_limit": None}


def mount(app: FastAPI, wiring: "Wiring") -> None:
    """The page at `/review` and what belongs to it; call before anything is mounted at `/`."""
    app.include_router(router(wiring), dependencies=[Depends(guard(wiring, WHO))])
    mount_page(app, build_page(wiring), ADDRESS, STYLES, "marked.js", "review.js", "blind.js")


def build_page(wiring: "Wiring") -> gr.Blocks:
    """The Blocks of 阅卷."""
    desk = Desk(wiring, Running(wiring))
    with gr.Blocks(title="口试 · 阅卷", analytics_enabled=False, fill_width=True) as page:
        stage = gr.HTML(
            "",
            elem_id="stage",
            elem_classes=["koushi"],
            apply_default_css=False,
            js_on_load="window.koushi.stage(element, trigger)",
        )

        async def load(request: gr.Request) -> AsyncIterator[str]:
            t, query = texts_for(request), dict(request.query_params)
            async for shown in safely(_at_once(lambda: desk.open(query, t)), t):
                yield shown

        async def click(event: gr.EventData, request: gr.Request) -> AsyncIterator[str]:
            t: Texts = texts_for(request)
            async for shown in safely(_at_once(lambda: desk.act(data_of(event), t)), t):
                yield _answer(shown, event)

        page.load(load, None, stage, **_SHARED)
        stage.click(click, None, stage, trigger_mode="multiple", **_SHARED)
    page.queue(default_concurrency_limit=None, api_open=False)
    made: gr.Blocks = page
    return made


async def _at_once(make: Callable[[], Markup]) -> AsyncIterator[Markup]:
    """One page, made beside the loop: a queue of thousands must not hold up the others."""
    yield await asyncio.to_thread(make)


def _answer(shown: str, event: gr.EventData) -> str:
    """The page with the number of the event that it answers: answers may overtake each other."""
    data = event._data
    serial = data.get("serial") if isinstance(data, dict) else None
    answers = Markup('<div class="answer" data-answers="{}">{}</div>')
    return answers.format(serial if isinstance(serial, int) else 0, shown)
