"""Stations by their ids: the shipped ones, an organisation's own beside them, the schema of both."""

from importlib.resources import files
from pathlib import Path

import pytest

from retrieval.errors import InputError, ManyInputErrors
from scenarios.loading import (
    find_station,
    library,
    load_station,
    scan,
    schema_text,
    shipped_files,
    station_schema,
)
from tests.scenarios.test_loading import SAMPLE


def _write(folder: Path, name: str, station_id: str, version: int = 1) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    text = SAMPLE.replace("l3-sample-late-delivery", station_id).replace(
        "version: 1 ", f"version: {version} "
    )
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def test_a_file_must_bear_its_id(tmp_path: Path) -> None:
    with pytest.raises(ManyInputErrors, match="对不上"):
        load_station(_write(tmp_path, "other.yaml", "l3-cake"))


def test_an_organisations_stations_join_the_shipped_ones_and_a_broken_one_hides_only_itself(
    tmp_path: Path,
) -> None:
    _write(tmp_path / "sub", "l3-cake.yaml", "l3-cake")
    (tmp_path / "l3-broken.yaml").write_text("id: l3-broken\n", encoding="utf-8")
    assert set(library(tmp_path)) == set(library()) | {"l3-cake"}
    assert find_station("l3-cake", tmp_path).title == "生日蛋糕迟到两小时"
    (problem,) = scan(tmp_path).problems
    assert "l3-broken.yaml" in str(problem)


def test_two_files_with_one_id_are_told(tmp_path: Path) -> None:
    _write(tmp_path / "a", "l3-cake.yaml", "l3-cake")
    _write(tmp_path / "b", "l3-cake.yaml", "l3-cake")
    assert "有两份" in str(scan(tmp_path).problems[0])


def test_an_unknown_id_names_the_nearest() -> None:
    known = next(iter(library()))
    with pytest.raises(InputError, match=known):
        find_station(known[:-1])


def test_the_library_is_the_files_by_id() -> None:
    assert sorted(library()) == sorted(file.name.removesuffix(".yaml") for file in shipped_files())


def test_the_schema_file_is_current_and_takes_both_forms_of_a_line() -> None:
    import jsonschema
    import yaml

    stored = files("scenarios").joinpath("schema.json").read_text(encoding="utf-8")
    assert stored == schema_text(), "run: python -m scenarios.loading > scenarios/schema.json"
    validator = jsonschema.Draft202012Validator(station_schema())
    validator.validate(yaml.safe_load(SAMPLE))
    assert list(validator.iter_errors({**yaml.safe_load(SAMPLE), "role": "boss"}))
