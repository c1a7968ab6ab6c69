"""Lines of Chinese: nothing lost, nothing too wide, no line that begins with a comma."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from ui.reports.typeset import CLOSING, OPENING, Run, lines, measure

WORDS = st.text("您的空调修了三次，没好！“真”的？（对）KFR-35GW 680元 😀", min_size=1, max_size=80)


def plain(line: tuple[Run, ...]) -> str:
    return "".join(run.text for run in line)


def wide(text: str) -> float:
    return measure(Run(text))


@given(WORDS, st.floats(20, 120))
def test_nothing_is_lost_and_nothing_runs_over(text: str, width: float) -> None:
    made = [plain(line) for line in lines([Run(text)], width)]
    assert "".join(made).replace(" ", "") == text.replace(" ", "")
    assert all(wide(line.rstrip()) <= width + 0.01 for line in made)


@given(WORDS)
def test_no_line_begins_with_a_closing_mark_or_ends_with_an_opening_one(text: str) -> None:
    made = [plain(line) for line in lines([Run(text)], 40 * wide("中"))]
    for before, after in pairwise(made):
        assert after[0] not in CLOSING
        assert before.rstrip()[-1:] not in OPENING


def test_marks_stay_with_their_words_and_numbers_in_one_piece() -> None:
    width = wide("一二三四五")
    assert [plain(each) for each in lines([Run("一二三四五，六七")], width)] == ["一二三四", "五，六七"]
    assert [plain(each) for each in lines([Run("共一二680元整")], width)] == ["共一二680", "元整"]
    assert [plain(each) for each in lines([Run("一二三四（五六）")], width)] == ["一二三四", "（五六）"]


def test_a_word_wider_than_the_line_comes_apart_instead_of_running_over() -> None:
    made = [plain(line) for line in lines([Run("x" * 500)], 50)]
    assert "".join(made) == "x" * 500
    assert all(wide(line) <= 50 for line in made)


def test_a_line_feed_breaks_and_an_empty_line_stays() -> None:
    assert [plain(each) for each in lines([Run("尊敬的客户：\n\n您好。")], 100)] == [
        "尊敬的客户：",
        "",
        "您好。",
    ]


def test_styles_stay_with_their_words() -> None:
    (line,) = lines([Run("换了谁"), Run("都会火大", marked=True), Run("，真的")], 100)
    assert [(run.text, run.marked) for run in line] == [
        ("换了谁", False),
        ("都会火大", True),
        ("，真的", False),
    ]
