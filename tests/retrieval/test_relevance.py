"""Whether anything answers. The floors are a little below what `make bench ROW=retrieval` measures."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from retrieval.relevance import Topic, elsewhere, relevance
from retrieval.search import ANSWERS, Search

GOLDEN = Path(__file__).parent.parent / "golden" / "questions.yaml"
STYLES = ("keyword", "paraphrase", "colloquial", "situational")


@pytest.fixture(scope="module")
def golden() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load(GOLDEN.read_text(encoding="utf-8"))
    return read


def share(search: Search, cases: list[dict[str, Any]]) -> float:
    """Of cases whose work content is among the first five passages."""
    hits = 0
    for case in cases:
        found = {hit.passage.code.rpartition(".")[0] for hit in search.search(case["question"])}
        hits += bool(found & set(case["contents"]))
    return hits / len(cases)


def answered(search: Search, question: str) -> bool:
    hits = search.search(question, k=1)
    return bool(hits) and hits[0].relevance >= ANSWERS


def test_nine_in_ten_questions_find_their_content(search: Search, golden: dict[str, Any]) -> None:
    assert share(search, golden["in_corpus"]) >= 0.9


@pytest.mark.parametrize("style", STYLES)
def test_however_it_is_put(search: Search, golden: dict[str, Any], style: str) -> None:
    floor = 0.98 if style == "keyword" else 0.8
    assert share(search, [case for case in golden["in_corpus"] if case["style"] == style]) >= floor


def test_what_is_ours_is_answered_and_what_is_not_is_declined(search: Search, golden: dict[str, Any]) -> None:
    inside = [answered(search, case["question"]) for case in golden["in_corpus"]]
    outside = [answered(search, case["question"]) for case in golden["out_of_corpus"]]
    assert sum(inside) / len(inside) >= 0.9
    assert sum(outside) / len(outside) <= 0.1


@pytest.mark.parametrize("question", ["红烧肉怎么炖才不腻", "托福口语怎么练", "Git怎么撤销上一次提交"])
def test_a_question_about_something_else_is_declined(search: Search, question: str) -> None:
    assert not answered(search, question)


@pytest.mark.parametrize(
    "question", ["什么是客户让渡价值", "顾客发火了怎么办", "PDCA 四个阶段", "三级报名条件"]
)
def test_a_question_of_the_trade_is_answered(search: Search, question: str) -> None:
    assert answered(search, question)


def test_an_authored_question_finds_its_note_first_and_answers(search: Search) -> None:
    notes = [passage for passage in search.passages if passage.kind == "note"][::10]
    first = [search.search(note.questions[0], k=1)[0] for note in notes]
    assert sum(hit.passage == note for hit, note in zip(first, notes, strict=True)) / len(notes) >= 0.95
    assert sum(hit.relevance >= ANSWERS for hit in first) / len(notes) >= 0.95


def test_one_item_does_not_fill_the_list(search: Search) -> None:
    codes = [hit.passage.code for hit in search.search("客户投诉怎么处理")]
    assert len(set(codes)) >= 4


def test_relevance_falls_with_the_place_in_the_list(search: Search) -> None:
    hits = search.search("顾客发火了怎么办", k=30)
    assert all(0 <= hit.relevance <= 1 for hit in hits)
    assert hits[0].relevance == max(hit.relevance for hit in hits)
    assert min(hit.relevance for hit in hits) < hits[0].relevance / 2


def test_a_question_of_unknown_words_is_less_relevant_than_one_of_ours() -> None:
    ours = Topic(0.95, 0.9, 0.9, 0.7, 1.0, 0.0, 0.4, 0.4, 0.5, 3.0, 3.0)
    theirs = Topic(0.3, 0.3, 0.4, 0.3, 0.2, 1.0, 0.1, 0.1, 0.1, -3.0, 3.0)
    assert 0 <= relevance(theirs) < ANSWERS < relevance(ours) <= 1


def test_words_of_other_subjects_are_known_in_any_script() -> None:
    assert elsewhere("紅燒肉怎麼做")
    assert elsewhere("ｐｙｔｈｏｎ怎么学")
    assert not elsewhere("投诉怎么处理")
