"""The shipped rubrics, and what an examiner is told who writes a wrong one."""

import json
from importlib.resources import files

import pytest

from retrieval.errors import InputError, ManyInputErrors
from retrieval.standard import find
from rubrics.loading import find_rubric, library, load_rubric, schema, shipped_files
from rubrics.model import Amount, Rubric
from scenarios.yamlfile import YamlSource

TEXT = files("rubrics").joinpath("library/complaint-handling.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("rubric", list(library().values()), ids=lambda r: r.id)
def test_each_criterion_rests_on_items_of_the_standard(rubric: Rubric) -> None:
    assert sum(c.weight for c in rubric.criteria) == 100
    for criterion in rubric.criteria:
        assert all(find(code) for code in criterion.standard)
        assert len({criterion.anchors.text(n) for n in range(5)}) == 5
        assert all(check.better for check in criterion.checks)


def test_every_rubric_names_the_schema_that_ships_beside_it() -> None:
    import jsonschema
    import yaml

    kept = json.loads(files("rubrics").joinpath("schema.json").read_text(encoding="utf-8"))
    assert kept == schema()
    for file in shipped_files():
        text = file.read_text(encoding="utf-8")
        assert text.startswith("# yaml-language-server: $schema=../schema.json\n")
        data = json.loads(json.dumps(yaml.safe_load(text)))
        jsonschema.validate(data, kept)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("weight: 25", "weight: 26", "101"),
        ("acknowledge_emotion]", "be_nice]", "be_nice"),
        ("L3.6.2.S5", "L3.6.2.S9", "L3.6.2.S9"),
        ("cut_score: 60", "cut_scor: 60", "cut_scor"),
        ("{address}，换成我", "{adress}，换成我", "adress"),
        ("met: {any: [prevent]}", "met: {}", "条件是空的"),
        ("{cap: 59}", "{cap: 590}", "100"),
        ("concerns: {share: 0.6}", "concerns: {share: 0.6, min: 1}", "只能写一个"),
        ("id: sorry-for-what", "id: feel-early", "重复"),
    ],
)
def test_a_slip_is_told_with_its_line(old: str, new: str, told: str) -> None:
    assert old in TEXT
    with pytest.raises(ManyInputErrors) as caught:
        load_rubric(YamlSource.draft("我的标准.yaml", TEXT.replace(old, new, 1)))
    message = str(caught.value)
    assert told in message
    assert message.startswith("我的标准.yaml")


def test_an_unknown_rubric_names_the_nearest() -> None:
    assert find_rubric("negotiation@1").id == "negotiation"
    with pytest.raises(InputError, match="complaint-handling"):
        find_rubric("complaint-handlin")


@pytest.mark.parametrize(
    ("share", "of", "needed"),
    [(0.6, 5, 3), (0.6, 3, 2), (0.5, 4, 2), (1.0, 3, 3), (0.01, 4, 1), (0.67, 3, 3)],
)
def test_a_share_is_rounded_up(share: float, of: int, needed: int) -> None:
    assert Amount(share=share).needed(of) == needed
