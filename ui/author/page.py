"""出题 in Gradio: a head, the editor, and beside it the check, a talk and the play-test.

The editor is Gradio's own (`gr.Code`, CodeMirror). Its text goes to the server with each event and stays
in the browser between them; `author.js` fills it, watches it and moves its cursor.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

import gradio as gr
from fastapi import FastAPI
from markupsafe import Markup

from ui.author.desk import Desk
from ui.door import data_of, safely, texts_for
from ui.i18n import Texts
from ui.mounting import mount as mount_page
from ui.views import authoring

if TYPE_CHECKING:
    from ui.wiring import Wiring

ADDRESS = "/author"
_SHARED: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private", "concurrency_limit": None}
Act = Callable[[Mapping[str, Any], Texts], Awaitable[Markup]]


def mount(app: FastAPI, wiring: "Wiring") -> None:
    """The page at `/author`; call before anything is mounted at `/`."""
    mount_page(app, build_page(wiring), ADDRESS, ("app.css", "author.css"), "author.js")


def build_page(wiring: "Wiring") -> gr.Blocks:
    """The Blocks of 出题."""
    desk = Desk(wiring)
    with gr.Blocks(title="口试 · 出题", analytics_enabled=False, fill_width=True) as page:
        stage, saving = _part("stage"), _part("saving")
        with gr.Row(elem_id="bench"):
            with gr.Column(elem_id="left"):
                gr.Code(language="yaml", elem_id="editor", wrap_lines=True, show_label=False, buttons=[])
            with gr.Column(elem_id="right"):
                tabs = _part("tabs")
                problems, talk, plays, played = map(_part, ("problems", "talk", "plays", "played"))

        async def load(request: gr.Request) -> AsyncIterator[tuple[str, ...]]:
            t, query = texts_for(request), dict(request.query_params)

            async def opened() -> AsyncIterator[str]:
                yield desk.open(query, t)

            async for shown in safely(opened(), t):
                yield shown, authoring.tabs(t), authoring.talk(None, t), authoring.plays(None, t)

        page.load(load, None, [stage, tabs, talk, plays], **_SHARED)
        problems.input(_answer(desk.check), None, problems, trigger_mode="multiple", **_SHARED)
        talk.submit(_answer(desk.talk), None, talk, trigger_mode="multiple", **_SHARED)
        plays.submit(_answer(desk.plays), None, plays, trigger_mode="multiple", **_SHARED)
        played.submit(_answer(desk.played), None, played, trigger_mode="multiple", **_SHARED)
        saving.submit(_answer(desk.save), None, saving, trigger_mode="once", **_SHARED)
    page.queue(default_concurrency_limit=None, api_open=False)
    made: gr.Blocks = page
    return made


def _part(name: str) -> gr.HTML:
    """A piece of the page that shows what the desk hands out and tells it what was done there."""
    return gr.HTML(
        "",
        elem_id=name,
        elem_classes=["koushi"],
        apply_default_css=False,
        js_on_load=f"window.koushi.part('{name}', element, trigger)",
    )


def _answer(act: Act) -> Callable[..., Awaitable[str]]:
    """The act as Gradio calls it; whatever goes wrong becomes a sentence in its place."""

    async def answer(event: gr.EventData, request: gr.Request) -> str:
        t = texts_for(request)

        async def once() -> AsyncIterator[str]:
            yield await act(data_of(event), t)

        return [shown async for shown in safely(once(), t)][-1]

    return answer
