"""What somebody who types into the search box gets."""

import logging
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.errors import InputError
from retrieval.search import ANSWERS, Search
from retrieval.standard import codes, load


def found(search: Search, query: str, k: int = 5, level: int | None = None) -> list[str]:
    return [hit.passage.code for hit in search.search(query, level=level, k=k)]


def test_every_item_is_found_by_its_own_words(search: Search) -> None:
    items = list(load().items())
    first = sum(item.code in found(search, item.text, 3) for item in items)
    assert first / len(items) > 0.95  # some items of two levels share their words


def test_every_item_is_found_first_by_its_code(search: Search) -> None:
    for item in list(load().items())[::15]:
        assert found(search, item.code)[0] == item.code


@pytest.mark.parametrize(
    "query", ["L3.6.2.K1", "l3.6.2.k1", "Ｌ３．６．２．Ｋ１", "L3.6.2.K1是什么意思", " L3.6.2.K1 "]
)
def test_a_code_is_understood_however_it_is_typed(search: Search, query: str) -> None:
    hits = search.search(query)
    assert hits[0].passage.code == "L3.6.2.K1"
    assert len(hits) == 5  # what is like it comes along


def test_the_code_of_a_content_gives_its_items_in_order(search: Search) -> None:
    assert found(search, "L3.6.2", 11) == [item for item in codes() if item.startswith("L3.6.2.")]


def test_a_code_out_of_reach_of_the_level_is_not_shown(search: Search) -> None:
    assert not [code for code in found(search, "L1.2.2.S2", level=3) if code.startswith(("L1", "L2"))]
    assert found(search, "L1.2.2.S2", level=1)[0] == "L1.2.2.S2"


def test_a_higher_level_covers_the_lower_ones(search: Search) -> None:
    query = "客户投诉 处理 方法 管理 目标"
    for level, shown in ((3, "3"), (2, "32"), (1, "321"), (None, "321")):
        codes = [code for code in found(search, query, 100, level) if code.startswith("L")]
        assert {code[1] for code in codes} == set(shown)


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("處理客戶投訴的原則與流程", "L3.6.2.K1"),
        ("处理客户投诉的原则与流程！！！", "L3.6.2.K1"),
        ("ｐｄｃａ循環", "L1.4.2.K1"),
        ("倾听", "L3.5.2.K2"),
        ("怎么跟客户谈判", "L2.5.3.K2"),
        ("晋升", "L1.2.1.S2"),
    ],
)
def test_plain_questions_find_their_item(search: Search, query: str, code: str) -> None:
    assert code in found(search, query, 3)


def test_scores_are_between_nought_and_one_best_first(search: Search) -> None:
    hits = search.search("客户投诉怎么处理", k=50)
    scores = [hit.score for hit in hits]
    assert len(hits) == 50
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)
    assert set(hits[0].as_json()) == {"code", "kind", "title", "text", "score"}


@pytest.mark.parametrize("query", ["", "   ", "\n\t　"])
def test_an_empty_query_is_refused_with_a_hint(search: Search, query: str) -> None:
    with pytest.raises(InputError) as raised:
        search.search(query)
    assert raised.value.mend


def test_ten_megabytes_are_refused_at_once(search: Search) -> None:
    with pytest.raises(InputError, match="太长"):
        search.search("投诉" * 5_000_000)


@pytest.mark.parametrize(("level", "k"), [(0, 5), (4, 5), (3, 0), (3, 101), (3, -1)])
def test_levels_and_numbers_that_do_not_exist_are_refused(search: Search, level: int, k: int) -> None:
    with pytest.raises(InputError):
        search.search("投诉", level=level, k=k)


@pytest.mark.parametrize("query", ["😀😀", "？！……", "zzz qqq"])
def test_what_is_not_there_is_not_found(search: Search, query: str) -> None:
    assert search.search(query) == ()


def test_what_shares_a_character_with_us_is_found_but_does_not_answer(search: Search) -> None:
    assert all(hit.relevance < ANSWERS / 10 for hit in search.search("红烧肉"))


@settings(max_examples=60, deadline=None)
@given(st.text(min_size=1, max_size=60).filter(str.strip))
def test_no_text_breaks_the_search(search: Search, query: str) -> None:
    hits = search.search(query, k=3)
    assert len(hits) <= 3
    assert len({hit.passage.id for hit in hits}) == len(hits)


def test_many_people_may_ask_at_once_and_get_the_same(search: Search) -> None:
    alone = found(search, "客户投诉的原因")
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda _: found(search, "客户投诉的原因"), range(40)))
    assert together == [alone] * 40


def test_the_word_cutter_keeps_quiet_and_its_cache_at_home(
    search: Search, home: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    search.search("客户投诉")
    logging.getLogger("jieba").debug("Building prefix dict")
    assert (home / "cache" / "jieba.cache").exists()
    assert capfd.readouterr() == ("", "")
