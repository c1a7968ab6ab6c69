"""《客户服务管理师》职业标准 as typed data: the spine every station, criterion and note refers to.

Codes are `L3` level, `L3.6` function, `L3.6.2` content, `L3.6.2.S4` skill, `L3.6.2.K1` knowledge, numbered
as printed. The text itself is in `corpus/standard.yaml`, word for word.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from retrieval.errors import InputError
from retrieval.profile import Profile
from retrieval.text import fold

Kind = Literal["skill", "knowledge"]
CODE = re.compile(r"L[1-3](\.[1-9]\d*(\.[1-9]\d*(\.[SK][1-9]\d*)?)?)?")
"""What a code looks like; whether it exists is asked of `find`."""


@dataclass(frozen=True, slots=True)
class Item:
    """One numbered requirement, 技能要求 or 专业知识要求."""

    code: str
    text: str
    """Printed wording, never corrected."""
    kind: Kind
    note: str | None = None
    """Ours: why the wording looks odd. Not part of the standard."""

    @property
    def level(self) -> int:
        """1, 2 or 3; 1 is the highest."""
        return level_of(self.code)

    @property
    def content(self) -> str:
        """Code of the work content it belongs to, e.g. `L3.6.2`."""
        return self.code.rpartition(".")[0]

    @property
    def function(self) -> str:
        """Code of the function it belongs to, e.g. `L3.6`."""
        return self.content.rpartition(".")[0]


@dataclass(frozen=True, slots=True)
class Content:
    """工作内容: one of 49."""

    code: str
    name: str
    skills: tuple[Item, ...]
    knowledge: tuple[Item, ...]
    overview_name: str | None = None
    """Its name in table 2.1, where that differs."""
    note: str | None = None

    @property
    def items(self) -> tuple[Item, ...]:
        """Skills, then knowledge."""
        return self.skills + self.knowledge


@dataclass(frozen=True, slots=True)
class Function:
    """职业功能: six to a level."""

    code: str
    name: str
    weight: int
    """Per cent of the level; the six of a level make 95."""
    contents: tuple[Content, ...]
    overview_name: str | None = None
    """Its name in table 2.1, where that differs."""


@dataclass(frozen=True, slots=True)
class Level:
    """One of the three grades of the occupation."""

    code: str
    level: int
    """1, 2 or 3; 1 is the highest."""
    name: str
    section: str
    """Where it is printed, e.g. `2.1.1`."""
    functions: tuple[Function, ...]
    basics_weight: int
    """Per cent for 相关基础知识."""


@dataclass(frozen=True, slots=True)
class Basics:
    """A part of 相关基础知识, the same for all levels."""

    name: str
    subjects: tuple[str, ...]


Part = Level | Function | Content | Item


@dataclass(frozen=True, slots=True)
class Standard:
    """The whole document."""

    title: str
    profile: Profile
    progression: str
    """2.2: a higher level covers the lower ones."""
    basics: tuple[Basics, ...]
    levels: tuple[Level, ...]
    """3, 2, 1: in printed order."""

    def functions(self) -> Iterator[Function]:
        """All 18, in printed order."""
        return (function for level in self.levels for function in level.functions)

    def contents(self) -> Iterator[Content]:
        """All 49, in printed order."""
        return (content for function in self.functions() for content in function.contents)

    def items(self, kind: Kind | None = None) -> Iterator[Item]:
        """All 166 skills and 210 knowledge items, or those of one kind, in printed order."""
        every = (item for content in self.contents() for item in content.items)
        return (item for item in every if kind in {None, item.kind})


def _content(code: str, raw: dict[str, Any], notes: dict[str, str]) -> Content:
    def items(kind: Kind, letter: str, texts: list[str]) -> tuple[Item, ...]:
        numbered = ((f"{code}.{letter}{n}", text) for n, text in enumerate(texts, 1))
        return tuple(Item(each, text, kind, notes.get(each)) for each, text in numbered)

    skills, knowledge = items("skill", "S", raw["skills"]), items("knowledge", "K", raw["knowledge"])
    return Content(code, raw["name"], skills, knowledge, raw.get("overview_name"), notes.get(code))


def _function(code: str, raw: dict[str, Any], notes: dict[str, str]) -> Function:
    contents = (_content(f"{code}.{n}", each, notes) for n, each in enumerate(raw["contents"], 1))
    return Function(code, raw["name"], raw["weight"], tuple(contents), raw.get("overview_name"))


def _level(raw: dict[str, Any], notes: dict[str, str]) -> Level:
    code = f"L{raw['level']}"
    functions = tuple(_function(f"{code}.{n}", each, notes) for n, each in enumerate(raw["functions"], 1))
    return Level(code, raw["level"], raw["name"], raw["section"], functions, raw["basics_weight"])


@cache
def load() -> Standard:
    """The standard as shipped; read once a process."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C one reads it 8 times faster
    text = files("retrieval").joinpath("corpus/standard.yaml").read_text(encoding="utf-8")
    raw = yaml.load(text, Loader=loader)  # noqa: S506 - both are safe loaders
    return Standard(
        title=raw["title"],
        profile=Profile.read(raw["profile"]),
        progression=raw["progression"],
        basics=tuple(Basics(each["name"], tuple(each["subjects"])) for each in raw["basics"]),
        levels=tuple(_level(each, raw["notes"]) for each in raw["levels"]),
    )


@cache
def _parts() -> dict[str, Part]:
    parts: dict[str, Part] = {}
    for level in load().levels:
        parts[level.code] = level
        for function in level.functions:
            parts[function.code] = function
            for content in function.contents:
                parts[content.code] = content
                parts.update((item.code, item) for item in content.items)
    return parts


def codes() -> tuple[str, ...]:
    """Every code there is (3 levels, 18 functions, 49 contents, 376 items), in printed order."""
    return tuple(_parts())


def normal(code: str) -> str:
    """`ｌ3．6.2.s4 ` → `L3.6.2.S4`: full width, case and blanks do not matter in what people type."""
    return re.sub(r"\s", "", fold(code.strip()[:64])).upper().replace("。", ".")


def find(code: str) -> Part:
    """The part of the standard with that code.

    Raises:
        InputError: there is none; the message names the nearest one.
    """
    wanted = normal(code)
    if part := _parts().get(wanted):
        return part
    raise InputError(f"标准里没有编码“{code[:40]}”", mend=_hint(wanted))


def _hint(wanted: str) -> str:
    import difflib

    parent = wanted
    while parent := parent.rpartition(".")[0]:
        if parent in _parts():
            children = [each for each in codes() if each.rpartition(".")[0] == parent]
            start = wanted[: len(parent) + 2]  # of L3.6.2.S9 the S items are meant, if there are any
            children = [each for each in children if each.startswith(start)] or children
            if not children:
                return f"{parent} 之下没有更细的条目"
            nearest = difflib.get_close_matches(wanted, children, n=1, cutoff=0)[0]
            return f"{parent} 之下有 {children[0]} 到 {children[-1]}，最接近的是 {nearest}"
    near = difflib.get_close_matches(wanted[:40], codes(), n=1, cutoff=0.5) or ["L3.6.2.S4"]
    return f"编码形如 {near[0]}：等级、职业功能、工作内容、S 技能或 K 知识"


def level_of(code: str) -> int:
    """1, 2 or 3 of a well-formed code.

    Raises:
        InputError: it is no code of the standard's form.
    """
    wanted = normal(code)
    if not CODE.fullmatch(wanted):
        raise InputError(f"“{code[:40]}”不是标准的编码", mend=_hint(wanted))
    return int(wanted[1])


def covers(level: int, code: str) -> bool:
    """Whether a candidate of `level` answers for `code` (2.2: a higher level covers the lower ones)."""
    return level_of(code) >= level


def as_json(code: str | None = None) -> dict[str, Any]:
    """What `koushi standard --json` prints; with a code, that part of it.

    Raises:
        InputError: no such code.
    """
    if code is None:
        return {"levels": [_json(level) for level in load().levels]}
    return _json(find(code))


def _json(part: Part) -> dict[str, Any]:
    match part:
        case Item(code=code, text=text):
            return {"code": code, "text": text}
        case Content(code=code, name=name):
            skills, knowledge = map(_json, part.skills), map(_json, part.knowledge)
            return {"code": code, "name": name, "skills": [*skills], "knowledge": [*knowledge]}
        case Function(code=code, name=name, weight=weight):
            return {"code": code, "name": name, "weight": weight, "contents": [*map(_json, part.contents)]}
        case Level():
            functions = [*map(_json, part.functions)]
            return {"level": part.level, "functions": functions, "basics_weight": part.basics_weight}
