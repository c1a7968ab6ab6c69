"""Trains the model of clause boundaries and writes `bot/data/boundaries.npz`.

Reads the punctuated Chinese the project has (training utterances, examples of the vocabulary, lines and
players of the stations, notes of the corpus; never the golden set), takes the marks out and learns where
they stood. Deterministic: the same inputs give the same bytes.

    python tools/train_boundaries.py [--check | --measure]
    # --check: compare with the stored file, write nothing; --measure: cross-validate, write nothing
"""

import io
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tools")]

import utterances  # noqa: E402
from storing import store  # noqa: E402

from bot.recogniser.boundaries import BITS, FARTHEST, MARKED, Boundaries, read, rows  # noqa: E402
from retrieval.text import fold  # noqa: E402

TARGET = ROOT / "bot" / "data" / "boundaries.npz"
MARKS, ENDS = ",。?!;:…—", "。?!;…"
_GONE = re.compile(r"[\s、\"'“”‘’「」『』()（）《》\[\]{}·~*#-]+")
_PAUSE = re.compile(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])")
SPARSE = 13
"""Characters a mark, above which some have been left out."""
STRENGTH, FOLDS, TURN, LONG, SHUFFLES = 0.35, 5, 60, 14, 3
LIMITS = (-0.4, 0.0)
HEAD = 1 + FARTHEST


@dataclass(frozen=True)
class Run:
    """Text without marks, and where they stood: for each offset whether the sentence ended there."""

    text: str
    stood: dict[int, bool]
    marked: bool = False


def _strings(node: Any) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, list | dict):
        for value in node if isinstance(node, list) else node.values():
            yield from _strings(value)


def _load(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)


LATER = {"sets"} | utterances.CONTRAST
"""Utterances that came after these boundaries; the recogniser's features rest on its cuts, so that whoever
learns from them here trains that one anew as well."""


def spoken() -> list[str]:
    """What is said to a candidate or by one."""
    out = [text for said in utterances.read(without=LATER) if (text := _punctuated(said))]
    for entry in _load(ROOT / "scenarios/behaviours.yaml"):
        out += _strings([entry.get("examples", []), entry.get("counter_examples", [])])
    for path in sorted((ROOT / "scenarios/lines").glob("*.yaml")):
        out += _strings(_load(path))
    for path in sorted((ROOT / "scenarios/library").rglob("*.yaml")):
        station = _load(path)
        out += [text for key in ("lines", "players") for text in _strings(station.get(key))]
    return _chinese(out)


def _punctuated(said: utterances.Said) -> str:
    """The utterance with a mark where its writer parted it; nothing when it has too few to have all."""
    text = said.text
    if said.parts:
        text = "".join(part if fold(part.rstrip())[-1:] in MARKS else part + "，" for part, _ in said.parts)
    text = _PAUSE.sub("，", text)
    marks = sum(char in MARKS for char in fold(text))
    return text if len(text) <= LONG or marks * SPARSE >= len(text) else ""


def written() -> list[str]:
    """What the notes ask and answer."""
    out: list[str] = []
    for path in sorted((ROOT / "retrieval/corpus/notes").glob("*.yaml")):
        for note in _load(path)["notes"]:
            out += [*note["questions"], *re.split(r"(?<=[。！？])", note["text"])]
    return _chinese(out)


def _chinese(texts: list[str]) -> list[str]:
    return [t for t in dict.fromkeys(texts) if "{" not in t and len(re.findall("[\u4e00-\u9fff]", t)) >= 4]


def bare(text: str) -> Run:
    """The text without its marks; its end counts as the end of a sentence."""
    said: list[str] = []
    stood: dict[int, bool] = {}
    folded = _GONE.sub("", fold(text))
    for place, char in enumerate(folded):
        inside = folded[place - 1 : place + 2].replace(":", "").replace(".", "").isdigit()
        if char in MARKS and not inside:
            stood[len(said)] = stood.get(len(said), False) or char in ENDS
        elif char != ".":
            said.append(char)
    stood = {at: ends for at, ends in stood.items() if 0 < at < len(said)}
    return Run("".join(said), stood | {len(said): True})


def turns(texts: list[str], seed: int = 0) -> list[Run]:
    """Texts one after the other as in one long breath, each turn of about TURN characters."""
    out: list[Run] = []
    for number in np.random.default_rng(seed).permutation(len(texts)):
        run = bare(texts[number])
        if out and len(out[-1].text) < TURN:
            last = out.pop()
            run = Run(
                last.text + run.text, last.stood | {len(last.text) + at: e for at, e in run.stood.items()}
            )
        out.append(run)
    return out


def whole(texts: list[str]) -> list[Run]:
    """Long stretches between the marks of texts that have some: nothing is to be cut there."""
    out = []
    for text in texts:
        pieces = [p for p in re.split(f"[{MARKS}]", _GONE.sub("", fold(text))) if p]
        out += [Run(p, {}, True) for p in pieces if len(pieces) > 1 and len(p) > LONG]
    return out


def design(runs: list[Run]) -> tuple[Any, Any, Any]:
    """(gaps × features, sparse; whether a mark stood; whether it ended a sentence)."""
    from scipy.sparse import csr_matrix

    found, stood, ends = [], [], []
    for run in runs:
        last, near = 0, []
        for at in range(1, len(run.text)):
            near.append((min(at - last, FARTHEST), MARKED if run.marked else -1))
            stood.append(at in run.stood)
            ends.append(run.stood.get(at, False))
            last = at if at in run.stood else last
        if near:
            found.append(np.hstack([np.array(near), rows(run.text) + HEAD]))
    columns = np.vstack(found)
    kept = columns >= 0
    starts = np.concatenate([[0], kept.sum(axis=1).cumsum()])
    shape = (len(columns), HEAD + 2**BITS)
    return (
        csr_matrix((np.ones(kept.sum()), columns[kept], starts), shape=shape),
        np.array(stood),
        np.array(ends),
    )


def fit(runs: list[Run]) -> tuple[Any, Any]:
    """Weights (features × 2) and biases (2) of the two models."""
    from sklearn.linear_model import LogisticRegression

    given, stood, ends = design(runs)
    made = [
        LogisticRegression(C=STRENGTH, solver="liblinear", random_state=0).fit(x, y)
        for x, y in ((given, stood), (given[stood], ends[stood]))
    ]
    return np.stack([m.coef_[0] for m in made], axis=1), np.array([m.intercept_[0] for m in made])


def training(said: list[str], notes: list[str]) -> list[Run]:
    """All runs learned from; what is said counts for more than what is written."""
    shuffled = [run for seed in range(SHUFFLES) for run in turns(said, seed + 1)]
    return [*shuffled, *turns(notes), *whole(said)]


def packed(runs: list[Run]) -> bytes:
    """The npz file for these runs."""
    weights, biases = fit(runs)
    scale = np.abs(weights[HEAD:]).max(axis=0) / 127
    file = io.BytesIO()
    np.savez_compressed(
        file,
        table=np.round(weights[HEAD:] / scale).astype("int8"),
        head=weights[:HEAD].astype("float32"),
        scale=scale.astype("float32"),
        bias=biases.astype("float32"),
        limits=np.array(LIMITS, dtype="float32"),
    )
    return file.getvalue()


def agreement(runs: list[Run], cut: Callable[[Run], list[tuple[int, bool]]]) -> dict[str, float]:
    """F1, precision and recall of boundaries, and F1 of ends of sentences."""
    hit = said = true = hit_end = said_end = true_end = 0
    for run in runs:
        given = dict(cut(run))
        stood = {at: ends for at, ends in run.stood.items() if at < len(run.text)}
        hit, said, true = hit + len(given.keys() & stood.keys()), said + len(given), true + len(stood)
        g, s = {a for a, e in given.items() if e}, {a for a, e in stood.items() if e}
        hit_end, said_end, true_end = hit_end + len(g & s), said_end + len(g), true_end + len(s)
    return {
        "f1": 2 * hit / max(1, said + true),
        "precision": hit / max(1, said),
        "recall": hit / max(1, true),
        "sentence f1": 2 * hit_end / max(1, said_end + true_end),
    }


def measure() -> None:
    """Cross-validated agreement on spoken text held out."""
    said, notes = spoken(), written()
    order = np.random.default_rng(1).permutation(len(said))
    held_turns: list[tuple[Run, Boundaries]] = []
    held_whole: list[tuple[Run, Boundaries]] = []
    for number in range(FOLDS):
        out = set(order[number::FOLDS].tolist())
        model = read(packed(training([t for i, t in enumerate(said) if i not in out], notes)))
        texts = [said[i] for i in sorted(out)]
        held_turns += [(run, model) for run in turns(texts)]
        held_whole += [(run, model) for run in whole(texts)]
    for name, held in (("turns", held_turns), ("between marks", held_whole)):
        cuts = {id(run): model.cut(run.text, run.marked) for run, model in held}
        found = agreement([run for run, _ in held], lambda run, cuts=cuts: cuts[id(run)])  # type: ignore[misc]
        print(f"{name}: {len(held)} runs", {key: round(value, 3) for key, value in found.items()})
        print(f"  cut {sum(map(len, cuts.values()))} times in {len(held)}")


def main() -> int:
    """Write the file, or say whether the stored one is current."""
    if "--measure" in sys.argv:
        measure()
        return 0
    return store(TARGET, packed(training(spoken(), written())))


if __name__ == "__main__":
    raise SystemExit(main())
