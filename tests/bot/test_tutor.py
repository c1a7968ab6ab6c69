"""The tutor without a model: what it answers from, what it declines, how it follows a thread."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.tutor.answer import Answer, Asked
from bot.tutor.asking import read
from bot.tutor.citing import Checker, cite, support, units
from bot.tutor.threads import Threads
from bot.tutor.tutor import Tutor
from retrieval import standard
from retrieval.database import engine, upgrade
from retrieval.errors import InputError
from retrieval.notes import load_notes
from retrieval.passages import Passage
from retrieval.search import Search, open_search


@pytest.fixture(scope="module")
def search(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Search]:
    opened = open_search(tmp_path_factory.mktemp("tutor"))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def tutor(search: Search) -> Tutor:
    return Tutor(search)


def codes(answer: Answer) -> set[str]:
    """Work contents the citations come from."""
    return {each.passage.code.rpartition(".")[0] for each in answer.citations}


def sound(answer: Answer, search: Search) -> None:
    """Every number in the text has its citation, every citation its number and its words."""
    numbers = [int(n) for n in re.findall(r"\[(\d+)\]", answer.text)]
    assert sorted(set(numbers)) == [each.n for each in answer.citations]
    assert answer.answered == bool(answer.citations)
    for each in answer.citations:
        assert each.quote
        assert each.quote in each.passage.text
        assert each.passage in search.passages
    if answer.answered:
        assert re.search(r"\[\d+\]$", answer.text), "the last sentence is cited too"


def test_every_citation_of_over_two_hundred_answers_is_verbatim(tutor: Tutor, search: Search) -> None:
    questions = [note.questions[0] for note in load_notes()]
    questions += [item.text for item in standard.load().items("skill")][::6]
    assert len(questions) >= 200
    answered = 0
    for question in questions:
        answer = tutor.ask(question)
        sound(answer, search)
        answered += answer.answered
    assert answered >= 0.8 * len(questions)


@pytest.mark.parametrize(
    ("question", "content"),
    [
        ("怎么给顾客的投诉信写回信？", "L3.6.2"),
        ("内部客户和外部客户有什么区别", "L3.1.1"),
        ("客户让渡价值的公式", "L1.6.1"),
        ("ＣＲＭ　客戶關係管理是什麼", "L2.2.4"),
    ],
)
def test_a_question_is_answered_from_the_right_work_content(
    tutor: Tutor, question: str, content: str
) -> None:
    assert content in codes(tutor.ask(question))


@pytest.mark.parametrize(
    "question", ["红烧肉怎么烧", "今天上海天气怎么样", "Python 怎么装", "羽毛球怎么发球", "？？？"]
)
def test_what_the_corpus_does_not_hold_is_declined_with_something_to_ask(tutor: Tutor, question: str) -> None:
    answer = tutor.ask(question)
    assert not answer.answered
    assert answer.citations == ()
    assert answer.suggestions
    assert "[" not in answer.text


def test_what_is_offered_next_can_be_answered(tutor: Tutor) -> None:
    answer = tutor.ask("怎么给顾客的投诉信写回信？")
    assert answer.suggestions
    assert answer.asked.question not in answer.suggestions
    assert all(tutor.ask(question).answered for question in answer.suggestions)


def test_a_code_gets_its_printed_words_and_its_note(tutor: Tutor, search: Search) -> None:
    answer = tutor.ask("ｌ3.6.2.s4 是什么？")
    sound(answer, search)
    assert "能回复客户的投诉信件" in answer.text
    assert [each.passage.kind for each in answer.citations][:2] == ["skill", "note"]


@pytest.mark.parametrize("code", ["L3.6.2", "L2.4", "L1"])
def test_a_wider_code_lists_what_it_holds(tutor: Tutor, search: Search, code: str) -> None:
    answer = tutor.ask(f"{code}讲什么")
    sound(answer, search)
    assert all(each.passage.code.startswith(f"{code}.") for each in answer.citations)


def test_every_item_is_explained_by_its_code(tutor: Tutor) -> None:
    for item in standard.load().items():
        kinds = [each.passage.kind for each in tutor.ask(item.code).citations]
        assert kinds[:2] == [item.kind, "note"], item.code


def test_a_code_that_does_not_exist_names_the_nearest(tutor: Tutor) -> None:
    answer = tutor.ask("L3.6.2.S9 是什么")
    assert not answer.answered
    assert "L3.6.2.S5" in answer.text


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("多少分算合格？", "六十分"),
        ("合格线", "六十分"),
        ("没过的科目要补考吗", "补考"),
        ("考过的成绩能保留几年", "两年"),
        ("全国2007年那份和这份标准有什么不一样？", "二〇〇七"),
    ],
)
def test_the_rules_of_the_exam(tutor: Tutor, question: str, said: str) -> None:
    assert said in tutor.ask(question).text


@pytest.mark.parametrize("question", ["驾照科目一多少分及格", "菜做成这样算合格吗", "高考补考"])
def test_another_exam_is_not_answered_with_the_rules_of_ours(tutor: Tutor, question: str) -> None:
    assert "六十分" not in tutor.ask(question).text


def test_two_levels_are_set_side_by_side(tutor: Tutor, search: Search) -> None:
    answer = tutor.ask("三级和二级的沟通障碍有什么不同")
    sound(answer, search)
    assert {each.passage.level for each in answer.citations} == {2, 3}
    assert answer.text.index("三级：") < answer.text.index("二级：")


def test_the_candidates_level_covers_the_lower_ones_only(tutor: Tutor) -> None:
    answer = tutor.ask("激励员工有哪些办法", level=3)
    assert all(each.passage.level in {3, None} for each in answer.citations)
    assert any(each.passage.level == 1 for each in tutor.ask("激励员工有哪些办法", level=1).citations)


@pytest.mark.parametrize("question", ["", "  ", "问" * 2001])
def test_no_question_and_too_long_a_one_are_told(tutor: Tutor, question: str) -> None:
    with pytest.raises(InputError):
        tutor.ask(question)


def ask_on(tutor: Tutor, *questions: str) -> list[Answer]:
    """A thread."""
    answers: list[Answer] = []
    for question in questions:
        answers.append(tutor.ask(question, thread=[each.turn for each in answers]))
    return answers


def test_the_other_level_keeps_the_topic(tutor: Tutor) -> None:
    first, second, back = ask_on(tutor, "三级里沟通障碍怎么克服？", "那二级呢？", "那三级呢？")
    assert codes(first) == {"L3.5.3"}
    assert codes(second) == {"L2.3.2"}
    assert codes(back) == {"L3.5.3"}


def test_an_example_is_of_what_was_just_explained(tutor: Tutor) -> None:
    first, example = ask_on(tutor, "客户让渡价值是什么？", "举个例子")
    assert codes(example) & codes(first)
    assert example.text != first.text


def test_how_asked_after_a_code_is_about_that_code(tutor: Tutor) -> None:
    _, how = ask_on(tutor, "L3.6.2.S4 是什么", "具体怎么做")
    assert {each.passage.code for each in how.citations} == {"L3.6.2.S4"}


def test_another_thing_leaves_the_topic_and_small_talk_does_not_spoil_it(tutor: Tutor) -> None:
    first, other, dinner, example = ask_on(
        tutor, "一对一营销是什么？", "那关系营销呢？", "红烧肉怎么烧", "再举个例子"
    )
    assert first.citations[0].passage.code == "L2.2.4.K6"
    assert other.citations[0].passage.code == "L2.2.4.K8"
    assert not dinner.answered
    assert example.citations[0].passage.code == "L2.2.4.K8"


def test_a_new_topic_is_not_dragged_into_the_old_one(tutor: Tutor) -> None:
    _, new = ask_on(tutor, "投诉信怎么写回信？", "电子商务适合卖什么产品？")
    assert codes(new) == {"L2.6.1"}


@given(question=st.text(max_size=200), before=st.text(max_size=60))
def test_any_text_can_be_read(question: str, before: str) -> None:
    turn = read(before).alone
    reading = read(question, [Answer(turn, answered=False, text="").turn])
    assert isinstance(reading.alone, Asked)
    assert Asked.read(reading.alone.as_json()) == reading.alone


@given(text=st.text(alphabet="客户先问。！？；“”’」a1 \n", max_size=80))
def test_sentences_of_a_passage_are_its_own_words(text: str) -> None:
    assert all(each in text for each in units(text))


NOTE = Passage(
    "L3.6.2.K1",
    "note",
    "守则",
    "先处理心情，再处理事情。快递公司接到投诉，七日内处理并告知。首问负责，不推。",
    3,
)


def test_a_quote_that_is_not_there_cannot_be_cited() -> None:
    with pytest.raises(ValueError, match="没有这句话"):
        cite(1, NOTE, "先处理事情，再处理心情。")


@pytest.mark.parametrize(
    ("claim", "holds"),
    [
        ("要先处理心情，再去处理事情。", True),
        ("快递投诉要在7日内处理并告知。", True),
        ("快递投诉要在3日内处理并告知。", False),
        ("投诉由国务院统一受理和裁决。", False),
        ("是的。", False),
    ],
)
def test_a_claim_needs_a_sentence_and_its_figures_in_the_passage(claim: str, holds: bool) -> None:
    assert (support(claim, NOTE) is not None) == holds


@given(cuts=st.lists(st.integers(1, 12), max_size=40))
def test_a_stream_is_judged_the_same_however_it_is_cut(cuts: list[int]) -> None:
    text = "先处理心情，再处理事情。[1]月亮是奶酪做的。[1] 别推，首问负责！[2]\n"
    text += "快递七日内处理并告知【1】。首问负责，不推[1]"
    whole = Checker([NOTE])
    whole.feed(text)
    whole.close()
    cut, at = Checker([NOTE]), 0
    for size in [*cuts, len(text)]:
        cut.feed(text[at : at + size])
        at += size
    cut.close()
    assert (cut.text, cut.dropped) == (whole.text, whole.dropped)
    assert [each.quote for each in whole.citations] == [
        "先处理心情，再处理事情。",
        "快递公司接到投诉，七日内处理并告知。",
        "首问负责，不推。",
    ]
    assert len(whole.dropped) == 2


def test_a_thread_is_kept_with_its_passages_and_not_overwritten(tutor: Tutor, tmp_path: Path) -> None:
    db = engine(f"sqlite:///{tmp_path / 'k.db'}")
    upgrade(db)
    threads = Threads(db)
    answers = ask_on(tutor, "投诉信怎么写回信？", "举个例子", "红烧肉怎么烧")
    for i, each in enumerate(answers):
        threads.append("t1", i, each, 1.0)
    kept = threads.read("t1")
    assert [each.as_json() for each in kept] == [each.as_json() for each in answers]
    assert [each.turn for each in kept] == [each.turn for each in answers]
    with pytest.raises(InputError, match="别的窗口"):
        threads.append("t1", 2, answers[0], 2.0)
    assert threads.read("t2") == ()
    db.dispose()
