"""The door of every page: its reader's language, what it sent, the catch-all for what goes wrong."""

import logging
from collections.abc import AsyncIterator, Mapping
from typing import Any, TypeVar

import gradio as gr
from pydantic import BaseModel, ValidationError

from retrieval.errors import InputError, KoushiError
from ui.i18n import COOKIE, Texts, language_of, texts
from ui.views import pages

_log = logging.getLogger("ui.door")
E = TypeVar("E", bound=BaseModel)


def texts_for(request: gr.Request) -> Texts:
    """The words of the page in the language its reader has chosen."""
    return texts(language_of(dict(request.cookies or {COOKIE: "zh"})))


def data_of(event: gr.EventData) -> Mapping[str, Any]:
    """What the page sent along.

    Raises:
        InputError: it is no set of fields.
    """
    data = event._data
    if not isinstance(data, dict):
        raise InputError("页面发来的内容读不懂", mend="刷新页面再试")
    return data


def read(data: Mapping[str, Any], kind: type[E]) -> E:
    """The event as it should be.

    Raises:
        InputError: it is not.
    """
    try:
        return kind.model_validate(data)
    except ValidationError as error:
        raise InputError("页面发来的内容读不懂", mend="刷新页面再试；写的、改的都还在") from error


async def safely(shown: AsyncIterator[str], t: Texts) -> AsyncIterator[str]:
    """A sentence for the person whatever goes wrong, the details for the log."""
    try:
        async for each in shown:
            yield each
    except KoushiError as error:
        yield pages.failed(error.what + ("。" + error.mend if error.mend else ""), "", t)
    except Exception as error:  # noqa: BLE001  the edge: whatever it is, the person is told
        _log.exception("a page failed")
        yield pages.failed(t("app.broken", what=type(error).__name__), repr(error), t)
