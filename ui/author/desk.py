"""What each part of 出题 does. Nothing is remembered here: every event brings the text, the page keeps it."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from bot.recogniser import BuiltinRecogniser
from bot.rehearsal import rehearse
from retrieval.errors import InputError
from rubrics.check import check_station
from rubrics.playtest import play_one
from scenarios import drafts
from scenarios.loading import library, scan, station_file
from scenarios.saving import NeedsYes, save
from scenarios.station import Station
from scenarios.yamlfile import YamlSource
from ui.author import showing
from ui.author.events import Event, PlayedEvent, PlaysEvent, Row, SaveEvent, TalkEvent
from ui.door import read
from ui.i18n import Texts
from ui.views import authoring

if TYPE_CHECKING:
    from ui.wiring import Wiring

STEP_S = 0.4
"""Seconds of plays between two looks of the page at the table; at least one is played."""
DRAFT = "draft"
"""How a text is named that is in no file."""


class Desk:
    """The instructor's desk over the parts; one for all people, holds no text."""

    def __init__(self, wiring: "Wiring") -> None:
        """Talks and plays are those of `koushi station play-test`: with the built-in parts throughout."""
        self._wiring = wiring
        self._recogniser = BuiltinRecogniser()

    # -- where an address leads -------------------------------------------------------------------

    def open(self, query: Mapping[str, str], t: Texts) -> Markup:
        """The page of an address: `station` opens one, `new` begins one (`from` another), else the shelf."""
        name, begun = query.get("station", ""), query.get("new", "")
        try:
            if begun and not self._file(begun):
                text = self._begun(begun, query.get("from", ""))
                return authoring.bench(authoring.BenchView(begun, text, "", own=False), t)
            if name or begun:
                notice = t("author.taken", id=begun) if begun else ""
                return authoring.bench(self._opened(name or begun, notice), t)
        except InputError as error:
            return self._shelf(t, str(error))
        return self._shelf(t)

    def _file(self, name: str) -> Any:
        return station_file(name, self._wiring.settings.stations)

    def _begun(self, station_id: str, source: str) -> str:
        own = self._wiring.settings.stations
        return drafts.copy_of(source, station_id, own) if source else drafts.skeleton(station_id)

    def _opened(self, name: str, notice: str) -> authoring.BenchView:
        found = drafts.opened(name, self._wiring.settings.stations)
        return authoring.BenchView(name, found.text, found.digest if found.own else "", found.own, notice)

    def _shelf(self, t: Texts, notice: str = "") -> Markup:
        own = self._wiring.settings.stations
        mine = scan(own) if own.is_dir() else None
        return authoring.shelf(showing.shelf(mine, library(), notice), t)

    # -- looking at the text ------------------------------------------------------------------------

    async def check(self, event: Mapping[str, Any], t: Texts) -> Markup:
        """All problems with their lines, or what the station is."""
        draft = read(event, Event)
        found = await asyncio.to_thread(_checked, draft.text)
        return authoring.problems(replace(found, serial=draft.serial), t)

    async def talk(self, event: Mapping[str, Any], t: Texts) -> Markup:
        """The talk so far, played from its beginning with the station as it stands."""
        said = read(event, TalkEvent)
        return authoring.talk(await asyncio.to_thread(self._rehearsed, said), t)

    def _rehearsed(self, event: TalkEvent) -> authoring.Rehearsal:
        station = _station(event.text)
        if station is None:
            return authoring.Rehearsal(event.seed, said=(), wrong=True)
        refused, says = "", event.says
        try:
            session = asyncio.run(rehearse(station, event.seed, says, self._recogniser))
        except InputError as error:  # the last line is no utterance: the others still are
            refused, says = str(error), says[:-1]
            session = asyncio.run(rehearse(station, event.seed, says, self._recogniser))
        return showing.rehearsal(session, says, refused)

    # -- the play-test --------------------------------------------------------------------------------

    async def plays(self, event: Mapping[str, Any], t: Texts) -> Markup:
        """The table with some more plays; the page asks for the rest, or that there be no more."""
        asked = read(event, PlaysEvent)
        return authoring.plays(await asyncio.to_thread(self._played_on, asked), t)

    def _played_on(self, event: PlaysEvent) -> authoring.PlaysView:
        station = _station(event.text)
        if station is None:
            return authoring.PlaysView((), event.seeds, running=False, wrong=True)
        rows = {(each.seed, each.player): each for each in event.done}
        todo = [key for key in showing.order(event.seeds) if key not in rows] if event.go_on else []
        ends = time.monotonic() + STEP_S
        for seed, player in todo:
            played = asyncio.run(play_one(station, player, seed, recogniser=self._recogniser))
            rows[seed, player] = Row.model_validate(played.as_json(station.id))
            if time.monotonic() > ends:
                break
        return showing.plays(rows, event.seeds, go_on=event.go_on)

    async def played(self, event: Mapping[str, Any], t: Texts) -> Markup:
        """One play in full: played again, for the same seed gives the same talk."""
        asked = read(event, PlayedEvent)

        def again() -> Markup:
            station = _station(asked.text)
            if station is None:
                return authoring.wrong(t)
            one = play_one(station, asked.player, asked.seed, recogniser=self._recogniser)
            return authoring.played(showing.played(asyncio.run(one), station), t)

        return await asyncio.to_thread(again)

    # -- saving ---------------------------------------------------------------------------------------

    async def save(self, event: Mapping[str, Any], t: Texts) -> Markup:
        """Into the organisation's folder, or the question that comes first."""
        return authoring.saving(await asyncio.to_thread(self._saved, read(event, SaveEvent)), t)

    def _saved(self, event: SaveEvent) -> authoring.SavingView:
        try:
            station = check_station(YamlSource.draft(DRAFT, event.text))
        except InputError:
            return authoring.SavingView("refused")
        seen = event.seen if station.id == event.key else None
        try:
            done = save(station, event.text, self._wiring.settings.stations, yes=event.yes, seen=seen)
        except NeedsYes as doubt:
            return showing.asked(doubt, station)
        except InputError as error:
            return authoring.SavingView("refused", what=str(error))
        return showing.saved(done, station)


def _station(text: str) -> Station | None:
    try:
        return check_station(YamlSource.draft(DRAFT, text))
    except InputError:
        return None


def _checked(text: str) -> authoring.CheckView:
    try:
        station = check_station(YamlSource.draft(DRAFT, text))
    except InputError as error:
        return showing.faults(error)
    return authoring.CheckView((), station.id, station.version, station.title)
