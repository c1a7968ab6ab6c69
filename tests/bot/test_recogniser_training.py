"""The shipped weights are what the training script makes of the shipped utterances."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from bot.ports import Context
from bot.recogniser import BuiltinRecogniser
from bot.recogniser.classifier import read
from scenarios.station import Role

SCRIPT = Path(__file__).parents[2] / "tools" / "train_recogniser.py"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("train_recogniser", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    import sys

    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.slow
def test_training_again_gives_the_same_predictions(script: ModuleType) -> None:
    made, kept = read(script.stored()), read(script.TARGET.read_bytes())
    assert made.rows == kept.rows
    assert {i: (limit.alone, limit.backing) for i, limit in made.limits.items()} == {
        i: (limit.alone, limit.backing) for i, limit in kept.limits.items()
    }
    assert abs(made.weights.astype(int) - kept.weights.astype(int)).max() <= 1


def test_the_stored_file_is_small(script: ModuleType) -> None:
    assert script.TARGET.stat().st_size < 1_500_000


def test_no_training_utterance_is_in_the_golden_set(script: ModuleType) -> None:
    import yaml

    golden = Path(__file__).parents[1] / "golden" / "utterances.yaml"
    texts = {case["text"] for case in yaml.safe_load(golden.read_text(encoding="utf-8"))}
    assert not texts & {one.text for one in script.corpus()}


def test_there_are_enough_of_each_kind(script: ModuleType) -> None:
    said = script.corpus()
    for behaviour in script.IDS:
        assert sum(behaviour in one.labels for one in said) >= 25, behaviour
    assert sum(not one.labels for one in said) >= 200


def test_most_of_what_was_trained_is_recognised(script: ModuleType) -> None:
    recogniser = BuiltinRecogniser()
    said = script.corpus()[::10]
    right = sum(
        {str(b.id) for b in recogniser.recognise(one.text, Context(Role(one.role)))} == set(one.labels)
        for one in said
    )
    assert right / len(said) >= 0.75
