"""The training utterances of the recogniser, read: `bot/data/utterances` (its README has the formats)."""

import hashlib
import re
import sys
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scenarios.behaviours import BehaviourId  # noqa: E402
from scenarios.station import Role  # noqa: E402

FOLDER = ROOT / "bot" / "data" / "utterances"
TURNS = ("turns", "traps", "contrast")
USUAL = {"mixed", "sets", "turns"}
"""Folders whose mix of behaviours is that of talks; the others have more of what is hard to tell."""
CONTRAST = {"contrast"}
"""What only who reads in order can learn from: a bag of characters fell into no fewer traps with it."""
_TURN = re.compile(r"(?:<(?P<previous>[^<>]*)>)?(?P<parts>[^<>]+)")
_PART = re.compile(r"\{([a-z_+]+):([^{}]*)\}|([^{}]+)")
"""A marked stretch, or words that show nothing."""


@dataclass(frozen=True, slots=True)
class Said:
    """One labelled utterance."""

    text: str
    role: str
    labels: frozenset[str]
    previous: str = ""
    parts: tuple[tuple[str, frozenset[str]], ...] = ()
    "What shows which behaviour, where the writer marked it: stretches that make up `text`."
    usual: bool = True
    "Whether it was written as people speak in a talk, not to be hard."
    station: str = ""
    "Id of the station it was written for."


def read(folder: Path = FOLDER, *, without: Collection[str] = ()) -> list[Said]:
    """Every utterance, in a fixed order; none of the subfolders `without`.

    Raises:
        ValueError: a line that does not fit its format, with file and line.
    """
    rows = []
    for path in sorted(folder.glob("*/*.tsv")):
        if path.parent.name in without:
            continue
        usual = path.parent.name in USUAL
        rows += [replace(said, usual=usual) for said in _each(path, _row)]
    for path in (path for name in TURNS for path in sorted(folder.glob(f"{name}/*.txt"))):
        if path.parent.name in without:
            continue
        role, station = _head(path)
        known = {"station": station, "usual": path.parent.name in USUAL}
        rows += [replace(said, **known) for said in _each(path, lambda line, role=role: _turn(line, role))]
    return rows


def near(folder: Path = FOLDER) -> dict[str, int]:
    """How many counter-examples each behaviour has: what looks like it and is not."""
    return {path.stem: len(list(_each(path, _row))) for path in sorted(folder.glob("near/*.tsv"))}


def digest() -> str:
    """Of all that is learned from: the utterances, and the words to the software."""
    paths = (p for folder in (FOLDER, FOLDER.parent / "software") for p in sorted(folder.glob("**/*.*")))
    learned = (path.read_bytes() for path in paths if path.suffix in {".tsv", ".txt", ".jsonl"})
    return hashlib.sha256(b"".join(learned)).hexdigest()


def _each(path: Path, made: Callable[[str], Said]) -> Iterator[Said]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            try:
                yield made(line)
            except (ValueError, IndexError) as error:
                raise ValueError(f"{path}:{number}: {error}") from error


def _row(line: str) -> Said:
    role, names, text, *rest = line.split("\t")
    labels = frozenset(() if names == "none" else (BehaviourId(name) for name in names.split()))
    return Said(text, Role(role).value, labels, rest[0] if rest else "")


def _head(path: Path) -> tuple[str, str]:
    head = path.read_text(encoding="utf-8").split("\n", 1)[0]
    found = re.match(r"# role=([a-z]+)(?: station=(\S+))?", head)
    if not found:
        raise ValueError(f"{path}:1: the first line is `# role=…`")
    return Role(found[1]).value, found[2] or ""


def _turn(line: str, role: str) -> Said:
    match = _TURN.fullmatch(line.strip())
    if not match or _PART.sub("", match["parts"]):
        raise ValueError("it must be <what was said before>, if given, and then {behaviours:words} or words")
    found = _PART.finditer(match["parts"])
    parts = tuple((each[2] or each[3], _marked(each[1] or "none")) for each in found)
    whole = "".join(text for text, _ in parts)
    return Said(whole, role, frozenset().union(*(each for _, each in parts)), match["previous"] or "", parts)


def _marked(names: str) -> frozenset[str]:
    return frozenset(BehaviourId(name) for name in names.split("+") if name != "none")
