"""Spoken talks: in an exam a slip of the recogniser may be mended, new words may not be put in."""

from dataclasses import replace

import pytest

from bot.sounds import alike, close
from bot.transcript import Transcript, Turn
from rubrics.builtin_judge import BuiltinJudge
from rubrics.heard import versions
from rubrics.loading import find_rubric
from rubrics.marking import mark
from rubrics.ports import ScriptedJudge
from tests.rubrics.talks import STRONG, NoRecogniser, talk

HEARD = "今晚七点排高级技师带原厂配件上门。"
SLIP = "今晚7点派高级技师，带原厂配件上门。"
NEW = "今晚七点派高级技师上门，另外赔您两百元，七天内再坏给您换新机。"


@pytest.mark.parametrize(
    ("heard", "meant"),
    [(HEARD, SLIP), ("您号先森", "您好先生"), ("这是我们的泽任", "这是我们的责任"), ("對不起", "对不起！")],
)
def test_what_sounds_the_same_is_a_slip(heard: str, meant: str) -> None:
    assert close(heard, meant)


@pytest.mark.parametrize(
    ("heard", "meant"), [(HEARD, NEW), ("没有办法", "我马上给您换新机"), ("嗯", "对不起")]
)
def test_what_sounds_otherwise_is_not(heard: str, meant: str) -> None:
    assert not close(heard, meant)
    assert 0 <= alike(heard, meant) < 1


def spoken(mode: str | None, *texts: str) -> Transcript:
    turns = [Turn(0, "counterpart", "怎么又坏了？")]
    for text in texts:
        turns.append(Turn(len(turns), "candidate", text, heard=HEARD))
        turns.append(Turn(len(turns), "counterpart", "嗯。"))
    return Transcript("t", tuple(turns), mode=mode)


def test_in_practice_the_correction_counts_whatever_it_says() -> None:
    settled, others = versions(spoken("practice", NEW))
    assert settled.turns[1].text == NEW
    assert [other.turns[1].text for other in others] == [HEARD]


def test_in_an_exam_only_what_sounds_like_it_counts_and_both_are_kept() -> None:
    settled, others = versions(spoken("exam", SLIP, NEW))
    assert [settled.turns[n].text for n in (1, 3)] == [SLIP, HEARD]
    assert [[other.turns[n].text for n in (1, 3)] for other in others] == [[SLIP, NEW], [HEARD, HEARD]]


def test_nothing_corrected_is_nothing_to_hold_against_it() -> None:
    assert versions(spoken("exam", HEARD)) == (spoken("exam", HEARD), ())


async def test_words_put_in_during_an_exam_go_to_the_examiner() -> None:
    whole = talk(STRONG)
    put_in = replace(whole.turns[3], heard="嗯嗯好的。")
    exam = replace(whole, mode="exam", turns=(*whole.turns[:3], put_in, *whole.turns[4:]))
    rubric, judge = find_rubric("complaint-handling"), BuiltinJudge(NoRecogniser())
    report = await mark(exam, station=None, rubric=rubric, judge=judge, recogniser=NoRecogniser())
    assert "asr_heard:3" in report.flags
    assert report.needs_review
    assert any("第 3 句" in reason for reason in report.review_reasons)
    free = await mark(
        replace(exam, mode="practice"), station=None, rubric=rubric, judge=judge, recogniser=NoRecogniser()
    )
    assert "asr_heard:3" not in free.flags
    assert free.transcript_hash == report.transcript_hash


async def test_a_second_opinion_changes_no_mark_and_a_wide_gap_goes_to_the_examiner() -> None:
    rubric, judge = find_rubric("complaint-handling"), BuiltinJudge(NoRecogniser())
    whole = talk(STRONG)
    own = await judge.judge(whole, None, rubric)
    nothing = replace(
        own,
        criteria=tuple(
            replace(
                each,
                checks=tuple(
                    replace(c, verdict="not_met" if not _absence(rubric, c.id) else "met", evidence=())  # type: ignore[arg-type]
                    for c in each.checks  # type: ignore[union-attr]
                ),
            )
            for each in own.criteria
        ),
    )
    plain = await mark(whole, station=None, rubric=rubric, judge=judge, recogniser=NoRecogniser())
    with ScriptedJudge([own, nothing]) as other:
        same = await mark(
            whole, station=None, rubric=rubric, judge=judge, recogniser=NoRecogniser(), second=other
        )
        far = await mark(
            whole, station=None, rubric=rubric, judge=judge, recogniser=NoRecogniser(), second=other
        )
    assert same.total == far.total == plain.total
    assert (same.second or {})["gap"] == 0
    assert "second_opinion" not in same.flags
    assert (far.second or {})["gap"] > 15
    assert "second_opinion" in far.flags
    assert far.needs_review


def _absence(rubric: object, check_id: str) -> bool:
    return any(c.absence for each in rubric.criteria for c in each.checks if c.id == check_id)  # type: ignore[attr-defined]
