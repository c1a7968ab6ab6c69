"""Which passage a question belongs to, as learned from the passages' own questions."""

from pathlib import Path

import numpy as np
import pytest

from retrieval.matching import STEPS, Matched, Matcher, open_matcher
from retrieval.passages import Passage
from retrieval.subject import pack, read, subject
from retrieval.words import features


def note(code: str, title: str, text: str, *questions: str) -> Passage:
    return Passage(code, "note", title, text, 3, questions=questions)


CALM = note("L3.6.2.K1", "平息怒气", "先听完，再认错；别急着讲道理。", "客人拍桌子怎么办", "顾客发火先做什么")
FILES = note("L3.4.1.K1", "客户档案", "档案按户建，一户一卷。", "客户资料记些什么", "老客户的档案怎么建")
ITEM = Passage("L3.6.2.K1", "knowledge", "投诉处理", "平息客户怒气的步骤", 3)
OTHER = Passage("L3.6.2.K9", "knowledge", "投诉处理", "没有笔记的一条", 3)
DOCUMENT = Passage("doc:1", "document", "制度", "客人拍桌子时保安到场", None)
EVERYTHING = (ITEM, OTHER, CALM, FILES, DOCUMENT)


@pytest.fixture
def matcher(tmp_path: Path) -> Matcher:
    return open_matcher([CALM, FILES], tmp_path)


def test_a_new_question_belongs_to_the_note_that_was_asked_such_things(
    matcher: Matcher, tmp_path: Path
) -> None:
    angry, filed = matcher.scores("客人一发火就拍桌子", tmp_path)[:2]
    assert angry > filed
    angry, filed = matcher.scores("档案里要记哪些资料", tmp_path)[:2]
    assert filed > angry


def test_an_item_has_the_score_of_its_note_and_a_document_none(matcher: Matcher, tmp_path: Path) -> None:
    own, content = Matched(EVERYTHING, matcher, tmp_path).scores("客人拍桌子怎么办")
    place = {passage: i for i, passage in enumerate(EVERYTHING)}
    assert own[place[ITEM]] == own[place[CALM]] > own[place[FILES]]
    assert own[place[OTHER]] == 0
    assert content[place[OTHER]] == content[place[CALM]] > content[place[FILES]]
    assert own[place[DOCUMENT]] == content[place[DOCUMENT]] == 0


def test_nothing_known_scores_nothing(matcher: Matcher, tmp_path: Path) -> None:
    assert not matcher.scores("xyz", tmp_path).any()


def test_what_was_learned_is_kept_and_read_back(matcher: Matcher, tmp_path: Path) -> None:
    again = open_matcher([CALM, FILES], tmp_path)
    question = "顾客发火先做什么"
    assert np.allclose(again.scores(question, tmp_path), matcher.scores(question, tmp_path), atol=0.01)
    assert again.name == matcher.name
    assert open_matcher([FILES, CALM], tmp_path).name != matcher.name


def test_a_damaged_file_is_made_anew(matcher: Matcher, tmp_path: Path) -> None:
    file = tmp_path / "embedder" / f"{matcher.name}.npz"
    file.write_bytes(file.read_bytes()[:200])
    assert open_matcher([CALM, FILES], tmp_path).scores("客人拍桌子", tmp_path).any()
    assert Matcher.read(file).name == matcher.name


def test_training_takes_the_steps_towards_the_exact_solution(tmp_path: Path) -> None:
    """With more texts than steps it stops short of it; with few it is there."""
    from scipy.sparse import identity

    from retrieval.matching import _solve

    target = np.eye(4, dtype=np.float32)
    assert STEPS >= 4
    solved = _solve(identity(4, format="csr", dtype=np.float32), target, np.ones(4, np.float32))
    assert np.allclose(solved, target / 2, atol=1e-5)


def test_the_subject_of_a_question_shows_in_its_words(tmp_path: Path) -> None:
    ours = ("客户投诉了怎么安抚", "坐席离职率高怎么管", "满意度调查怎么做")
    theirs = ("红烧肉要炖多久", "二次函数的顶点怎么求", "感冒发烧吃什么药")
    scores = [subject().score(features(question, tmp_path)) for question in (*ours, *theirs)]
    assert min(scores[:3]) > max(scores[3:])
    assert subject().score(features("", tmp_path)) == pytest.approx(subject().bias)


def test_a_subject_is_packed_and_read_back() -> None:
    packed = read(pack(["a", "b"], [1.0, -2.0], [1.0, 3.0], 0.5))
    assert packed.rows == {"a": 0, "b": 1}
    assert packed.weights[1] * packed.scale == pytest.approx(-2.0)
    assert packed.bias == 0.5
