"""From YAML files to rubrics, with every mistake told at once: file, line, field, how to mend."""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from types import MappingProxyType
from typing import Any

from retrieval.errors import InputError
from rubrics.model import Condition, Criterion, Rubric
from scenarios.complaints import nearest
from scenarios.loading import load_yaml_model
from scenarios.yamlfile import YamlSource

_LEFT = ("fact", "option", "concern", "demand", "point")
SLOTS = frozenset(f"{name}{n}" for name in _LEFT for n in ("", 2, 3)) | {"address", "rule"}
"What a better sentence may pick up from the station."
Problem = tuple[tuple[str | int, ...], str, str]


def load_rubric(source: Path | Traversable | YamlSource) -> Rubric:
    """One rubric, checked throughout; a file must bear the rubric's id as its name.

    Raises:
        ManyInputErrors: all that is wrong, in order of lines.
    """

    def check(rubric: Rubric) -> Iterator[Problem]:
        if not isinstance(source, YamlSource) and source.name != f"{rubric.id}.yaml":
            yield ("id",), f"编号“{rubric.id}”和文件名对不上", f"把文件改名为 {rubric.id}.yaml，或改编号"
        yield from problems(rubric)

    return load_yaml_model(source, Rubric, check)


def problems(rubric: Rubric) -> Iterator[Problem]:
    """What a well-formed rubric can still have wrong: codes, patterns, slots."""
    for n, criterion in enumerate(rubric.criteria):
        yield from _codes(criterion, ("criteria", n))
        for k, check in enumerate(criterion.checks):
            place = ("criteria", n, "checks", k)
            for line in (*check.better, *check.misses):
                for slot in re.findall(r"\{(\w*)\}", line):
                    if slot not in SLOTS:
                        hint = f"可用的有 {'、'.join(sorted(SLOTS))}"
                        yield place, f"没有 {{{slot}}} 这个空", hint
            for name in ("met", "partly", "not_"):
                condition: Condition | None = getattr(check, name)
                if condition is not None:
                    yield from _patterns(condition, (*place, name.rstrip("_")))


def _codes(criterion: Criterion, place: tuple[str | int, ...]) -> Iterator[Problem]:
    from retrieval.standard import find

    for n, code in enumerate(criterion.standard):
        try:
            find(code)
        except InputError as error:
            yield (*place, "standard", n), error.what, error.mend


def _patterns(condition: Condition, place: tuple[str | int, ...]) -> Iterator[Problem]:
    for phrase in condition.says:
        try:
            re.compile(phrase)
        except re.error as error:
            yield (*place, "says"), f"“{phrase}”不是合格的正则表达式（{error}）", "检查括号是否成对"
    for name in ("every", "either"):
        for n, each in enumerate(getattr(condition, name)):
            yield from _patterns(each, (*place, name, n))


def shipped_files() -> tuple[Traversable, ...]:
    """The files of all shipped rubrics, by name."""
    folder = files("rubrics").joinpath("library")
    return tuple(sorted((f for f in folder.iterdir() if f.name.endswith(".yaml")), key=lambda f: f.name))


USUAL = "complaint-handling"
"Of several rubrics that fit, the one taken when nobody names any."


@cache
def library() -> Mapping[str, Rubric]:
    """All shipped rubrics by id; read once a process.

    Raises:
        ManyInputErrors: one of them is wrong.
    """
    return MappingProxyType({rubric.id: rubric for rubric in map(load_rubric, shipped_files())})


def find_rubric(name: str) -> Rubric:
    """A shipped rubric by id (`complaint-handling`, or with its version `complaint-handling@1`), or a file.

    Raises:
        InputError: there is none.
    """
    if name.endswith((".yaml", ".yml")):
        return load_rubric(Path(name))
    wanted = name.partition("@")[0]
    if wanted in library():
        return library()[wanted]
    near = nearest(wanted, library())
    raise InputError(
        f"没有评分标准“{name[:40]}”", mend=f"最接近的是 {near[0]}" if near else f"现有 {'、'.join(library())}"
    )


def rubric_for(role: str) -> Rubric | None:
    """The rubric for talks with that counterpart, for a transcript which names neither station nor rubric."""
    fitting = [rubric for rubric in library().values() if role in rubric.applies_to]
    return next((rubric for rubric in fitting if rubric.id == USUAL), fitting[0] if fitting else None)


def schema() -> dict[str, Any]:
    """JSON schema of a rubric file; `rubrics/schema.json` is this, written out for editors."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "koushi 评分标准",
        **{key: value for key, value in Rubric.model_json_schema(by_alias=True).items() if key != "title"},
    }


def schema_text() -> str:
    """`schema()` as the file holds it."""
    return json.dumps(schema(), ensure_ascii=False, indent=1) + "\n"
