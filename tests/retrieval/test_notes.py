"""The notes: every item has one, and a mistake in one is told to whoever wrote it."""

import pytest

from retrieval.errors import InputError, ManyInputErrors
from retrieval.notes import LENGTH, QUESTIONS, load_notes, note_for, notes_for, read
from retrieval.standard import find, load
from retrieval.text import han_count

TEXT = "投诉要先听完再开口。" * 15


def file(**changed: object) -> str:
    note: dict[str, object] = {
        "codes": "[L3.6.2.K1]",
        "title": "办投诉的原则",
        "text": TEXT,
        "questions": "[问一, 问二, 问三, 问四, 问五]",
        **changed,
    }
    lines = [f"{key}: {value}" for key, value in note.items() if value is not None]
    return "content: L3.6.2\nnotes:\n  - " + "\n    ".join(lines) + "\n"


def test_every_item_reaches_its_note_by_its_code() -> None:
    missing = [item.code for item in load().items() if note_for(item.code) is None]
    assert not missing


def test_every_knowledge_item_has_a_note_of_its_own() -> None:
    missing = [item.code for item in load().items("knowledge") if notes_for(item.code)[0].code != item.code]
    assert not missing


def test_a_code_is_understood_as_it_is_typed() -> None:
    assert note_for("ｌ3．6.2.k1") is note_for("L3.6.2.K1")
    assert note_for("L3.6.2.K99") is None


def test_notes_are_of_the_length_people_read_and_ask_as_people_do() -> None:
    for note in load_notes():
        assert LENGTH[0] <= han_count(note.text) <= LENGTH[1]
        assert QUESTIONS[0] <= len(note.questions) <= QUESTIONS[1]
        assert "\n" not in note.text
        assert " ，" not in note.text


def test_no_question_is_asked_of_two_notes_and_no_text_is_there_twice() -> None:
    questions = [question for note in load_notes() for question in note.questions]
    assert len(questions) == len(set(questions))
    assert len({note.text for note in load_notes()}) == len(load_notes())


def test_what_a_note_refers_to_exists_and_is_not_itself() -> None:
    for note in load_notes():
        for code in note.related:
            assert find(code)
        assert note.code not in note.related


def test_exam_and_basics_concern_every_level() -> None:
    ids = [note for note in load_notes() if note.id]
    assert ids
    assert {note.level for note in ids} == {None}


def test_lines_folded_by_yaml_join_without_blanks() -> None:
    folded = ">-\n      " + "先听完，\n      再开口。" * 20
    (note,) = read(file(text=folded), "L3.6.2.yaml")
    assert " " not in note.text


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"text": "太短了。"}, "应在 120 到 300"),
        ({"questions": "[只有一个]"}, "太少"),
        ({"questions": "[一, 一, 二, 三, 四]"}, "重复"),
        ({"codes": "[L3.6.2.K99]"}, "L3.6.2"),
        ({"codes": "[L3.6.2]"}, "不是一条技能或知识要求"),
        ({"codes": "[L3.6.1.K1]"}, "不在 L3.6.2"),
        ({"codes": "[]"}, "只写一个"),
        ({"titel": "错字"}, "没有这一项"),
        ({"title": None}, "缺了这一项"),
        ({"text": '"没有结尾'}, "YAML"),
    ],
)
def test_a_mistake_is_told_with_its_place(changed: dict[str, object], said: str) -> None:
    with pytest.raises(ManyInputErrors) as raised:
        read(file(**changed), "L3.6.2.yaml")
    assert said in str(raised.value)
    assert all(isinstance(error, InputError) and error.file == "L3.6.2.yaml" for error in raised.value.errors)


def test_all_mistakes_of_a_file_are_told_at_once() -> None:
    with pytest.raises(ManyInputErrors) as raised:
        read(file(text="短", questions="[一]"), "L3.6.2.yaml")
    assert len(raised.value.errors) == 2
