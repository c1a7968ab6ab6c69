"""Reads one JSON object out of a model's answer: mended where there is one reading, refused otherwise."""

import json
import re
from collections.abc import Mapping
from typing import Any

_FENCE = re.compile(r"```[a-zA-Z]*\s*\n?(.*?)```", re.DOTALL)


class Unreadable(ValueError):
    """The answer is not the object that was asked for; the text says why, in Chinese, for the model too."""


def read_object(text: str, schema: Mapping[str, Any], *, cut: bool = False) -> dict[str, Any]:
    """The one object in `text` that satisfies `schema`.

    Mended: code fences, prose around a single object, trailing commas, and, unless the answer was `cut`,
    closing brackets forgotten after a complete value. Two objects, a repeated key, NaN or a value cut in
    the middle have more than one reading and are refused.

    Raises:
        Unreadable: when there is no such object.
    """
    if not text.strip():
        raise Unreadable("回答是空的")
    found = _objects(text)
    if not found and not cut:
        found = _objects(_mended(text))
    distinct = [item for n, item in enumerate(found) if item not in found[:n]]
    if not distinct:
        raise Unreadable("回答太长，被截断了，请写短一些" if cut else "回答里没有完整的 JSON 对象")
    if len(distinct) > 1:
        raise Unreadable("回答里有几个不同的 JSON 对象，不知道以哪个为准")
    _validate(distinct[0], schema)
    return distinct[0]


def _objects(text: str) -> list[dict[str, Any]]:
    """Every outermost object in the text, fenced blocks first; prose between them is passed over."""
    decoder = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_no_constant)
    found: list[dict[str, Any]] = []
    fenced = "\n".join(_FENCE.findall(text))
    source = fenced if "{" in fenced else text
    at = source.find("{")
    while at != -1:
        try:
            value, end = decoder.raw_decode(source, at)
        except Unreadable:
            raise
        except RecursionError:
            raise Unreadable("括号套得太深") from None
        except ValueError:  # also a number of thousands of digits
            # A brace that opens nothing readable may be prose or half an answer: not for us to guess.
            return []
        found.append(value)
        at = source.find("{", end)
    return found


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    keys = [key for key, _ in pairs]
    if len(set(keys)) != len(keys):
        raise Unreadable("同一个字段出现了两次")
    return dict(pairs)


def _no_constant(name: str) -> Any:
    raise Unreadable(f"{name} 不是合法的 JSON 值")


def _mended(text: str) -> str:
    """From the first brace on: trailing commas dropped, missing closing brackets added."""
    start = text.find("{")
    if start == -1:
        return ""
    body = re.sub(r"\s*```\s*$", "", text[start:]).rstrip()
    out: list[str] = []
    closers: list[str] = []
    in_string = escaped = False
    for char in body:
        if in_string:
            in_string = escaped or char != '"'
            escaped = char == "\\" and not escaped
        elif char == '"':
            in_string = True
        elif char in "{[":
            closers.append("}" if char == "{" else "]")
        elif char in "}]":
            if not closers or closers.pop() != char:
                return ""
            _drop_comma(out)
        out.append(char)
    # Cut inside a string or right after a digit, colon or comma: what was to come is anybody's guess.
    complete = not in_string and bool(re.search(r'["}\]]$|\b(true|false|null)$', body))
    return "".join([*out, *reversed(closers)]) if complete or not closers else ""


def _drop_comma(out: list[str]) -> None:
    while out and out[-1].isspace():
        out.pop()
    if out and out[-1] == ",":
        out.pop()


_PLAIN: dict[str, type] = {"object": dict, "array": list, "string": str, "integer": int}
_UNDERSTOOD = {"type", "properties", "required", "additionalProperties", "items", "enum"}


def _plainly(value: Any, schema: Mapping[str, Any]) -> bool:
    """Whether it satisfies a schema of the plain kind we write ourselves; False where that is not certain.

    Most answers do, and the general validator takes as long over one as sending and reading it does.
    """
    kind = _PLAIN.get(schema.get("type", ""))
    if kind is None or type(value) is not kind or not schema.keys() <= _UNDERSTOOD:
        return False
    if isinstance(value, dict):
        parts = schema.get("properties", {})
        closed = schema.get("additionalProperties") is False and set(schema.get("required", ())) == set(parts)
        return closed and value.keys() == parts.keys() and all(_plainly(value[k], parts[k]) for k in parts)
    if isinstance(value, list):
        return "items" in schema and all(_plainly(each, schema["items"]) for each in value)
    return "enum" not in schema or value in schema["enum"]


def _validate(value: dict[str, Any], schema: Mapping[str, Any]) -> None:
    if _plainly(value, schema):
        return
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import best_match

    error = best_match(Draft202012Validator(dict(schema)).iter_errors(value))
    if error is not None:
        path = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in error.absolute_path).lstrip(".")
        raise Unreadable(f"字段 {path or '（最外层）'} 不合要求：{error.message[:160]}")
