"""问导师 in Gradio: one stage that shows what the desk hands out, and the box to ask in under it.

As in 练习 clicks come as data and no state is kept between two of them.
"""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

import gradio as gr
from fastapi import FastAPI

from ui.door import data_of, safely, texts_for
from ui.mounting import mount as mount_page
from ui.tutor.desk import Desk
from ui.views import tutoring

if TYPE_CHECKING:
    from ui.wiring import Wiring

ADDRESS = "/tutor"
LEVELS = (3, 2, 1)
_SHARED: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private", "concurrency_limit": None}


def mount(app: FastAPI, wiring: "Wiring") -> None:
    """The page at `/tutor`; call before anything is mounted at `/`."""
    mount_page(app, build_page(wiring), ADDRESS, ("app.css", "tutor.css"), "tutor.js")


def build_page(wiring: "Wiring") -> gr.Blocks:
    """The Blocks of 问导师."""
    desk = Desk(wiring)
    with gr.Blocks(title="口试 · 问导师", analytics_enabled=False, fill_width=True) as page:
        classes = ["koushi"]
        stage = gr.HTML(
            "",
            elem_id="stage",
            elem_classes=classes,
            apply_default_css=False,
            js_on_load="window.koushi.stage(element, trigger)",
        )
        bar = gr.HTML("", elem_id="bar", elem_classes=classes, apply_default_css=False, js_on_load=None)

        async def load(request: gr.Request) -> AsyncIterator[tuple[str, str]]:
            t = texts_for(request)
            under = tutoring.bar(LEVELS, t)
            async for shown in safely(desk.open(dict(request.query_params), t), t):
                yield shown, under

        async def ask(event: gr.EventData, request: gr.Request) -> AsyncIterator[str]:
            t = texts_for(request)
            async for shown in safely(desk.ask(data_of(event), t), t):
                yield shown

        async def click(event: gr.EventData, request: gr.Request) -> AsyncIterator[str]:
            t = texts_for(request)
            async for shown in safely(desk.act(data_of(event), t), t):
                yield shown

        page.load(load, None, [stage, bar], **_SHARED)
        stage.submit(ask, None, stage, trigger_mode="once", **_SHARED)
        stage.click(click, None, stage, trigger_mode="once", **_SHARED)
    page.queue(default_concurrency_limit=None, api_open=False)
    made: gr.Blocks = page
    return made
