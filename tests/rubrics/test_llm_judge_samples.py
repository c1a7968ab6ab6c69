"""Several answers of a model to one question: their median, and how many it takes."""

import random
import statistics
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

from bot.chat import ChatEndpoint
from rubrics.llm_judge import Habits, LlmJudge
from rubrics.marking import mark
from rubrics.ports import CriterionVerdict, Verdict
from tests.support.judging import RUBRIC, TALK, SeesNothing, asked_about, judged, verdicts_of
from tests.support.llm_server import LlmServer
from tests.support.llm_steps import Seen, Step, gives


class Counting:
    """Answers that may depend on how often a criterion has been asked about: noise by count, not by time, the
    same in every run, whichever request comes first."""

    def __init__(self, vary: Callable[[str, int, dict[str, Any]], dict[str, Any]]) -> None:
        self.asked: Counter[str] = Counter()
        self._vary, self._lock = vary, threading.Lock()

    def __call__(self, seen: Seen) -> Step:
        mine = asked_about(seen)
        with self._lock:
            self.asked[mine] += 1
            count = self.asked[mine]
        return gives(self._vary(mine, count, verdicts_of(seen)))


async def test_the_median_of_a_noisy_model_is_steady_where_single_answers_are_not() -> None:
    def vary(mine: str, count: int, form: dict[str, Any]) -> dict[str, Any]:
        noise = random.Random(f"{mine}:{count}")
        for entry in form.values():
            entry["verdict"] = noise.choices(["met", "partly", "not_met"], [70, 15, 15])[0]
        return form

    async def totals(chat: ChatEndpoint, samples: int) -> list[int]:
        worth = {Verdict.MET: 2, Verdict.PARTLY: 1, Verdict.NOT_MET: 0}
        judge = LlmJudge(chat, Habits(samples=samples, most=samples))
        made = [await judge.judge(TALK, None, RUBRIC) for _ in range(8)]
        return [sum(worth[k.verdict] for c in m.criteria for k in c.checks) for m in made]  # type: ignore[union-attr]

    with LlmServer(answer=Counting(vary)) as server:
        async with ChatEndpoint(server.base_url, "test-model") as chat:
            one, five = await totals(chat, 1), await totals(chat, 5)
    assert statistics.pstdev(five) < 0.75 * statistics.pstdev(one)
    assert statistics.mean(five) > statistics.mean(one)


async def test_the_median_and_its_evidence_and_confidence() -> None:
    rounds: dict[str, list[tuple[str, str]]] = {
        c.id: [("met", "换谁都着急"), ("not_met", ""), ("met", "责任在我们")] for c in RUBRIC.criteria
    }
    rounds["item-1"] = [("not_met", ""), ("met", "换谁都着急"), ("partly", "换谁都着急")]
    rounds["item-2"] = [("cannot_judge", ""), ("cannot_judge", ""), ("met", "换谁都着急")]
    rounds["item-3"] = [("cannot_judge", ""), ("not_met", ""), ("met", "换谁都着急")]

    def answer(seen: Seen) -> Step:
        verdict, quote = rounds[asked_about(seen)].pop()
        entry = {"quotes": [{"turn": 1, "quote": quote}] if quote else [], "verdict": verdict}
        return gives(dict.fromkeys(verdicts_of(seen), entry))

    found, _ = await judged(answer, samples=3)
    first = [c.checks[0] for c in found.criteria if isinstance(c, CriterionVerdict)]
    assert [c.verdict for c in first] == [
        Verdict.MET,
        Verdict.PARTLY,
        Verdict.CANNOT_JUDGE,
        Verdict.NOT_MET,  # of two, the lower: doubt never gives marks away
    ]
    assert [c.confidence for c in first] == [0.6667, 0.3333, 0.6667, 0.3333]
    assert len(first[0].evidence) == 2
    assert first[2].evidence == ()


async def test_only_what_is_open_is_asked_about_again() -> None:
    """One criterion on which the model is of two minds; the others are settled by three answers."""

    def vary(mine: str, count: int, form: dict[str, Any]) -> dict[str, Any]:
        if mine == "item-2" and count % 2:
            return {name: {"quotes": [], "verdict": "not_met"} for name in form}
        return form

    answer = Counting(vary)
    with LlmServer(answer=answer) as server:
        async with ChatEndpoint(server.base_url, "m") as chat:
            found = await LlmJudge(chat).judge(TALK, None, RUBRIC)
    assert found.effort is not None
    counts = {name: count for name, count, _ in found.effort.criteria}
    assert counts["item-2"] >= 5
    assert {counts[name] for name in ("item-0", "item-1", "item-3")} == {3}
    assert dict(answer.asked) == counts
    assert dict(found.provenance)["samples"] == "3-11"


async def test_more_answers_make_a_noisy_model_steadier_than_three() -> None:
    def vary(mine: str, count: int, form: dict[str, Any]) -> dict[str, Any]:
        noise = random.Random(f"{mine}:{count}")
        for entry in form.values():
            entry["verdict"] = noise.choices(["met", "not_met"], [72, 28])[0]
        return form

    async def totals(chat: ChatEndpoint, habits: Habits) -> list[float]:
        judge, nobody = LlmJudge(chat, habits), SeesNothing()
        made = [
            await mark(TALK, station=None, rubric=RUBRIC, judge=judge, recogniser=nobody) for _ in range(10)
        ]
        return [each.total for each in made if each.total is not None]

    with LlmServer(answer=Counting(vary)) as server:
        async with ChatEndpoint(server.base_url, "m") as chat:
            one = await totals(chat, Habits(samples=1, most=1, at_once=16))
            many = await totals(chat, Habits(samples=3, most=11, at_once=16))
    assert len(one) == len(many) == 10
    assert statistics.pstdev(many) < 0.7 * statistics.pstdev(one)
