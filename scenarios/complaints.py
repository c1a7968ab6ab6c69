"""What pydantic finds wrong, in sentences a teacher understands."""

import difflib
import re
import typing
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from retrieval.errors import InputError
from scenarios.yamlfile import Document, PathKey

MANY = 20
"""Up to so many allowed values are listed; of more, the nearest."""

_SENTENCES: Mapping[str, tuple[str, str]] = {
    "string_too_short": ("这里是空的", "写上内容，或整行删掉"),
    "string_too_long": ("这里太长", "最多 {max_length} 个字"),
    "too_short": ("这里只有 {actual_length} 项，至少要 {min_length} 项", "再补几项"),
    "too_long": ("这里有 {actual_length} 项，最多 {max_length} 项", "删掉多出来的"),
    "greater_than": ("数字太小", "要大于 {gt}"),
    "greater_than_equal": ("数字太小", "最小是 {ge}"),
    "less_than": ("数字太大", "要小于 {lt}"),
    "less_than_equal": ("数字太大", "最大是 {le}"),
    "int_from_float": ("这里要整数", "去掉小数"),
    "finite_number": ("这里要普通的数字", "不能是无穷大"),
    "missing": ("缺少这个字段", "补上“{name}: …”"),
}
_WANTED: tuple[tuple[str, str, str], ...] = (
    ("int", "整数", "写成不带引号的数字，如 3"),
    ("float", "数字", "写成不带引号的数字，如 12.5"),
    ("bool", "true 或 false", "写 true 或 false，不带引号"),
    ("string", "文字", "写一句话；内容是数字就给它加双引号"),
    ("tuple", "一个列表", "每项一行，以“- ”开头"),
    ("list", "一个列表", "每项一行，以“- ”开头"),
    ("dict", "一组“字段: 值”", "换行后多缩进两格，每行一个“字段: 值”"),
    ("mapping", "一组“字段: 值”", "换行后多缩进两格，每行一个“字段: 值”"),
    ("model", "一组“字段: 值”", "换行后多缩进两格，每行一个“字段: 值”"),
)
_PATTERNS: Mapping[str, str] = {
    "^L[123]": "编码形如 L3.6.2.S4：等级、职业功能、工作内容、S 技能或 K 知识",
    "^[a-z0-9]": "只用小写英文字母和数字，中间用连字符，如 aircon-third-visit 或 order_no",
}


def complaints(document: Document, model: type[BaseModel], found: Sequence[Any]) -> Iterator[InputError]:
    """One error per thing found, in pydantic's order.

    Args:
        found: `ValidationError.errors()`, with context and input.
    """
    for each in found:
        if _only_follows(each):
            continue
        path: PathKey = tuple(part for part in each["loc"] if part != "[key]")
        what, mend = _sentence(each, path, model)
        if each["type"] == "missing":
            yield _missing(document, path, what, mend)
        else:
            yield document.error(document.place(path), what, mend)


def _only_follows(each: Mapping[str, Any]) -> bool:
    """Pydantic counts only the well-formed items: a list whose items are told anyway is not too short."""
    given = each.get("input")
    return each["type"] == "too_short" and isinstance(given, list) and len(given) >= each["ctx"]["min_length"]


def _missing(document: Document, path: PathKey, what: str, mend: str) -> InputError:
    place = document.place(path)
    if path and path[-1] not in place[-1:]:
        place = (*place, path[-1])
    return document.error(place, what, mend)


def _sentence(each: Mapping[str, Any], path: PathKey, model: type[BaseModel]) -> tuple[str, str]:
    """What is wrong, and how to mend it."""
    kind, context, given = each["type"], dict(each.get("ctx", {})), each.get("input")
    if kind == "extra_forbidden":
        return _unknown(str(path[-1]), model, path)
    if kind in {"enum", "literal_error"}:
        return not_among(shown(given), re.findall(r"'([^']*)'|(-?\d+)", context["expected"]))
    if kind == "union_tag_invalid":
        return not_among(context["tag"], re.findall(r"'([^']*)'", context["expected_tags"]))
    if kind in {"value_error", "assertion_error"}:
        return str(context.get("error", "这里不对")), ""
    return _by_type(kind, context, given, path)


def _by_type(kind: str, context: dict[str, Any], given: Any, path: PathKey) -> tuple[str, str]:
    if kind == "string_pattern_mismatch":
        pattern = context["pattern"]
        mend = next((text for start, text in _PATTERNS.items() if pattern.startswith(start)), "对照样板改写")
        return f"“{shown(given)}”写法不对", mend
    if kind in _SENTENCES:
        what, mend = _SENTENCES[kind]
        context["name"] = path[-1] if path else ""
        return what.format(**context), mend.format(**context)
    for start, wanted, mend in _WANTED:
        if kind.removeprefix("is_instance_of_").startswith(start):
            return f"这里要{wanted}，写的是{_given(given)}", mend
    return f"这里写的是{_given(given)}，不合要求", "对照样板改写"


def _unknown(name: str, model: type[BaseModel], path: PathKey) -> tuple[str, str]:
    known = allowed_fields(model, path)
    near = nearest(name, known)
    if near:
        return f"没有“{name}”这个字段", f"是不是要写 {near[0]}"
    return f"没有“{name}”这个字段", f"这里可以写：{'、'.join(known)}" if known else "把它删掉"


def allowed_fields(model: type[BaseModel], path: PathKey) -> tuple[str, ...]:
    """Names of the fields that may stand beside the last part of `path`, as they are written in files."""
    models = {model}
    for part in path[:-1]:
        inner = {found for each in models for found in _models_in(_written(each).get(str(part)))}
        models = inner or models
    return tuple(dict.fromkeys(name for each in models for name in _written(each)))


def _written(model: type[BaseModel]) -> Mapping[str, Any]:
    return {field.alias or name: field.annotation for name, field in model.model_fields.items()}


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    todo = [annotation]
    while todo:
        each = todo.pop()
        if isinstance(each, type) and issubclass(each, BaseModel):
            yield each
        todo.extend(typing.get_args(each))


def nearest(word: str, known: Iterable[str], n: int = 1) -> list[str]:
    """The most similar of `known`, best first; empty when none is similar."""
    return difflib.get_close_matches(word, list(known), n=n, cutoff=0.6)


def not_among(given: str, expected: Iterable[str | tuple[str, ...]]) -> tuple[str, str]:
    """What to say of a value that is not one of a list."""
    known = ["".join(each) for each in expected]
    if "，" in given or "、" in given:
        return f"“{given}”不在可选的值里", "像是几个值连在一起了：方括号里要用英文逗号隔开"
    near = nearest(given, known, 3)
    if len(known) <= MANY:
        hint = f"可以写：{'、'.join(known)}" + (f"；最接近的是 {near[0]}" if near else "")
    elif near:
        hint = f"相近的有：{'、'.join(near)}（共 {len(known)} 个可选）"
    else:
        hint = f"共 {len(known)} 个可选：{'、'.join(known)}"
    return f"“{given}”不在可选的值里", hint


def shown(value: Any, limit: int = 40) -> str:
    """A value as it may stand in a message, cut to `limit` characters."""
    text = {None: "空", True: "true", False: "false"}.get(value) if _simple(value) else None
    text = text or str(value)
    return text if len(text) <= limit else text[:limit] + "…"


def _simple(value: Any) -> bool:
    return value is None or isinstance(value, bool)


def _given(value: Any) -> str:
    if value is None:
        return "空白"
    if isinstance(value, Mapping):
        return "一组“字段: 值”"
    if isinstance(value, list | tuple):
        return "一个列表"
    if isinstance(value, int | float):
        return f" {shown(value)}"
    return f"“{shown(value)}”"
