"""What each button of 练习 does. Nothing is remembered here: a talk is read from the database each time."""

import logging
import random
import secrets
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from markupsafe import Markup

from bot.session import Session
from retrieval.errors import InputError, KoushiError
from scenarios.station import Kind, Station
from ui.coaching import coaching
from ui.i18n import Texts
from ui.practise import shelf, showing
from ui.practise.rewinding import rewound, tried
from ui.views import pages
from ui.views.models import Unfinished

if TYPE_CHECKING:
    from ui.wiring import Wiring

_log = logging.getLogger(__name__)
Pages = AsyncIterator[Markup]
KINDS: Mapping[Kind, int] = {Kind.ROLEPLAY: 0, Kind.QUESTION: 1, Kind.LETTER: 2}
"Their order on the page, within a level."


def _order(station: Station) -> tuple[int, int, int, str]:
    return -station.level, KINDS[station.kind], station.difficulty, station.id


class Desk:
    """The candidate's desk over the parts; one for all people, holds no talk."""

    def __init__(self, wiring: "Wiring") -> None:
        self._wiring = wiring

    # -- where an address leads -------------------------------------------------------------------

    async def open(self, query: Mapping[str, str], t: Texts) -> Pages:
        """The page of an address: `talk`, `report`, `station` or none of them."""
        try:
            if talk_id := query.get("talk"):
                async for page in self.talk(talk_id, t):
                    yield page
            elif talk_id := query.get("report"):
                async for page in self.report(talk_id, t):
                    yield page
            elif station_id := query.get("station"):
                yield self.station(station_id, t)
            else:
                yield self.home(t)
        except InputError as error:
            yield self.home(t, str(error))

    async def act(self, event: Mapping[str, Any], t: Texts) -> Pages:
        """What a click asks for; a click nobody knows leads home."""
        talk, action = str(event.get("talk")), str(event.get("action"))
        lasting = {"talk": self.talk, "end": self.end, "report": self.report}
        if action in lasting:
            coming = lasting[action](talk, t)
        elif action == "whatif":
            coming = self.whatif(event, t)
        elif action == "open":
            query = {key: values[0] for key, values in parse_qs(event["query"].lstrip("?")).items()}
            coming = self.open(query, t)
        else:
            yield self._at_once(action, event, t)
            return
        async for page in coming:
            yield page

    def _at_once(self, action: str, event: Mapping[str, Any], t: Texts) -> Markup:
        """The clicks that lead to one page at once."""
        talk, station = str(event.get("talk")), str(event.get("station"))
        known: dict[str, Callable[[], Markup]] = {
            "station": lambda: self.station(station, t, event.get("mode", "practice")),
            "draw": lambda: self.station(self.drawn(), t),
            "begin": lambda: self.begin(station, event["mode"], t),
            "hint": lambda: self.hint(talk, t),
            "rewind": lambda: self.rewind(talk, int(event["turn"]), t),
            "consent": lambda: self.consent(talk, event["answer"] == "yes", t),
        }
        return known.get(action, lambda: self.home(t))()

    # -- choosing -----------------------------------------------------------------------------------

    def home(self, t: Texts, notice: str = "") -> Markup:
        """All stations, with this person's best totals and the talk that stopped in the middle."""
        best = shelf.bests(self._wiring.engine)
        stations = sorted(self._wiring.stations.values(), key=_order)
        tiles = [showing.tile(each, best.get(each.id, shelf.Best(None, 0))) for each in stations]
        return pages.choose(tiles, self._unfinished(), t, notice)

    def _unfinished(self) -> Unfinished | None:
        store = self._wiring.talks
        for talk in store.recent(6):
            if store.stop_reason(talk.id) is None and talk.station_id in self._wiring.stations:
                said = sum(1 for kept in store.kept(talk.id) if kept.turn.role == "candidate")
                if said:
                    return Unfinished(talk.id, self._wiring.stations[talk.station_id].title, said)
        return None

    def drawn(self) -> str:
        """A station for this person: one never tried if there is one, else among the weakest third."""
        best = shelf.bests(self._wiring.engine)
        ids = list(self._wiring.stations)
        if not ids:
            raise InputError("还没有可练的题", mend="请教员先写一题，或检查安装是否完整")
        fresh = [each for each in ids if each not in best]
        if fresh:
            return random.choice(fresh)
        weakest = sorted(ids, key=lambda each: best[each].total or 0.0)
        return random.choice(weakest[: max(1, len(weakest) // 3)])

    def station(self, station_id: str, t: Texts, mode: str = "practice") -> Markup:
        """The card of a station."""
        return pages.card(showing.card(self._wiring.station(station_id), mode), t)

    # -- talking ------------------------------------------------------------------------------------

    def begin(self, station_id: str, mode: str, t: Texts) -> Markup:
        """A new talk, its opening line said."""
        station = self._wiring.station(station_id)
        kind = "exam" if mode == "exam" else "practice"
        session = Session.begin(self._wiring.tools, station, seed=secrets.randbelow(2**31), mode=kind)
        return self._shown(session, t, speak=0)

    async def talk(self, talk_id: str, t: Texts) -> Pages:
        """A talk where it stands; a reply that was cut by a crash comes first."""
        session = self._session(talk_id)
        if not session.pending:
            yield self._shown(session, t)
            return
        view, reply = self._view(session), ""
        last = view.bubbles[-1]
        base = replace(view, bubbles=view.bubbles[:-1], turns=view.turns - 1)
        yield pages.talk(showing.arriving(base, last.text, last.heard, reply, ""), t)
        async for piece in session.finish():
            reply += piece
            yield pages.talk(showing.arriving(base, last.text, last.heard, reply, ""), t)
        session = self._session(talk_id)
        yield self._shown(session, t, speak=len(session.transcript().turns) - 1)

    async def say(self, event: Mapping[str, Any], t: Texts) -> Pages:
        """One utterance: the candidate's bubble at once, then the reply as it comes.

        Refused (too long, said in an older window, already over), nothing is stored and the words stay
        in the box: the page carries the reason and `refused`, the nonce of what was sent.
        """
        talk_id, nonce = str(event["talk"]), str(event["nonce"])
        session = self._session(talk_id)
        before = len(session.transcript().turns)
        if before != event["turns"]:
            yield self._shown(session, t, notice=t("talk.stale"), refused=nonce)
            return
        view, text, heard = self._view(session), str(event["text"]).strip(), event.get("heard") or None
        yield pages.talk(showing.arriving(view, text, heard, "", ""), t)
        reply, notice = "", ""
        try:
            async with aclosing(session.answer(text, heard, event.get("confidence"))) as pieces:  # type: ignore[type-var]
                async for piece in pieces:
                    reply += piece
                    yield pages.talk(showing.arriving(view, text, heard, reply, nonce), t)
        except KoushiError as error:
            notice = str(error)
        except Exception as error:  # noqa: BLE001  the candidate's words must outlive any fault of ours
            _log.exception("a turn of %s failed", talk_id)
            notice = t("app.broken", what=type(error).__name__)
        session = self._session(talk_id)
        turns = session.transcript().turns
        kept = len(turns) > before and turns[before].text == text
        outcome = {"sent": nonce} if kept else {"refused": nonce}
        speak = len(turns) - 1 if kept and not notice else -1
        yield self._shown(session, t, notice=notice, speak=speak, **outcome)

    def hint(self, talk_id: str, t: Texts) -> Markup:
        """A nudge, kept for the report."""
        session = self._session(talk_id)
        try:
            return self._shown(session, t, hint=session.hint())
        except InputError as error:
            return self._shown(session, t, notice=str(error))

    def rewind(self, talk_id: str, turn: int, t: Texts) -> Markup:
        """A new talk up to that utterance, which waits in the text box to be said better."""
        session = self._session(talk_id)
        said = {each.turn.index: each.turn.text for each in session.exchanges}
        return self._shown(session.branch(turn), t, draft=said.get(turn, ""))

    def consent(self, talk_id: str, agreed: bool, t: Texts) -> Markup:
        """The answer to the question about the online voice, remembered."""
        shelf.keep_consent(self._wiring.engine, agreed)
        return self._shown(self._session(talk_id), t)

    # -- the result ---------------------------------------------------------------------------------

    async def end(self, talk_id: str, t: Texts) -> Pages:
        """结束: the talk is over and marked."""
        self._session(talk_id).end()
        async for page in self.report(talk_id, t):
            yield page

    async def report(self, talk_id: str, t: Texts) -> Pages:
        """The report of an ended talk: as stored, or marked now, which may take a model a while."""
        from rubrics.store import ReportStore

        session = self._session(talk_id)
        if not session.ended:
            yield self._shown(session, t)
            return
        kept = ReportStore(self._wiring.engine).of_talk(talk_id)
        if not kept:
            yield self._shown(session, t, marking=True)
        try:
            body = kept[0].body if kept else await self._mark(session)
        except KoushiError as error:
            yield self._shown(session, t, notice=str(error))
            return
        yield self._report(session, body, t)

    async def whatif(self, event: Mapping[str, Any], t: Texts) -> Pages:
        """The report with another sentence tried at one turn; the talk stays as it is."""
        from rubrics.store import ReportStore

        session = self._session(str(event["talk"]))
        kept = ReportStore(self._wiring.engine).of_talk(session.talk.id)
        if not kept:
            yield self._shown(session, t, notice=t("whatif.unmarked"))
            return
        body = kept[0].body
        try:
            found = await tried(self._wiring, session, body, int(event["turn"]), str(event["text"]))
            yield self._report(session, body, t, tried=found)
        except InputError as error:
            yield self._report(session, body, t, notice=str(error))

    def _report(self, session: Session, body: Mapping[str, Any], t: Texts, **more: Any) -> Markup:
        rubric = self._wiring.rubric(session.station.rubric)
        told = coaching(session, body, rubric, self._wiring.recogniser)
        beside = rewound(self._wiring, session, body)
        card = showing.card(session.station, session.talk.mode)
        view = showing.report(session, body, t)
        return pages.report(view, session.talk.id, card, t, told, beside, **more)

    async def _mark(self, session: Session) -> dict[str, Any]:
        from rubrics.marking import mark
        from rubrics.store import ReportStore

        wiring = self._wiring
        report = await mark(
            session.transcript(),
            station=session.station,
            rubric=wiring.rubric(session.station.rubric),
            judge=wiring.judge(),
            recogniser=wiring.recogniser,
        )
        ReportStore(wiring.engine).add(report, wiring.tools.clock.now(), session.talk.id)
        return report.as_json()

    # -- in common ----------------------------------------------------------------------------------

    def _session(self, talk_id: str) -> Session:
        return Session.resume(self._wiring.tools, self._wiring.station_of, talk_id)

    def _view(self, session: Session, **more: Any) -> Any:
        setting = self._wiring.settings.speech.strip() or "ask"
        asked = setting != "ask" or shelf.consent(self._wiring.engine) is not None
        voice = "browser" if setting == "browser" else "server"
        given = self._wiring.talks.hints(session.talk.id)[-1:]
        now = len(session.transcript().turns)
        more = {"hint": "".join(text for turn, text in given if turn == now), **more}
        return showing.talk(session, voice=voice, ask_consent=not asked and not session.ended, **more)

    def _shown(self, session: Session, t: Texts, **more: Any) -> Markup:
        return pages.talk(self._view(session, **more), t)
