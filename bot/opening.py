"""How a talk begins: its first line, the id of a scripted one, and the station it is held in."""

import hashlib
import random

from bot import leading
from bot.wording.authored import fill
from scenarios.station import Station


def opening(station: Station, seed: int) -> str:
    """The counterpart's first line, drawn by the seed."""
    band = leading.begin(station, seed).band
    fitting = [line.say for line in station.openings if not line.when or band in line.when]
    usable = [text for text in (fill(line, {}) for line in fitting) if text]
    return random.Random(f"{seed}:opening").choice(usable or [station.openings[0].say])


def seeded_id(station: Station, seed: int) -> str:
    """The id of a scripted talk: the same station and seed give the same."""
    return hashlib.sha256(f"{station.ref}:{seed}".encode()).hexdigest()[:16]


def content_of(station: Station) -> str:
    """A short name of all that the station says; fields left at their defaults do not count.

    A version is only as good as whoever wrote it: a talk must not go on in a station whose facts are others.
    """
    return hashlib.sha256(station.model_dump_json(exclude_defaults=True).encode()).hexdigest()[:16]
