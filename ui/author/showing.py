"""From stations, talks and plays to what 出题 shows."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import get_args

from bot.session import Session
from retrieval.errors import InputError, ManyInputErrors
from rubrics.playtest import Played
from scenarios.loading import Scan
from scenarios.saving import Doubt, NeedsYes, Saved
from scenarios.station import Station
from ui.author.events import PlayerName, Row
from ui.views import authoring
from ui.views.authoring import Fault, PlaysView, Rehearsal, Said, SavingView, ShelfView, Shelved

PLAYERS: tuple[PlayerName, ...] = get_args(PlayerName)


def shelf(mine: Scan | None, shipped: Mapping[str, Station], notice: str) -> ShelfView:
    """The organisation's own stations, broken ones included, and the shipped ones."""
    own = [_shelved(each) for each in mine.stations.values()] if mine else []
    for problem in mine.problems if mine else ():
        errors = problem.errors if isinstance(problem, ManyInputErrors) else [problem]
        stem = Path(errors[0].file or "").stem
        if stem and stem not in {each.id for each in own}:
            own.append(Shelved(stem, "", None, 0, len(errors)))
    own.sort(key=lambda each: each.id)
    others = sorted(shipped.values(), key=lambda each: (-each.level, each.id))
    return ShelfView(tuple(own), tuple(map(_shelved, others)), notice)


def _shelved(station: Station) -> Shelved:
    return Shelved(station.id, station.title, station.level, station.version)


def faults(error: InputError) -> authoring.CheckView:
    """What is wrong, one by one."""
    errors = error.errors if isinstance(error, ManyInputErrors) else [error]
    found = tuple(Fault(each.line, each.field or "", each.what, each.mend) for each in errors)
    return authoring.CheckView(found)


def rehearsal(session: Session, says: tuple[str, ...], refused: str) -> Rehearsal:
    """A talk with everything a candidate does not see."""
    said = tuple(
        Said(
            text=each.turn.text,
            reply=each.reply,
            move=str(each.move.kind),
            tension=each.state.tension,
            trust=each.state.trust,
            reasons=each.reasons,
        )
        for each in session.exchanges
    )
    begun = session.transcript().turns[0].text
    return Rehearsal(
        session.talk.seed,
        said=said,
        opening=begun,
        name=session.station.persona.address,
        stop=str(session.stop_reason) if session.stop_reason else "",
        cut=len(said) < len(says),
        notice=refused,
        says=json.dumps([each.text for each in said], ensure_ascii=False),
    )


def order(seeds: int) -> Iterator[tuple[int, PlayerName]]:
    """All plays of a test: every candidate on the first seed, then on the next."""
    return ((seed, player) for seed in range(1, seeds + 1) for player in PLAYERS)


def plays(rows: Mapping[tuple[int, PlayerName], Row], seeds: int, *, go_on: bool) -> PlaysView:
    """The table: by candidate, then by seed."""
    keys = [key for key in order(seeds) if key in rows]
    keys.sort(key=lambda key: (PLAYERS.index(key[1]), key[0]))
    shown = tuple(rows[key] for key in keys)
    kept = json.dumps([each.model_dump() for each in shown], ensure_ascii=False)
    complete = len(shown) == seeds * len(PLAYERS)
    return PlaysView(shown, seeds, running=go_on and not complete, all=seeds * len(PLAYERS), kept=kept)


def played(one: Played, station: Station) -> authoring.PlayedView:
    """A talk and its marks."""
    criteria = tuple(
        authoring.Marked(
            each.title,
            each.points,
            each.max_points,
            tuple((text, str(check.verdict)) for text, check in each.checks),
            tuple(dict.fromkeys(quote.quote for _, check in each.checks for quote in check.evidence)),
        )
        for each in one.report.criteria
    )
    turns = tuple((each.role == "candidate", each.text) for each in one.transcript.turns)
    return authoring.PlayedView(
        one.player, one.seed, one.report.total, one.report.reason or one.report.verdict, one.stop_reason,
        station.persona.address, turns, criteria,
    )  # fmt: skip


def saved(done: Saved, station: Station) -> SavingView:
    """It is there."""
    backup = done.backup.name if done.backup else ""
    return SavingView("saved", station.id, station.version, done.digest, backup=backup)


def asked(doubt: NeedsYes, station: Station) -> SavingView:
    """What must be answered first; the version that would do without is offered where it helps."""
    bump = doubt.version + 1 if doubt.doubt is Doubt.SAME_VERSION else 0
    return SavingView(
        "ask", station.id, station.version, doubt.seen, str(doubt.doubt), doubt.what, doubt.mend, bump=bump
    )
