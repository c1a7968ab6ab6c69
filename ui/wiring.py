"""From settings to parts: name → provider, in literal dicts. Each part is made when first asked for."""

import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar, cast

from retrieval.errors import InputError
from ui import providers
from ui.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from bot.chat import ChatEndpoint
    from bot.ports import Recogniser, Transcriber, Wording
    from bot.session import Tools
    from bot.speaking.chain import Chain
    from bot.store import TalkStore
    from bot.tutor.tutor import Tutor
    from retrieval.documents.policy import Policy
    from retrieval.ports import Embedder
    from retrieval.search import Search
    from rubrics.answers import Answers
    from rubrics.marker import Marker
    from rubrics.model import Rubric
    from rubrics.ports import Judge
    from scenarios.station import Station
    from ui.library import Library

T = TypeVar("T")

QUIET: Mapping[str, str] = {
    "GRADIO_ANALYTICS_ENABLED": "False",
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "ANONYMIZED_TELEMETRY": "False",
    "DO_NOT_TRACK": "1",
}
"""Libraries read these when they are imported: no figures about users go out, nothing is fetched unasked."""


def keep_quiet() -> None:
    """Set `QUIET`; call before anything heavy is imported."""
    os.environ.update(QUIET)


class Wiring:
    """The parts, by the settings. Safe to share between threads; holds no talk."""

    def __init__(self, settings: Settings) -> None:
        """Nothing is opened yet."""
        keep_quiet()
        self.settings = settings
        self._made: dict[str, Any] = {}
        self._lock = threading.Lock()
        self._locks: dict[str, threading.RLock] = {}
        self._tutor: tuple[Search, Tutor] | None = None

    def _once(self, name: str, make: Callable[[], T]) -> T:
        """The part of that name, made by whoever comes first; others wait for it and for nothing else."""
        with self._lock:
            own = self._locks.setdefault(name, threading.RLock())
        with own:
            if name not in self._made:
                self._made[name] = make()
            return cast("T", self._made[name])

    @property
    def engine(self) -> "Engine":
        """The database, its tables brought up to date."""
        return self._once("engine", self._open_database)

    def _open_database(self) -> "Engine":
        from retrieval.database import engine, upgrade

        opened = engine(self.settings.database_url)
        upgrade(opened)
        return opened

    @property
    def talks(self) -> "TalkStore":
        """Where talks are kept."""
        from bot.store import TalkStore

        return self._once("talks", lambda: TalkStore(self.engine))

    @property
    def embedder(self) -> "Embedder | None":
        """The endpoint's embedder; None for the built-in one, which search trains itself."""
        return self._once(
            "embedder", partial(providers.EMBEDDERS["openai" if self.settings.embed else "local"], self)
        )

    @property
    def library(self) -> "Library":
        """Search and documents, brought together."""
        from ui.library import Library

        home, url = self.settings.home, self.settings.chroma_url
        return self._once("library", lambda: Library(home, self.embedder, url))

    @property
    def search(self) -> "Search":
        """Search over the standard, the notes and the organisation's documents as they are now."""
        return self.library.search

    @property
    def policy(self) -> "Policy":
        """The organisation's documents as what holds in the stations that name them."""
        from retrieval.documents.policy import Policy

        return self._once("policy", lambda: Policy(self.settings.home))

    @property
    def tutor(self) -> "Tutor":
        """Who answers questions: with the language model where one is set."""
        from bot.tutor.tutor import Tutor

        model = self._once(
            "tutor model", partial(providers.TUTORS["llm" if self.settings.llm else "builtin"], self)
        )
        search = self.search
        if self._tutor is None or self._tutor[0] is not search:  # documents were added or removed
            self._tutor = search, Tutor(search, model)
        return self._tutor[1]

    @property
    def recogniser(self) -> "Recogniser":
        """Who finds behaviours in what candidates say."""
        return self._once("recogniser", partial(providers.RECOGNISERS[self.settings.recogniser], self))

    @property
    def chat(self) -> "ChatEndpoint":
        """The language model.

        Raises:
            ProviderError: none is set, or its name is missing.
        """
        return self._once("chat", partial(providers.chat, self))

    @property
    def judge_chat(self) -> "ChatEndpoint":
        """The language model as the judge asks it.

        Raises:
            ProviderError: none is set, or its name is missing.
        """
        return self._once("judge chat", partial(providers.judge_chat, self))

    @property
    def answers(self) -> "Answers | None":
        """Where what the judge's model answered is kept; None when nowhere."""
        return self._once("answers", partial(providers.answers, self))

    @property
    def wording(self) -> "Wording":
        """Who puts moves into words: a new one each time, for it remembers where its last reply came from."""
        return providers.WORDINGS["llm" if self.settings.llm else "authored"](self)

    def judge(self, name: str | None = None) -> "Judge":
        """The judge of that name, `builtin` or `llm`; the one of the settings when None.

        Raises:
            ProviderError: `llm` without an endpoint.
        """
        name = name or self.settings.judge
        return self._once(f"judge {name}", partial(providers.JUDGES[name], self))

    def marker(
        self, judge: "Judge", station: "str | Station | None" = None, rubric: str | None = None
    ) -> "Marker":
        """Who marks talks with that judge, by the station and rubric given or by the transcripts' own."""
        from rubrics.marker import Marker

        return Marker(judge, self.recogniser, self.station, station, rubric)

    @property
    def transcriber(self) -> "Transcriber | None":
        """Who writes down speech; None when there is no model and no endpoint: then people type."""
        return self._once("transcriber", partial(providers.transcriber, self))

    def speaker(self, *, agreed: bool = False) -> "Chain | None":
        """The counterpart's voice; None when the browser speaks.

        Args:
            agreed: this candidate allowed replies to be sent to the online voice.
        """
        return self._once(f"speaker {agreed}", partial(providers.speaker, self, agreed=agreed))

    @property
    def tools(self) -> "Tools":
        """What a session of the pages or the terminal works with."""
        from bot.clock import SystemClock
        from bot.session import Tools

        return Tools(self.recogniser, self.wording, self.talks, SystemClock(), self.policy)

    @property
    def stations(self) -> "Mapping[str, Station]":
        """All stations by id, the organisation's included."""
        from scenarios.loading import library

        return library(self.settings.stations)

    def station(self, name: str) -> "Station":
        """The station of that id.

        Raises:
            InputError: there is none.
        """
        from scenarios.loading import find_station

        return find_station(name, self.settings.stations)

    def station_of(self, name: str, version: int) -> "Station":
        """The station of a stored talk.

        Raises:
            InputError: it is gone, or only in another version: a talk is not continued in a changed station.
        """
        station = self.station(name)
        if station.version != version:
            raise InputError(
                f"“{station.title}”已经改版，从第 {version} 版到第 {station.version} 版",
                mend="旧版的对话不能接着谈，请重新开始一场",
            )
        return station

    def rubric(self, name: str) -> "Rubric":
        """The rubric of that id, or in that file.

        Raises:
            InputError: there is none.
        """
        from rubrics.loading import find_rubric

        return find_rubric(name)

    async def aclose(self) -> None:
        """Close this loop's connections to the language model; the parts stay usable."""
        for name in ("chat", "judge chat", "tutor model"):
            chat: ChatEndpoint | None = self._made.get(name)
            if chat is not None:
                await chat.aclose()

    def close(self) -> None:
        """Let go of the database and the index; what is asked for afterwards is opened anew."""
        with self._lock:
            engine: Engine | None = self._made.get("engine")
            library: Library | None = self._made.get("library")
            answers: Answers | None = self._made.get("answers")
            self._made.clear()
            self._tutor = None
        if engine is not None:
            engine.dispose()
        if library is not None:
            library.close()
        if answers is not None:
            answers.close()


def other_judge(judge: str) -> str:
    """Who gives the second opinion."""
    return {"builtin": "llm", "llm": "builtin"}[judge]


def batch_marker(
    settings: Settings, judge: str, station: str | None, rubric: str | None, *, second: bool = False
) -> "Marker":
    """The marker of a batch, made anew: in each of its processes.

    Raises:
        ProviderError: `llm` without an endpoint.
    """
    from rubrics.marker import PatientJudge

    wiring = Wiring(settings)

    async def finish() -> None:
        await wiring.aclose()
        wiring.close()

    marker = wiring.marker(PatientJudge(wiring.judge(judge)), station, rubric)
    other = PatientJudge(wiring.judge(other_judge(judge))) if second else None
    return replace(marker, finish=finish, second=other)
