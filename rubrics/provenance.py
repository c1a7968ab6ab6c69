"""What made a report: hashes and versions, so that a mark can be made again and told from another."""

import hashlib
import json
from typing import Any
from weakref import ref

from pydantic import BaseModel

from bot.transcript import Transcript
from rubrics.model import Rubric
from rubrics.ports import Verdicts
from scenarios.station import Station


def digest(data: Any) -> str:
    """First 16 hex digits of the SHA-256 of canonical JSON."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def content_hash(model: BaseModel) -> str:
    """Of a station or a rubric as loaded; worked out once for each, they are frozen."""
    key = id(model)
    if key not in _hashes:
        made = digest(model.model_dump(mode="json", by_alias=True))
        _hashes[key] = ref(model, lambda _: _hashes.pop(key, None)), made
    return _hashes[key][1]


_hashes: dict[int, tuple[ref[BaseModel], str]] = {}
"By identity; who goes takes its own with it."


def transcript_hash(transcript: Transcript) -> str:
    """Of what was said, by whom: two copies of one talk have one hash whatever their ids."""
    return digest([(turn.role, turn.text, turn.heard) for turn in transcript.turns])


def provenance(
    transcript: Transcript,
    station: Station | None,
    rubric: Rubric,
    recogniser_version: str,
    verdicts: Verdicts | None,
) -> tuple[tuple[str, str], ...]:
    """(name, value) pairs, in a fixed order."""
    made = [("transcript_hash", transcript_hash(transcript))]
    if station:
        made += [("station", station.ref), ("station_hash", content_hash(station))]
    made += [
        ("rubric", rubric.ref),
        ("rubric_hash", content_hash(rubric)),
        ("recogniser", recogniser_version),
    ]
    return (*made, *(verdicts.provenance if verdicts else ()))
