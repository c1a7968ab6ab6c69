"""The recogniser on utterances labelled by writers who had seen neither patterns nor training utterances.

Thirteen sets by thirty-five writers, language-model sessions all. Half of the first was looked at while
patterns were written, all of the second while the classifier was chosen, the third while mockery and quotes
were dealt with. Of the fourth, the fifth (three writers), the eighth (four) and three quarters of the ninth
(four) only the traps that were taken were looked at, once all had been measured; likewise of the sixth and
seventh, by two writers each, which are nothing but traps. Before that `builtin-7` took 5 of 90 traps of the
fourth, 10 of 92 of the eighth and 7 of 92 of the ninth. Of the tenth (four writers) only sums were looked
at, of the eleventh (four more) nothing while `builtin-9` was made, which took 4 of its 92. The last two (four
writers each) were written while `builtin-10` was made; of them, too, only sums were looked at, and one change
was dropped because they showed it to take a trap more of each.
The second, the ninth and the last three were labelled once more, blind, by other sessions: how well two such
labellers agree; people may agree less.
"""

import asyncio
import json
import statistics
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from benchmarks.measure import Measure
from bot.ports import Behaviour, Context, Recogniser
from bot.recogniser import BuiltinRecogniser
from bot.recogniser.by_model import ModelRecogniser
from scenarios.station import Role

FOLDER = Path(__file__).parent.parent / "tests" / "golden"
SEEN = {
    "a": "a, half looked at",
    "b": "b, looked at",
    "c": "c, looked at",
    "d": "d, its traps looked at",
    "e": "e, its traps looked at",
    "h": "h, its traps looked at",
    "i": "i, traps of three in four looked at",
    "j": "j, sums looked at",
    "k": "k, sums looked at",
    "l": "l, sums looked at",
    "m": "m, sums looked at",
}
ENOUGH = 8
"""Cases a behaviour needs to count in the macro mean."""


def cases(name: str) -> list[dict[str, Any]]:
    """One of the sets: a to m."""
    if name == "a":
        return list(yaml.safe_load((FOLDER / "utterances.yaml").read_text(encoding="utf-8")))
    lines = (FOLDER / f"utterances-{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def f1(hit: int, wrong: int, missed: int) -> float:
    """Harmonic mean of precision and recall; 1 when there was nothing to find and nothing found."""
    return 2 * hit / (2 * hit + wrong + missed) if hit + wrong + missed else 1.0


class Counts:
    """How often each behaviour was found, wrongly found and missed; how many traps were fallen into."""

    def __init__(self, chosen: list[dict[str, Any]], recogniser: Recogniser | None = None) -> None:
        recogniser = recogniser or BuiltinRecogniser()
        self.hit, self.wrong, self.missed = Counter[str](), Counter[str](), Counter[str]()
        self.traps = self.fallen = self.taken = 0
        for case in chosen:
            context = Context(Role(case["role"]), case.get("previous") or "")
            found = {str(b.id) for b in recogniser.recognise(case["text"], context)}
            self._count(found, set(case["labels"]))
            if (case.get("trap") or "none") != "none":
                self.traps += 1
                self.fallen += bool(found - set(case["labels"]))
                self.taken += case.get("looks_like") in found

    def _count(self, found: set[str], wanted: set[str]) -> None:
        self.hit.update(found & wanted)
        self.wrong.update(found - wanted)
        self.missed.update(wanted - found)

    @property
    def micro(self) -> float:
        """F1 over all."""
        return f1(self.hit.total(), self.wrong.total(), self.missed.total())

    @property
    def macro(self) -> float:
        """Mean F1 of the behaviours with enough cases."""
        known = [b for b in self.hit | self.missed if self.hit[b] + self.missed[b] >= ENOUGH]
        return statistics.mean(f1(self.hit[b], self.wrong[b], self.missed[b]) for b in known)


def run() -> Iterator[Measure]:
    """F1, traps, agreement of two labellers, time an utterance."""
    for name, said in SEEN.items():
        counts = Counts(cases(name))
        yield Measure("recogniser", f"micro-F1, {said}", counts.micro, ">=0.80")
        yield Measure("recogniser", f"macro-F1, {said}", counts.macro, ">=0.72")
        anything = counts.fallen / counts.traps
        yield Measure("recogniser", f"traps with anything wrong, {said}", anything, "<=0.08")
        if name in "cdehijklm":
            taken = counts.taken / counts.traps
            yield Measure("recogniser", f"traps taken for what they look like, {said}", taken, "<=0.08")
    for name in "fg":
        counts = Counts(cases(name))
        share, said = counts.taken / counts.traps, f"{name}, nothing but traps, looked at"
        yield Measure("recogniser", f"traps taken for what they look like, {said}", share, "<=0.08")
    for name in "biklm":
        yield Measure("recogniser", f"two labellers on {name}, micro-F1", _agreement(cases(name)))
    yield _time([case["text"] for name in SEEN for case in cases(name)])
    yield from by_model(cases("d"))


def by_model(chosen: list[dict[str, Any]]) -> Iterator[Measure]:
    """A configured model as recogniser, against the labels and against the built-in one."""
    from ui.settings import read
    from ui.wiring import Wiring

    settings = read()
    if not settings.llm:
        print("recogniser   by a language model: not measured; set KOUSHI_LLM_BASE_URL, KOUSHI_LLM_MODEL,")
        print("             then: make bench ROW=recogniser")
        return
    model = ModelRecogniser(Wiring(settings).chat, BuiltinRecogniser())
    said = [(case["text"], Context(Role(case["role"]), case.get("previous") or "")) for case in chosen]
    asyncio.run(model.prepare(said))
    counts = Counts(chosen, model)
    own = Counts(chosen).micro
    yield Measure("recogniser", "micro-F1, d, by the model", counts.micro, rival="built-in", rival_value=own)
    yield Measure("recogniser", "macro-F1, d, by the model", counts.macro)
    yield Measure("recogniser", "model and built-in agree, micro-F1, d", _alike(said, model))
    yield Measure("recogniser", "utterances the model failed on", model.failures)


def _alike(said: list[tuple[str, Context]], model: ModelRecogniser) -> float:
    one, two = (
        Counter((n, b.id) for n, (text, context) in enumerate(said) for b in set_of(who, text, context))
        for who in (model, BuiltinRecogniser())
    )
    both = (one & two).total()
    return f1(both, two.total() - both, one.total() - both)


def set_of(recogniser: Recogniser, text: str, context: Context) -> list[Behaviour]:
    """What is found, each behaviour once."""
    return list({each.id: each for each in recogniser.recognise(text, context)}.values())


def _agreement(chosen: list[dict[str, Any]]) -> float:
    one, two = (Counter((c["id"], b) for c in chosen for b in c[key]) for key in ("labels", "second"))
    both = (one & two).total()
    return f1(both, two.total() - both, one.total() - both)


def _time(texts: list[str]) -> Measure:
    recogniser, context = BuiltinRecogniser(), Context(Role.CUSTOMER)
    rounds = []
    for _ in range(5):
        start = time.perf_counter()
        for text in texts:
            recogniser.recognise(text, context)
        rounds.append((time.perf_counter() - start) / len(texts) * 1000)
    spread = (round(min(rounds), 2), round(max(rounds), 2))
    return Measure("recogniser", "ms an utterance", statistics.median(rounds), "<=3", spread)
