"""Documents beside what ships: found by words and meaning, without moving what ships among itself."""

import os
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.documents.postings import Postings, Words, terms
from retrieval.documents.searching import DocumentWords
from retrieval.documents.snapshots import folder, leave
from retrieval.passages import Passage, shipped

RULES = tuple(
    Passage(f"doc:规定.txt#{n}", "document", "规定.txt", text, None)
    for n, text in enumerate((
        "海风电器七天无理由退货，运费由客户承担。",
        "热水器每年清洗一次，收费120元。",
        "KF-35机型的保修期是六年。",
    ))
)
OTHER = Passage("doc:说明.txt#1", "document", "说明.txt", "停车场在负一层，前两个小时免费。", None)


@pytest.mark.parametrize(
    ("query", "best"),
    [("运费谁出", 0), ("清洗要收多少钱", 1), ("kf-35 保修几年", 2), ("停車場", 3), ("ＫＦ", 2)],
)
def test_the_passage_that_shares_the_rarest_words_is_first(query: str, best: int, tmp_path: Path) -> None:
    scores = DocumentWords([*RULES, OTHER], shipped(), tmp_path).scores(query)
    assert scores.shape == (4,)
    assert int(np.argmax(scores)) == best
    assert 0 < scores[best] <= 1


def test_postings_are_kept_and_those_of_removed_documents_thrown_away(tmp_path: Path) -> None:
    first = DocumentWords([*RULES, OTHER], shipped()[:9], tmp_path).scores("停车")
    kept = {file: file.stat().st_mtime_ns for file in (tmp_path / "postings").iterdir()}
    assert len(kept) == 3
    again = DocumentWords([*RULES, OTHER], shipped()[:9], tmp_path).scores("停车")
    assert {file: file.stat().st_mtime_ns for file in (tmp_path / "postings").iterdir()} == kept
    assert (first == again).all()
    DocumentWords(RULES, shipped()[:9], tmp_path)
    assert len(list((tmp_path / "postings").iterdir())) == 2


def test_damaged_postings_are_made_again(tmp_path: Path) -> None:
    first = DocumentWords(RULES, (), tmp_path).scores("运费")
    for file in (tmp_path / "postings").iterdir():
        file.write_bytes(file.read_bytes()[:40])
    assert (DocumentWords(RULES, (), tmp_path).scores("运费") == first).all()


TEXTS = st.lists(st.text(st.sampled_from("退货运费七天ab1 ，。"), max_size=30), max_size=8)


@given(TEXTS, TEXTS, st.text(st.sampled_from("退货运费七天ab1 "), max_size=8))
def test_parts_score_as_the_whole_does(some: list[str], more: list[str], query: str) -> None:
    empty = Postings.of([])
    parts = Words([Postings.of(some), Postings.of(more)], empty).scores(query)
    whole = Words([Postings.unpacked(Postings.of([*some, *more]).packed())], empty).scores(query)
    assert np.allclose(parts, whole, atol=1e-6)
    shared = [bool(set(terms(query)) & set(terms(text))) for text in [*some, *more]]
    assert [bool(score > 0) for score in whole] == shared
    assert (whole <= 1 + 1e-6).all()


def test_every_state_of_the_documents_has_its_folder(tmp_path: Path) -> None:
    assert folder(tmp_path, shipped()) == tmp_path / "chroma"
    (tmp_path / "chroma").mkdir()
    (tmp_path / "chroma" / "chroma.sqlite3").write_text("a", encoding="utf-8")
    one, two = folder(tmp_path, [*shipped()[:3], *RULES]), folder(tmp_path, [*RULES, OTHER])
    assert one != two
    assert (one / "chroma.sqlite3").read_text(encoding="utf-8") == "a"
    assert folder(tmp_path, RULES) == one


def test_a_state_that_was_left_stays_for_an_hour(tmp_path: Path) -> None:
    (tmp_path / "chroma").mkdir()
    old, new = folder(tmp_path, RULES), folder(tmp_path, [OTHER])
    leave(tmp_path, new)
    leave(tmp_path, new)
    assert old.is_dir()
    past = time.time() - 3700
    os.utime(old / "left", (past, past))
    leave(tmp_path, new)
    assert not old.exists()
    assert new.is_dir()
    assert (tmp_path / "chroma").is_dir()
