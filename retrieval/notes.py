"""The knowledge notes: for every item of the standard an explanation in our own words, and what people ask.

One YAML file a work content under `corpus/notes/`, and two for exam and basics.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from retrieval.errors import InputError, ManyInputErrors
from retrieval.standard import Content, Item, find, level_of, normal
from retrieval.text import han_count

LENGTH = (120, 300)
"""Fewest and most Han characters of a note's text."""
QUESTIONS = (5, 10)
"""Fewest and most questions of a note."""
ALSO_ASKED = 30
"""Most further wordings of them."""
_CJK = "\u3000-\u303f\u4e00-\u9fff\uff00-\uffef“”‘’…—·"
_BLANK = re.compile(rf"(?<=[{_CJK}])[ \n]+|[ \n]+(?=[{_CJK}])")


def _unfolded(text: Any) -> Any:
    return _BLANK.sub("", text).strip() if isinstance(text, str) else text


def _of_length(text: str) -> str:
    if not LENGTH[0] <= han_count(text) <= LENGTH[1]:
        raise ValueError(f"正文有 {han_count(text)} 个汉字，应在 {LENGTH[0]} 到 {LENGTH[1]} 之间")
    return text


def _of_item(code: str) -> str:
    try:
        if isinstance(find(code), Item) and code == normal(code):
            return code
    except InputError as error:
        raise ValueError(str(error)) from error
    raise ValueError(f"{code} 不是一条技能或知识要求")


Text = Annotated[str, BeforeValidator(_unfolded), Field(min_length=1)]
ItemCode = Annotated[str, AfterValidator(_of_item)]


class Note(BaseModel):
    """One explanation."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str | None = Field(default=None, pattern=r"^(exam|basics)-[a-z0-9-]+$")
    """Of notes on exam and basics, which explain no item; else None."""
    codes: tuple[ItemCode, ...]
    """First the item it explains, then further ones it answers; empty where `id` is given."""
    title: Text
    text: Annotated[Text, AfterValidator(_of_length)]
    questions: tuple[Text, ...] = Field(min_length=QUESTIONS[0], max_length=QUESTIONS[1])
    """As people ask: spoken, in words other than the standard's."""
    also_asked: tuple[Text, ...] = Field(default=(), max_length=ALSO_ASKED)
    """The same matters as others put them: another trade, another turn of phrase. Searched, not offered."""
    synonyms: tuple[Text, ...] = ()
    related: tuple[ItemCode, ...] = ()

    @property
    def code(self) -> str:
        """Of the item it explains; the id where there is none."""
        return self.codes[0] if self.codes else str(self.id)

    @property
    def level(self) -> int | None:
        """1, 2 or 3; None for exam and basics, which concern every level."""
        return level_of(self.code) if self.codes else None


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    content: str | None
    notes: tuple[Note, ...]


def read(text: str, name: str) -> tuple[Note, ...]:
    """The notes of one file.

    Args:
        text: YAML.
        name: of the file, for messages.

    Raises:
        ManyInputErrors: everything that is wrong, in Chinese, with the field it is in.
    """
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        file = _File.model_validate(yaml.load(text, Loader=loader))  # noqa: S506 - both are safe loaders
    except yaml.YAMLError as error:
        line = (
            error.problem_mark.line + 1
            if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark
            else None
        )
        mend = "检查缩进、冒号与引号"
        raise ManyInputErrors([InputError("不是正确的 YAML", mend=mend, file=name, line=line)]) from error
    except ValidationError as error:
        raise ManyInputErrors([_complaint(each, name) for each in error.errors(include_url=False)]) from error
    if wrong := [
        InputError(what, mend=mend, file=name, field=field) for field, what, mend in _misplaced(file)
    ]:
        raise ManyInputErrors(wrong)
    return file.notes


_SAID = {
    "missing": "缺了这一项",
    "extra_forbidden": "没有这一项",
    "too_short": "太少",
    "too_long": "太多",
    "string_too_short": "是空的",
    "string_pattern_mismatch": "写法不对",
}


def _complaint(error: Any, name: str) -> InputError:
    field = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in error["loc"]).strip(".")
    if error["type"] == "value_error":
        what = str(error["ctx"]["error"])
    else:
        what = _SAID.get(error["type"], "类型不对")
    return InputError(what, mend="照着旁边的笔记改", file=name, field=field)


def _misplaced(file: _File) -> Iterator[tuple[str, str, str]]:
    """(field, what, how to mend) of what no single field shows."""
    if not file.notes:
        yield "notes", "一条笔记也没有", "写一条，或删去这个文件"
    if file.content is not None:
        try:
            known = isinstance(find(file.content), Content)
        except InputError:
            known = False
        if not known:
            yield "content", f"标准里没有工作内容 {file.content}", "编码形如 L3.6.2"
    for i, note in enumerate(file.notes):
        if bool(note.codes) == bool(note.id):
            yield f"notes[{i}]", "codes 和 id 应当只写一个", "讲解标准条目写 codes，讲考试和基础知识写 id"
        elif note.codes and note.code.rpartition(".")[0] != file.content:
            yield f"notes[{i}].codes[0]", f"{note.code} 不在 {file.content} 里", "移到它那份文件"
        if len({*note.questions, *note.also_asked}) < len(note.questions) + len(note.also_asked):
            yield f"notes[{i}].questions", "有重复的问题", "删去一个"


@cache
def load_notes() -> tuple[Note, ...]:
    """All shipped notes, by file name; read once a process.

    Raises:
        ManyInputErrors: a shipped file is wrong.
    """
    folder = files("retrieval").joinpath("corpus/notes")
    names = sorted(file.name for file in folder.iterdir() if file.name.endswith(".yaml"))
    texts = ((folder.joinpath(name).read_text(encoding="utf-8"), name) for name in names)
    return tuple(note for text, name in texts for note in read(text, name))


@cache
def _by_code() -> Mapping[str, tuple[Note, ...]]:
    found: dict[str, list[Note]] = {}
    for note in load_notes():
        for code in note.codes or (note.code,):
            found.setdefault(code, []).append(note)
    # Those written for the item come before those that answer it along the way.
    ranked = {code: sorted(each, key=lambda note: note.code != code) for code, each in found.items()}
    return MappingProxyType({code: tuple(each) for code, each in ranked.items()})


def notes_for(code: str) -> tuple[Note, ...]:
    """Every note that answers for an item, those written for it first; empty when there is none."""
    return _by_code().get(code) or _by_code().get(normal(code), ())


def note_for(code: str) -> Note | None:
    """The first of `notes_for`: its own note, else the one that answers it along the way."""
    return next(iter(notes_for(code)), None)
