"""From YAML files to stations, with every mistake told at once: file, line, field, how to mend."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from retrieval.errors import InputError, ManyInputErrors
from scenarios.complaints import complaints, nearest, not_among, shown
from scenarios.crosscheck import Problem, problems
from scenarios.station import Kind, Letter, Question, RolePlay, Station
from scenarios.yamlfile import Document, YamlSource, read_yaml

M = TypeVar("M", bound=BaseModel)
Source = Path | Traversable | YamlSource
KINDS: Mapping[str, type[Station]] = {
    Kind.ROLEPLAY: RolePlay,
    Kind.QUESTION: Question,
    Kind.LETTER: Letter,
}
MOST_TOLD = 50
"""Errors of one file beyond this are only counted."""
_MOST_FOUND = 500
"""Beyond this nobody looks for the nearest right word: a file of nothing but mistakes is told at once."""


def load_yaml_model(
    source: Source, model: type[M], check: Callable[[M], Iterable[Problem]] | None = None
) -> M:
    """One YAML file as a pydantic model.

    Args:
        source: a file, or `YamlSource.draft(name, text)` for a text that is in none.
        model: what it must be; unknown fields are for the model to forbid.
        check: further problems of a well-formed model, as `(path, what, mend)`.

    Raises:
        ManyInputErrors: all that is wrong, in order of lines; `errors` holds them one by one.
    """
    return _validated(read_yaml(source), model, check)


def _validated(
    document: Document, model: type[M], check: Callable[[M], Iterable[Problem]] | None = None
) -> M:
    errors, uncounted = list(document.problems), 0
    value: M | None = None
    try:
        value = model.model_validate(document.data)
    except ValidationError as error:
        found = error.errors(include_url=False)
        errors += complaints(document, model, found[:_MOST_FOUND])
        uncounted = max(0, len(found) - _MOST_FOUND)
    if value is not None and check is not None:
        errors += [document.error(path, what, mend) for path, what, mend in check(value)]
    if value is None or errors:
        raise ManyInputErrors(_in_order(document, errors, uncounted))
    return value


def _in_order(document: Document, errors: list[InputError], uncounted: int) -> list[InputError]:
    errors = sorted(errors, key=lambda error: error.line or 0)
    if len(errors) <= MOST_TOLD:
        return errors
    rest = InputError(
        f"另有 {len(errors) - MOST_TOLD + uncounted} 处问题", mend="改好以上各处再查", file=document.name
    )
    return [*errors[:MOST_TOLD], rest]


def load_station(source: Source, further: Callable[[Station], Iterable[Problem]] | None = None) -> Station:
    """One station, checked throughout; a file must bear the station's id as its name.

    Args:
        further: what else must hold, as `(path, what, mend)`; told with the rest, each with its line.

    Raises:
        ManyInputErrors: see `load_yaml_model`.
    """

    def check(station: Station) -> Iterator[Problem]:
        if not isinstance(source, YamlSource) and source.name != f"{station.id}.yaml":
            yield ("id",), f"编号“{station.id}”和文件名对不上", f"把文件改名为 {station.id}.yaml，或改编号"
        yield from problems(station)
        yield from further(station) if further else ()

    document = read_yaml(source)
    return _validated(document, _kind_of(document), check)


def _kind_of(document: Document) -> type[Station]:
    """The model for the `kind` a file names; a role-play's where it names none."""
    given = document.data.get("kind", Kind.ROLEPLAY) if isinstance(document.data, dict) else Kind.ROLEPLAY
    if not isinstance(given, str) or given not in KINDS:
        raise ManyInputErrors([document.error(("kind",), *not_among(shown(given), KINDS))])
    return KINDS[given]


@dataclass(frozen=True, slots=True)
class Scan:
    """What one folder holds: the stations by id, and what is wrong with the other files."""

    stations: Mapping[str, Station]
    problems: tuple[InputError, ...]


def scan(folder: Traversable) -> Scan:
    """All stations under a folder, subfolders included; a broken file hides only itself."""
    stations: dict[str, Station] = {}
    wrong: list[InputError] = []
    for file in yaml_files(folder):
        station = _read(file)
        if isinstance(station, InputError):
            wrong.append(station)
            continue
        if station.id in stations:
            wrong.append(InputError(f"题目“{station.id}”有两份", mend="留一份，另一份换编号", file=str(file)))
        stations.setdefault(station.id, station)
    return Scan(MappingProxyType(stations), tuple(wrong))


def yaml_files(folder: Traversable) -> Iterator[Traversable]:
    """Every YAML file under a folder, by name."""
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            yield from yaml_files(entry)
        elif entry.name.endswith((".yaml", ".yml")):
            yield entry


def shipped_folder() -> Traversable:
    """Where the shipped stations are: `level3`, `level2`, `level1` below it."""
    return files("scenarios").joinpath("library")


def shipped_files() -> tuple[Traversable, ...]:
    """The files of all shipped stations, by level and name."""
    levels = (shipped_folder().joinpath(f"level{level}") for level in (3, 2, 1))
    return tuple(file for folder in levels if folder.is_dir() for file in yaml_files(folder))


@cache
def _shipped() -> Mapping[str, Station]:
    stations = (_as_installed(file) for file in shipped_files())
    return MappingProxyType({station.id: station for station in stations})


def _as_installed(file: Traversable) -> Station:
    """A shipped file's station. `koushi check` has gone through it before it was shipped: thousands of
    patterns need not be compiled anew by every process that starts."""
    document = read_yaml(file)
    return _validated(document, _kind_of(document))


Stamp = tuple[int, int, int]
"""Time of the last change in ns, size in bytes, inode: another one means another content."""


def _read(file: Traversable, *, installed: bool = False) -> Station | InputError:
    """A file's station or what is wrong with it; read anew only when the file has changed since."""
    try:
        found = file.stat() if isinstance(file, Path) else None
    except OSError:
        found = None
    if found is None:
        return _loaded(file, installed)
    return _read_as(Path(str(file)), (found.st_mtime_ns, found.st_size, found.st_ino), installed)


@lru_cache(maxsize=1024)
def _read_as(file: Path, _: Stamp, installed: bool) -> Station | InputError:
    return _loaded(file, installed)


def _loaded(file: Traversable, installed: bool) -> Station | InputError:
    try:
        return _as_installed(file) if installed else load_station(file)
    except InputError as error:
        return error


def library(own: Path | None = None) -> Mapping[str, Station]:
    """All stations by id: the shipped ones, and an organisation's when its folder is given.

    A station of the organisation with a shipped id takes its place. Files of the organisation that are
    wrong are left out here and listed by `scan(own).problems`. The folder is looked through each time, so
    that what is saved there is here at once, in every process; only files that have changed are read.

    Raises:
        InputError: a shipped station is wrong.
    """
    if own is None or not own.is_dir():
        return _shipped()
    return MappingProxyType({**_shipped(), **scan(own).stations})


def station_file(name: str, own: Path | None = None) -> Traversable | None:
    """The file in which the station of that id stands, the organisation's first; None when there is none."""
    files_ = chain(yaml_files(own) if own is not None and own.is_dir() else (), shipped_files())
    return next((file for file in files_ if file.name == f"{name}.yaml"), None)


def find_station(name: str, own: Path | None = None) -> Station:
    """The station of that id as its file is now; reads no other file.

    Raises:
        InputError: there is none of that id; the message names the nearest.
    """
    if file := station_file(name, own):
        station = _read(file, installed=file in shipped_files())
        return load_station(file) if isinstance(station, InputError) else station  # raises anew
    known = [file.name.removesuffix(".yaml") for file in shipped_files()] + list(library(own))
    near = nearest(name, dict.fromkeys(known))
    mend = f"最接近的是 {near[0]}" if near else "用 koushi station list 查看全部题目"
    raise InputError(f"没有编号为“{name[:60]}”的题目", mend=mend)


def station_schema() -> dict[str, Any]:
    """The JSON schema of a station, for editors; `scenarios/schema.json` is this, written to a file."""
    schema = TypeAdapter(Annotated[RolePlay | Question | Letter, Field(discriminator="kind")]).json_schema()
    line = schema["$defs"]["Line"]
    schema["$defs"]["Line"] = {
        "description": line.pop("description", ""),
        "anyOf": [{"type": "string", "minLength": 1}, line],
    }
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def schema_text() -> str:
    """`station_schema` as it stands in `scenarios/schema.json`."""
    return json.dumps(station_schema(), ensure_ascii=False, indent=2) + "\n"


__all__ = [
    "ManyInputErrors", "Scan", "YamlSource", "find_station", "library", "load_station",
    "load_yaml_model", "scan", "schema_text", "shipped_files", "station_file", "station_schema", "yaml_files",
]  # fmt: skip

if __name__ == "__main__":
    import sys

    sys.stdout.write(schema_text())
