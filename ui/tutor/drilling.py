"""What each button of an exercise does. Nothing is remembered here but what is over."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from typing import TYPE_CHECKING, Any

from markupsafe import Markup
from pydantic import BaseModel, ConfigDict, Field

from retrieval.errors import InputError
from retrieval.standard import find
from rubrics.coaching import item
from rubrics.drill_marks import Marked, mark
from rubrics.drill_store import DrillStore
from rubrics.drills import TRIES, Drill, choose, drill
from ui.door import read
from ui.drilling import weakest
from ui.i18n import Texts
from ui.views import tutoring
from ui.views.drilling import DrillView

if TYPE_CHECKING:
    from ui.wiring import Wiring

Pages = AsyncIterator[Markup]


class Answer(BaseModel):
    """An answer as the page sends it, with those before it."""

    model_config = ConfigDict(extra="ignore")

    code: str = Field(max_length=20)
    drill: str = Field(max_length=40)
    answers: list[str] = Field(max_length=TRIES)
    text: str = Field(max_length=5000)


class Drilling:
    """Exercises over the parts; one for all people."""

    def __init__(self, wiring: "Wiring") -> None:
        self._wiring = wiring

    def weak(self) -> tuple[tuple[str, str], ...]:
        """Items (code, text) to drill now, the weakest first."""
        return tuple(item(code) for code in weakest(self._wiring))

    async def open(self, code: str, t: Texts) -> Pages:
        """A new exercise for the item of that code; for the weakest one where it is none."""
        store = DrillStore(self._wiring.engine)
        done = store.done()
        code = find(code).code if code.upper().startswith("L") else weakest(self._wiring)[0]
        set_ = await asyncio.to_thread(
            choose, code, len(done) + 1, {each.drill for each in done}, self._wiring.stations
        )
        yield tutoring.drill(self._view(set_, ()), t)

    async def answer(self, event: Mapping[str, Any], t: Texts) -> Pages:
        """One try, marked at once; kept when the exercise is over."""
        sent = read(event, Answer)
        set_ = drill(sent.drill, sent.code, self._wiring.stations)
        given = (*sent.answers, sent.text)
        try:
            found = await asyncio.to_thread(
                mark, set_, given, self._wiring.station(set_.station), self._wiring.recogniser
            )
        except InputError as error:
            view = self._view(set_, tuple(sent.answers), notice=str(error), draft=sent.text)
            yield tutoring.drill(view, t)
            return
        if found.over:
            store = DrillStore(self._wiring.engine)
            store.add(set_.id, set_.code, given, found.passed, time.time())
        yield tutoring.drill(self._view(set_, given, marked=found), t)

    def _view(
        self,
        set_: Drill,
        answers: tuple[str, ...],
        marked: Marked | None = None,
        notice: str = "",
        draft: str = "",
    ) -> DrillView:
        done = [each for each in DrillStore(self._wiring.engine).done() if each.code == set_.code]
        passed = sum(1 for each in done if each.passed)
        return DrillView(
            set_, item(set_.code), answers, TRIES, marked, notice, draft, (passed, len(done)), self.weak()
        )
