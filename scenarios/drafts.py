"""What an instructor begins with: the skeleton, a copy of a station, or a station's file as it is."""

import hashlib
import re
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from retrieval.errors import InputError
from scenarios.loading import station_file
from scenarios.yamlfile import YamlSource, text_of

SAMPLE = "l3-sample-late-delivery"
"""The id in `scenarios/skeleton.yaml`."""
LONGEST_ID = 80
"""Characters; the file is named after it."""
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_VERSION = re.compile(r"^version:[ \t]*(\d+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Opened:
    """A file as an editor shows it."""

    text: str
    digest: str
    """Names its very bytes: whoever saves over them says which ones they have seen."""
    own: bool
    """The organisation's, not a shipped one."""


def skeleton(station_id: str) -> str:
    """The sample station under another id: whole, working, every part explained.

    Raises:
        InputError: the id is none.
    """
    text = files("scenarios").joinpath("skeleton.yaml").read_text(encoding="utf-8")
    return text.replace(SAMPLE, proper_id(station_id), 1)


def schema_line() -> str:
    """The first line by which editors that understand it help with fields and values."""
    schema = Path(str(files("scenarios").joinpath("schema.json"))).as_uri()
    return f"# yaml-language-server: $schema={schema}\n"


def copy_of(name: str, station_id: str, own: Path | None = None) -> str:
    """The station of that name under another id, as its version 1.

    Raises:
        InputError: there is no such station, its file cannot be read, or the new id is none.
    """
    text = re.sub(r"\A# yaml-language-server:.*\n", "", opened(name, own).text)
    text = re.sub(r"^id:.*$", f"id: {proper_id(station_id)}", text, count=1, flags=re.MULTILINE)
    return _VERSION.sub("version: 1", text, count=1)


def opened(name: str, own: Path | None = None) -> Opened:
    """The file of that station, the organisation's before a shipped one; it may hold mistakes.

    Raises:
        InputError: there is none, or it is no text.
    """
    file = station_file(name, own)
    if file is None:
        raise InputError(f"没有编号为“{name[:60]}”的题目", mend="从列表里选一道，或新建一道")
    source = YamlSource.of(file)
    mine = own is not None and isinstance(file, Path) and file.is_relative_to(own)
    return Opened(text_of(source), digest(source.data), mine)


def digest(data: bytes) -> str:
    """A short name of these bytes."""
    return hashlib.sha256(data).hexdigest()[:16]


def version_in(text: str) -> int | None:
    """The version a text names, whatever else is wrong with it."""
    found = _VERSION.search(text)
    return int(found[1][:9]) if found else None


def proper_id(station_id: str) -> str:
    """The id as given, when it can be one.

    Raises:
        InputError: it cannot.
    """
    if not _ID.fullmatch(station_id):
        mend = "只用小写英文字母和数字，中间用连字符，如 l3-late-delivery"
        raise InputError(f"“{station_id[:40]}”不能做编号", mend=mend, field="id")
    if len(station_id) > LONGEST_ID:
        raise InputError(f"编号有 {len(station_id)} 个字符", mend=f"最多 {LONGEST_ID} 个", field="id")
    return station_id
