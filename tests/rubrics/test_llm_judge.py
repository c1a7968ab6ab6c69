"""A model as judge, over real HTTP: what it is asked, and that it yields verdicts or a reason."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from retrieval.errors import ProviderError
from rubrics.llm_judge import Habits, LlmJudge
from rubrics.llm_reading import Unusable, read
from rubrics.ports import CriterionFailure, CriterionVerdict, Quote, Verdict
from tests.support.judging import (
    ATTACK,
    RUBRIC,
    TALK,
    asked_about,
    broken,
    judged,
    marked,
    verdicts_of,
)
from tests.support.llm_steps import Seen, Step, fails, gives, raw, says, web_page


async def test_every_check_of_every_criterion_gets_its_verdict_and_quotes() -> None:
    found, server = await judged(lambda seen: gives(verdicts_of(seen)))
    assert [c.id for c in found.criteria] == ["item-0", "item-1", "item-2", "item-3"]
    for made, wanted in zip(found.criteria, RUBRIC.criteria, strict=True):
        assert isinstance(made, CriterionVerdict)
        assert [c.id for c in made.checks] == [c.id for c in wanted.checks]
        assert made.checks[0].evidence == (Quote(1, "换谁都着急"),)
        assert {c.verdict for c in made.checks} == {Verdict.MET}
    assert (found.judge.kind, found.judge.model) == ("llm", "test-model")
    assert dict(found.provenance).keys() == {"prompt", "samples"}
    assert len(server.seen) == 4


async def test_one_criterion_a_call_and_no_mark_in_sight() -> None:
    _, server = await judged(lambda seen: gives(verdicts_of(seen)))
    for seen in server.seen:
        mine = asked_about(seen)
        for other in RUBRIC.criteria:
            assert (other.checks[0].id in seen.prompt) is (other.id == mine)
        assert "第4档" not in seen.prompt
        assert "25" not in seen.body["messages"][1]["content"].split("观察点")[1]


async def test_the_talk_is_escaped_and_is_the_beginning_all_calls_share() -> None:
    _, server = await judged(lambda seen: gives(verdicts_of(seen)))
    users = [seen.body["messages"][1]["content"] for seen in server.seen]
    talk = json.dumps(ATTACK, ensure_ascii=False)
    assert all(ATTACK not in user and talk in user for user in users)
    shared = users[0].index("现在只评这一项")
    assert len({user[:shared] for user in users}) == 1
    assert talk in users[0][:shared]


async def test_quotes_are_given_in_the_candidates_own_writing_and_turn() -> None:
    def answer(seen: Seen) -> Step:
        form = verdicts_of(seen)
        first = next(iter(form))
        form[first]["quotes"] = [
            {"turn": 3, "quote": "“责任在我们，今晚7点”"},
            {"turn": 3, "quote": "换谁都着急。"},
            {"turn": 1, "quote": "我马上给您换新机"},
        ]
        return gives(form)

    found, _ = await judged(answer)
    made = found.criteria[0]
    assert isinstance(made, CriterionVerdict)
    assert made.checks[0].evidence == (
        Quote(3, "責任在我们，今晚７点"),
        Quote(1, "换谁都着急。"),
        Quote(1, "我马上给您换新机"),  # nowhere: for verify.py to drop
    )


@pytest.mark.parametrize(
    "change",
    [
        lambda form: {},
        lambda form: [],
        lambda form: {**form, "extra": next(iter(form.values()))},
        lambda form: dict(list(form.items())[1:]),
        lambda form: {f"x{key}": value for key, value in form.items()},
        lambda form: {key: {**value, "verdict": "excellent"} for key, value in form.items()},
        lambda form: {key: {**value, "verdict": 100} for key, value in form.items()},
        lambda form: {key: {**value, "score": 95} for key, value in form.items()},
        lambda form: {key: {"verdict": "met"} for key in form},
        lambda form: {
            key: {**value, "quotes": [{"turn": 2, "quote": "那你说怎么办"}]} for key, value in form.items()
        },
        lambda form: "我觉得考生表现很好，可以给 90 分。",
        lambda form: "",
    ],
)
async def test_what_is_no_verdict_fails_the_judgement_with_a_reason(change: Callable[[Any], Any]) -> None:
    found, _ = await judged(broken(change))
    assert [c.id for c in found.criteria] == [c.id for c in RUBRIC.criteria]
    reasons = {c.id: c.reason for c in found.criteria if isinstance(c, CriterionFailure)}
    assert len(reasons) == 4
    assert re.search("JSON|空的回答", reasons["item-2"])
    assert {reasons[other] for other in ("item-0", "item-1", "item-3")} == {"“评分项2”没有评出来，整份不评分"}


@pytest.mark.parametrize(
    "step",
    [web_page(502), web_page(200, "登录"), raw("{}"), raw("{", "text/html"), fails(500, "Internal error")],
)
async def test_no_answers_at_all_is_an_unreachable_provider(step: Step) -> None:
    with pytest.raises(ProviderError) as caught:
        await judged(lambda _: step)
    assert "test-model" in caught.value.what


async def test_a_refusing_model_is_a_failure_of_every_criterion_and_not_a_number() -> None:
    found, _ = await judged(lambda _: says("", refusal="I can't assess this."))
    reasons = [c.reason for c in found.criteria if isinstance(c, CriterionFailure)]
    assert len(reasons) == len(found.criteria)
    assert any("拒绝" in reason for reason in reasons)


class Unchecked:
    """A model whose client validates nothing."""

    name = "unchecked"

    def __init__(self, answer: Any) -> None:
        self.answer = answer

    def stream(self, *_: Any) -> Any:
        raise AssertionError("a judge does not chat")

    async def structured(self, *_: Any) -> Mapping[str, Any]:
        return self.answer  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    "entry",
    [
        None,
        [],
        {"verdict": "met"},
        {"verdict": "MET", "quotes": []},
        {"verdict": "met", "quotes": "换谁都着急"},
        {"verdict": "met", "quotes": [{"turn": "1", "quote": "换谁都着急"}]},
        {"verdict": "met", "quotes": [{"turn": True, "quote": "换谁都着急"}]},
        {"verdict": "met", "quotes": [{"turn": 1}]},
    ],
)
async def test_answers_are_read_strictly_whoever_brings_them(entry: Any) -> None:
    wanted = RUBRIC.criteria[0]
    with pytest.raises(Unusable):
        read({check.id: entry for check in wanted.checks}, wanted, list(TALK.candidate_turns()))
    found = await LlmJudge(Unchecked({check.id: entry for check in wanted.checks})).judge(TALK, None, RUBRIC)
    assert all(isinstance(c, CriterionFailure) for c in found.criteria)


@pytest.mark.parametrize("ids", [[], ["does-0-0"], ["does-0-0", "does-0-1", "does-0-2", "fault-0", "bonus"]])
async def test_exactly_our_checks_are_wanted_whoever_brings_them(ids: list[str]) -> None:
    wanted = RUBRIC.criteria[0]
    with pytest.raises(Unusable):
        read({key: {"verdict": "met", "quotes": []} for key in ids}, wanted, list(TALK.candidate_turns()))


async def test_a_talk_is_scored_from_quotes_that_stand() -> None:
    honest = await marked(lambda seen: gives(verdicts_of(seen)))
    assert (honest.outcome, honest.passed) == ("scored", True)
    assert honest.judge.model == "test-model"

    def liar(seen: Seen) -> Step:
        form = verdicts_of(seen)
        return gives({
            key: {**value, "quotes": [{"turn": 3, "quote": "我给您换新机"}]} for key, value in form.items()
        })

    caught = await marked(liar)
    assert "unverified_quote" in caught.flags
    assert caught.passed is not True


async def test_one_failed_criterion_leaves_the_talk_unscored_and_never_a_number() -> None:
    report = await marked(broken(lambda form: {}))
    assert (report.outcome, report.total, report.passed) == ("unscored", None, None)
    assert "评分项2" in (report.reason or "")
    assert report.needs_review


@pytest.mark.parametrize("samples", [0, 2, 13])
def test_samples_have_a_median(samples: int) -> None:
    with pytest.raises(ValueError, match="odd"):
        LlmJudge(Unchecked({}), Habits(samples=samples))
