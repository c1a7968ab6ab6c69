"""The page in Gradio: one stage that shows what the desk hands out, and the dock under it.

Clicks come as data (`{"action": "rewind", "talk": …, "turn": 3}`), so that no state is kept between two
of them: after a restart of the server the open page goes on working.
"""

import logging
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

import gradio as gr

from retrieval.errors import KoushiError
from ui.door import data_of, safely, texts_for
from ui.practise.desk import Desk
from ui.views import pages

if TYPE_CHECKING:
    from ui.wiring import Wiring

_log = logging.getLogger(__name__)
FONTS = ["PingFang SC", "Microsoft YaHei", "Noto Sans SC", "Noto Sans CJK SC", "system-ui", "sans-serif"]
"On the reader's machine; nothing is fetched."
_SHARED: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private", "concurrency_limit": None}


def theme() -> gr.Theme:
    """Gradio's plainest theme with the reader's own fonts."""
    return gr.themes.Base(font=FONTS, font_mono=["ui-monospace", "monospace"])


def hearing(wiring: "Wiring") -> bool:
    """Whether there is somebody to write down speech; a wrong setting is told by `koushi doctor`."""
    try:
        return wiring.transcriber is not None
    except KoushiError as error:
        _log.warning("speech recognition is off: %s", error)
        return False


def build_page(wiring: "Wiring") -> gr.Blocks:
    """The Blocks of 练习."""
    desk = Desk(wiring)
    with gr.Blocks(title="口试", analytics_enabled=False, fill_width=True) as page:
        classes = ["koushi"]
        stage = gr.HTML(
            "",
            elem_id="stage",
            elem_classes=classes,
            apply_default_css=False,
            js_on_load="window.koushi.stage(element, trigger)",
        )
        dock = gr.HTML("", elem_id="dock", elem_classes=classes, apply_default_css=False, js_on_load=None)

        async def load(request: gr.Request) -> AsyncIterator[tuple[str, str]]:
            t = texts_for(request)
            under = pages.dock(hearing(wiring), t)
            async for shown in safely(desk.open(dict(request.query_params), t), t):
                yield shown, under

        async def click(event: gr.EventData, request: gr.Request) -> AsyncIterator[str]:
            t = texts_for(request)
            async for shown in safely(desk.act(data_of(event), t), t):
                yield shown

        async def say(event: gr.EventData, request: gr.Request) -> AsyncIterator[str]:
            t = texts_for(request)
            async for shown in safely(desk.say(data_of(event), t), t):
                yield shown

        page.load(load, None, [stage, dock], **_SHARED)
        stage.click(click, None, stage, trigger_mode="multiple", **_SHARED)
        stage.submit(say, None, stage, trigger_mode="once", **_SHARED)
    page.queue(default_concurrency_limit=None, api_open=False)
    made: gr.Blocks = page
    return made
