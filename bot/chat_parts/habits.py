"""What an endpoint turned out to understand: found out once, remembered in memory and on disk."""

import json
import logging
import os
import tempfile
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from bot.chat_parts.trouble import ChatError, Endpoint, Why

log = logging.getLogger(__name__)


class Rung(StrEnum):
    """Ways to get JSON out of a model, the surest first."""

    JSON_SCHEMA = "json_schema"
    JSON_OBJECT = "json_object"
    TOOL = "tool"
    PROMPT = "prompt"


@dataclass(frozen=True, slots=True)
class Habits:
    """One endpoint and model. `rung` is None until a structured answer has been had."""

    rung: Rung | None = None
    temperature: bool = True
    "False: refuses any temperature but its own (reasoning models)."
    usage: bool = True
    "False: refuses `stream_options`."
    bare_think: bool = False
    "True: its answers begin inside a thought that its chat template opened."

    def after(self, error: ChatError) -> "Habits | None":
        """What to do without, judging from a refused request; None when it teaches nothing."""
        if error.why is not Why.REQUEST:
            return None
        if self.temperature and "temperature" in error.detail:
            return replace(self, temperature=False)
        if self.usage and ("stream_options" in error.detail or "include_usage" in error.detail):
            return replace(self, usage=False)
        return None


class Notebook:
    """Habits by endpoint. With a folder they outlive the process, in `endpoints.json`."""

    def __init__(self, folder: Path | None = None) -> None:
        self._file = folder / "endpoints.json" if folder else None
        self._known: dict[str, Habits] = {}

    def of(self, endpoint: Endpoint) -> Habits:
        """What is known; nothing yet is the hopeful default."""
        name = _name(endpoint)
        if name not in self._known:
            self._known[name] = _habits(self._read().get(name, {}))
        return self._known[name]

    def note(self, endpoint: Endpoint, habits: Habits) -> None:
        """Remember. A file that cannot be written only costs finding it out again."""
        name = _name(endpoint)
        if self._known.get(name) == habits:
            return
        self._known[name] = habits
        if self._file is None:
            return
        try:
            _replace(self._file, {**self._read(), name: asdict(habits)})
        except OSError as error:
            log.warning("cannot remember what %s understands: %s", endpoint.address, error)

    def _read(self) -> dict[str, Any]:
        if self._file is None or not self._file.exists():
            return {}
        try:
            data = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            log.warning("%s is unreadable and will be written anew: %s", self._file, error)
            return {}
        return data if isinstance(data, dict) else {}


def _name(endpoint: Endpoint) -> str:
    return f"{endpoint.address} {endpoint.model}"


def _habits(data: Any) -> Habits:
    """Only what is well-formed counts: the file is a cache that anybody may have edited."""
    if not isinstance(data, dict):
        return Habits()
    flags = {k: data[k] for k in ("temperature", "usage", "bare_think") if isinstance(data.get(k), bool)}
    rung = data.get("rung")
    return Habits(rung=Rung(rung) if rung in set(Rung) else None, **flags)


def _replace(file: Path, data: dict[str, Any]) -> None:
    """Whole or not at all, so that two processes never leave half a file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=file.name, suffix=".tmp")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            json.dump(data, out, ensure_ascii=False, indent=1)
        Path(name).replace(file)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
