"""What the portrayal checks learn from, as documents: `tools/train_portrayal.py` fits them.

The authored lines of every station and role (nobody serves in them, and the pool tells who gives in or
leaves), the candidates' utterances (`bot/data/utterances`: the other side of the desk), and wordings of
directors' moves, kept to and broken (`bot/data/portrayals`, see its README). The golden wordings are never
read.
"""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tools")]

import utterances  # noqa: E402

from bot.portrayal.manner import Manner, features  # noqa: E402
from bot.wording.authored import SLOT  # noqa: E402
from bot.wording.lines import common  # noqa: E402
from retrieval.text import sentences  # noqa: E402
from scenarios.loading import library  # noqa: E402
from scenarios.station import Role, RolePlay  # noqa: E402

FOLDER = ROOT / "bot" / "data" / "portrayals"
IDS = tuple(Manner)
UTTERANCES = 9_000
SHOWN = {
    "eases": {Manner.YIELDS},
    "grants": {Manner.YIELDS, Manner.GRANTS},
} | {str(manner): {manner} for manner in (Manner.SERVES, Manner.LEAVES, Manner.STEPS_OUT)}
"""What a short sentence's label says of its manners."""
GIVES_IN = {"accept_demand", "agree", "ease_concern", "farewell"}
GRANTED = {"accept_demand", "agree"}
SOFT = {"softened", "relieved"}
REACTS = {"reaction.softened", "reaction.relieved"}
ENDS = {"walk_out", "farewell", "time_up", "turns_up", "escalate"}
BREAKS = {
    "role_swap": {Manner.SERVES},
    "softened": {Manner.YIELDS},
    "granted": {Manner.YIELDS, Manner.GRANTS},
    "left": {Manner.LEAVES},
    "invented": {Manner.INVENTS},
    "out_of_character": {Manner.STEPS_OUT},
    "marking": {Manner.STEPS_OUT},
}


Row = dict[str, Any]
"""A wording: `text`, `role`, and `fault`, `cue`, `moves`, `reaction` of an answer, or `shown`."""


@dataclass(frozen=True)
class Document:
    """Text with what is known of it, a figure for each manner: 1 shown, 0 not shown, -1 not known."""

    windows: tuple[frozenset[str], ...]
    target: tuple[int, ...]
    weight: float = 1.0
    wording: int = -1
    "Number of the written wording it belongs to."


def seen(text: str, role: str, words: frozenset[str]) -> tuple[frozenset[str], ...]:
    """Of the whole and of its windows, as `bot.portrayal.manner.sounds` sees them."""
    return tuple(frozenset(each) for each in features(text, role, words))


def lines() -> Iterator[tuple[str, str, str]]:
    """(role, pool, line) of everything authored."""
    for station in library().values():
        if not isinstance(station, RolePlay):
            continue
        pools: list[tuple[str, Any]] = list(station.lines.items())
        pools.append(("opening", station.openings))
        pools += [("answer_fact", fact.tells) for fact in station.facts]
        pools += [("weigh_offer", option.reacts) for option in station.options]
        for concern in station.concerns:
            pools += [("hint_concern", concern.hints), ("tell_concern", concern.tells)]
            pools.append(("ease_concern", concern.eased))
        for demand in station.demands:
            pools += [("press_demand", demand.presses), ("accept_demand", demand.accepts)]
        yield from ((str(station.role), key, line.say) for key, pool in pools for line in pool)
    for role in Role:
        if role is not Role.EXAMINER:
            yield from (
                (str(role), key, line.say) for key, pool in common(str(role)).items() for line in pool
            )


def authored(words: frozenset[str]) -> Iterator[Document]:
    """Nobody serves or steps out in an authored line; its pool says whether it gives in or ends the talk."""
    for role, pool, line in lines():
        kind = pool.partition(".")[0]
        target = of_all(0) | {
            Manner.YIELDS: int(kind in GIVES_IN or pool in REACTS),
            Manner.GRANTS: 1 if kind in GRANTED else -1 if kind in GIVES_IN else 0,
            Manner.LEAVES: int(kind in ENDS),
        }
        said = seen(SLOT.sub("这个", line), role, words)
        yield from (Document((one,), figures(target), 2.0) for one in said[:1])


def candidates(words: frozenset[str]) -> Iterator[Document]:
    """What candidates say comes from the other side."""
    said = [
        each
        for each in utterances.read(without=utterances.CONTRAST)
        if each.labels and each.role != Role.EXAMINER
    ]
    order = np.random.default_rng(0).permutation(len(said))[:UTTERANCES]
    target = figures(of_all(-1) | {Manner.SERVES: 1})
    for each in (said[n] for n in sorted(order)):
        yield from (Document((one,), target, 0.5) for one in seen(each.text, each.role, words)[:1])


def written(words: frozenset[str]) -> list[tuple[Row, list[Document]]]:
    """Each wording as its sentences; in one that shows a manner which of them shows it is not known."""
    out: list[tuple[Row, list[Document]]] = []
    for row in (*answers(), *passages()):
        number, target = len(out), figures(target_of(row))
        parts = [
            Document(found, target, 2.0, number)
            for sentence in sentences(row["text"])
            if (found := seen(sentence, row["role"], words))
        ]
        out.append((row, parts))
    return out


def answers() -> Iterator[Row]:
    """What a model would have said to a cue."""
    for path in sorted(FOLDER.glob("*.jsonl")):
        yield from map(json.loads, path.read_text(encoding="utf-8").splitlines())


def passages() -> Iterator[Row]:
    """What was said out of any context, with the manners it shows; `none` shows none of them."""
    for path in sorted(FOLDER.glob("*.tsv")):
        for line in path.read_text(encoding="utf-8").splitlines():
            role, shown, text = line.split("\t")
            yield {"role": role, "shown": set(shown.split()) - {"none"}, "text": text}


def target_of(row: Row) -> dict[Manner, int]:
    """What is known of a wording, by manner."""
    if "fault" in row:
        return _of_answer(row) if row["fault"] == "ok" else of_all(-1) | dict.fromkeys(_broken(row), 1)
    target = of_all(-1 if row["shown"] else 0)
    if row["shown"] == {"eases"}:
        target[Manner.GRANTS] = 0
    return target | {manner: 1 for label in row["shown"] for manner in SHOWN[label]}


def wanted(row: Row) -> tuple[bool, ...]:
    """Of an answer: whether its move may sound so, for each manner."""
    return tuple(figure < 0 for figure in figures(_of_answer(row)))


def _broken(row: Row) -> set[Manner]:
    too_much = row["fault"] == "softened" and row["reaction"] in SOFT
    return BREAKS["granted"] if too_much else BREAKS.get(row["fault"], set())


def _of_answer(row: Row) -> dict[Manner, int]:
    """A faithful one does only what its move does."""
    kinds = set(row["moves"])
    gives = bool(kinds & GIVES_IN)
    return of_all(0) | {
        Manner.YIELDS: -1 if gives or row["reaction"] in SOFT else 0,
        Manner.GRANTS: -1 if gives else 0,
        Manner.LEAVES: -1 if kinds & ENDS else 0,
    }


def of_all(figure: int) -> dict[Manner, int]:
    """The same figure for every manner."""
    return dict.fromkeys(Manner, figure)


def figures(target: dict[Manner, int]) -> tuple[int, ...]:
    """In the order of `IDS`."""
    return tuple(target[manner] for manner in IDS)
