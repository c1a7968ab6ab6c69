"""How a Gradio page is put into the application: quietly, with our own style and script, nothing else's."""

from collections.abc import Sequence

import gradio as gr
from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse

from ui.practise.page import theme
from ui.views.render import asset


def mount(app: FastAPI, page: gr.Blocks, address: str, styles: Sequence[str], *scripts: str) -> None:
    """Serve the page at `/NAME`, with or without a slash behind; before anything is mounted at `/`.

    Args:
        styles: style sheets of `ui/assets`, in order.
        scripts: scripts of `ui/assets`, in order.
    """

    @app.get(address, include_in_schema=False)
    def slash(request: Request) -> RedirectResponse:
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"{address}/{query}", status_code=307)

    css, js = ("\n".join(map(asset, names)) for names in (styles, scripts))
    gr.mount_gradio_app(
        app,
        page,
        address,
        theme=theme(),
        head=f'<meta name="referrer" content="same-origin"><style>{css}</style><script>{js}</script>',
        footer_links=[],
        run_history=False,
        ssr_mode=False,
        show_error=False,
        pwa=False,
        mcp_server=False,
    )
