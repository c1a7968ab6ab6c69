"""What each button of 问导师 does. Nothing is remembered here: a thread is read from the database."""

import asyncio
import logging
import secrets
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from bot.tutor.answer import Answer
from bot.tutor.threads import Threads
from retrieval.errors import KoushiError
from ui.i18n import Texts
from ui.tutor import showing
from ui.tutor.drilling import Drilling
from ui.views import tutoring

if TYPE_CHECKING:
    from ui.wiring import Wiring

_log = logging.getLogger(__name__)
Pages = AsyncIterator[Markup]


class Desk:
    """The tutor's desk over the parts; one for all people, holds no thread."""

    def __init__(self, wiring: "Wiring") -> None:
        self._wiring = wiring
        self.drilling = Drilling(wiring)

    async def act(self, event: Mapping[str, Any], t: Texts) -> Pages:
        """A click in an exercise: an answer, or another one."""
        if event.get("action") == "answer":
            coming = self.drilling.answer(event, t)
        else:
            coming = self.drilling.open(str(event.get("code", ""))[:20], t)
        async for page in coming:
            yield page

    async def open(self, query: Mapping[str, str], t: Texts) -> Pages:
        """The page of an address: `thread` shows one, `q` asks at once, `drill` sets an exercise."""
        if "drill" in query:
            async for page in self.drilling.open(query["drill"][:20], t):
                yield page
            return
        thread_id = query.get("thread", "")[:64]
        answers = self._threads.read(thread_id) if thread_id else ()
        asking = "" if answers else query.get("q", "")
        asyncio.get_running_loop().run_in_executor(None, self._warm)
        view = showing.thread(thread_id or _fresh(), answers, asking=asking)
        yield tutoring.thread(view if answers else replace(view, weak=self.drilling.weak()), t)

    async def ask(self, event: Mapping[str, Any], t: Texts) -> Pages:
        """One question: shown at once, then its answer as it grows; stored when it is whole.

        Refused (empty, too long, asked in an older window), nothing is stored and the words stay in the box.
        """
        thread_id, nonce = str(event["thread"])[:64], str(event["nonce"])
        before = self._threads.read(thread_id)
        if len(before) != event["turns"]:
            notice = t("tutor.stale")
            yield tutoring.thread(showing.thread(thread_id, before, notice=notice, refused=nonce), t)
            return
        view = showing.thread(thread_id, before, sent=nonce)
        waiting = showing.waiting(len(before), str(event["text"]).strip())
        yield tutoring.thread(replace(view, exchanges=(*view.exchanges, waiting)), t)
        try:
            async for answer in self._answers(event, before):
                if answer.partial:
                    coming = showing.exchange(len(before), answer)
                    yield tutoring.thread(replace(view, exchanges=(*view.exchanges, coming)), t)
                else:
                    self._threads.append(thread_id, len(before), answer, time.time())
        except KoushiError as error:
            yield tutoring.thread(showing.thread(thread_id, before, notice=str(error), refused=nonce), t)
            return
        except Exception as error:  # noqa: BLE001  the words must outlive any fault of ours
            _log.exception("a question in %s failed", thread_id)
            notice = t("app.broken", what=type(error).__name__)
            yield tutoring.thread(showing.thread(thread_id, before, notice=notice, refused=nonce), t)
            return
        yield tutoring.thread(showing.thread(thread_id, self._threads.read(thread_id), sent=nonce), t)

    async def _answers(self, event: Mapping[str, Any], before: Sequence[Answer]) -> AsyncIterator[Answer]:
        tutor = await asyncio.to_thread(lambda: self._wiring.tutor)  # the first time opens the index
        level = event.get("level")
        async for answer in tutor.stream(
            str(event["text"]).strip(), level=level if level in {1, 2, 3} else None, before=before
        ):
            yield answer

    def _warm(self) -> None:
        """Opens the index while the question is being written; what goes wrong is told when it is asked."""
        with suppress(KoushiError):
            _ = self._wiring.tutor

    @property
    def _threads(self) -> Threads:
        return Threads(self._wiring.engine)


def _fresh() -> str:
    return secrets.token_urlsafe(12)
