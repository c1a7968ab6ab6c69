"""The shipped weights are what the training script makes of the shipped utterances."""

from pathlib import Path
from types import ModuleType

import pytest

from benchmarks.recogniser import cases
from bot.ports import Context
from bot.recogniser import BuiltinRecogniser
from bot.recogniser.classifier import read
from scenarios.behaviours import BehaviourId
from scenarios.station import Role
from tests.support.scripts import script as script_of


@pytest.fixture(scope="module")
def script() -> ModuleType:
    return script_of("train_recogniser")


SAMPLE = ("acknowledge_emotion", "offer_solution", "over_promise")


@pytest.mark.slow
def test_training_again_gives_the_same_weights(script: ModuleType) -> None:
    """Three behaviours stand for all: `tools/train_recogniser.py --check` takes minutes."""
    kept = read(script.TARGET.read_bytes(), BehaviourId)
    words = script.lexicon(said.text for said in script.utterances.read(without=script.utterances.CONTRAST))
    assert words == kept.words
    data = script.training(*script.corpus(words), script.examples(words))
    data = script.only(data, list(kept.rows))
    weights, biases = script.fit(data, data.said >= -1, SAMPLE)
    weights *= data.rarity[:, None]
    for column, behaviour in enumerate(SAMPLE):
        number = script.IDS.index(behaviour)
        again = (weights[:, column] / kept.scale[number]).round()
        assert abs(again - kept.weights[:, number]).max() <= 1
        assert abs(biases[column] - kept.bias[number]) < 0.001


def test_the_stored_file_is_small(script: ModuleType) -> None:
    assert script.TARGET.stat().st_size < 1_500_000


def test_no_training_utterance_is_in_a_golden_set(script: ModuleType) -> None:
    texts = {case["text"] for name in "abcdefghijklm" for case in cases(name)}
    assert not texts & {said.text for said in script.utterances.read()}


def test_there_are_enough_of_each_kind(script: ModuleType) -> None:
    said, near = script.utterances.read(), script.utterances.near()
    assert sum(not one.labels for one in said) >= 1000
    for behaviour in script.IDS:
        assert sum(behaviour in one.labels for one in said) >= 150, behaviour
        assert near[behaviour] >= 40, behaviour


def test_counter_examples_do_not_show_what_they_look_like(script: ModuleType) -> None:
    for behaviour in script.IDS:
        file = script.utterances.FOLDER / "near" / f"{behaviour}.tsv"
        rows = [line.split("\t") for line in file.read_text(encoding="utf-8").splitlines()]
        assert not [row for row in rows if behaviour in row[1].split()]


def test_marked_parts_make_up_the_turn(script: ModuleType) -> None:
    turns = [said for said in script.utterances.read() if said.parts]
    assert len(turns) > 3000
    assert all("".join(text for text, _ in said.parts) == said.text for said in turns)


@pytest.mark.parametrize(
    ("line", "wrong"),
    [("customer\tgreet", "values"), ("nobody\tgreet\t您好", "nobody"), ("customer\tgruss\t您好", "gruss")],
)
def test_a_line_that_does_not_fit_is_named(script: ModuleType, tmp_path: Path, line: str, wrong: str) -> None:
    folder = tmp_path / "shown"
    folder.mkdir()
    (folder / "greet.tsv").write_text(f"customer\tgreet\t您好\n{line}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=f"greet.tsv:2: .*(?i:{wrong})"):
        script.utterances.read(tmp_path)


def test_most_of_what_was_trained_is_recognised(script: ModuleType) -> None:
    """By both halves; the contrasts are the network's alone."""
    recogniser = BuiltinRecogniser()
    said = script.utterances.read(without=script.utterances.CONTRAST)[::40]
    right = sum(
        {str(b.id) for b in recogniser.recognise(one.text, Context(Role(one.role), one.previous))}
        == set(one.labels)
        for one in said
    )
    assert right / len(said) >= 0.78
