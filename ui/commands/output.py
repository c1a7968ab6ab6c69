"""What commands share: printing, JSON, batches."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from retrieval.errors import InputError, KoushiError

MOST_LINE = 4_000_000
"""Characters a line of a batch may have: twice the largest transcript."""


def say(text: str = "") -> None:
    """One line to standard output, at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def say_json(data: Any, indent: int | None = 2) -> None:
    """JSON to standard output, Chinese as it is."""
    say(json.dumps(data, ensure_ascii=False, indent=indent, allow_nan=False))


def read_bytes(name: str, most: int) -> bytes:
    """A file, or standard input for `-`; at most `most` bytes.

    Raises:
        InputError: it is missing, a folder, unreadable or larger.
    """
    try:
        if name == "-":
            data = sys.stdin.buffer.read(most + 1)
        else:
            with Path(name).open("rb") as file:
                data = file.read(most + 1)
    except FileNotFoundError:
        raise InputError("没有这个文件", mend="检查文件名和所在文件夹", file=name) from None
    except IsADirectoryError:
        raise InputError("这是文件夹，不是文件", mend="写出里面具体的文件", file=name) from None
    except OSError:
        raise InputError("文件打不开", mend="检查读取权限", file=name) from None
    if len(data) > most:
        raise InputError(f"文件超过 {most // 1_000_000} MB", mend="检查是不是选错了文件", file=name)
    return data


def batch(name: str, answer: Callable[[Mapping[str, Any]], Any]) -> int:
    """JSON lines in, JSON lines out, in the same order; a bad line gets its own `error` and the rest goes on.

    Each line out holds the `id` of its line in and, under `result`, exactly what the command prints with
    `--json`; where that is an object its fields stand beside `id` as well.

    Args:
        name: a file, or `-` for standard input.
        answer: one line's fields to the command's result.
    """
    for number, line in enumerate(_lines(name), 1):
        fields: Mapping[str, Any] = {}
        try:
            fields = _fields(line, number)
            result = answer(fields)
        except KoushiError as error:
            say_json({"id": fields.get("id"), "error": str(error)}, indent=None)
            continue
        spread = result if isinstance(result, dict) else {}
        say_json({**spread, "id": fields.get("id"), "result": result}, indent=None)
    return 0


def _lines(name: str) -> Iterator[str]:
    if name == "-":
        stream = sys.stdin.buffer
        yield from (_text(line) for line in stream if line.strip())
        return
    try:
        with Path(name).open("rb") as file:
            yield from (_text(line) for line in file if line.strip())
    except FileNotFoundError:
        raise InputError("没有这个文件", mend="检查文件名和所在文件夹", file=name) from None
    except OSError:
        raise InputError("文件打不开", mend="检查读取权限", file=name) from None


def _text(line: bytes) -> str:
    return line.decode("utf-8-sig", errors="surrogateescape")


def _fields(line: str, number: int) -> Mapping[str, Any]:
    if len(line) > MOST_LINE:
        raise InputError("这一行太长", mend="一行只放一份", line=number)
    try:
        line.encode()
        fields = json.loads(line)
    except UnicodeEncodeError:
        raise InputError("这一行不是 UTF-8 编码", mend="把文件存成 UTF-8", line=number) from None
    except (json.JSONDecodeError, RecursionError):
        raise InputError("这一行不是完整的 JSON", mend="检查括号和引号", line=number) from None
    if not isinstance(fields, dict):
        raise InputError("这一行要是一个 JSON 对象", mend='写成 {"id": …}', line=number)
    return fields


def field(fields: Mapping[str, Any], name: str, kind: type | tuple[type, ...], default: Any = ...) -> Any:
    """One field of a batch line; `default` when it is absent or null, an error when there is none.

    Raises:
        InputError: it is missing or of another type.
    """
    value = fields.get(name)
    if value is None and default is not ...:
        return default
    if not isinstance(value, kind) or isinstance(value, bool):
        what = "缺少字段" if value is None else "字段的类型不对"
        raise InputError(f"{what} {name}", mend=f'写成 "{name}": …')
    return value


def among(name: str, value: str, known: tuple[str, ...]) -> str:
    """`value` when it is one of `known`.

    Raises:
        InputError: it is none of them.
    """
    if value not in known:
        raise InputError(f"{name} 不能是“{value[:40]}”", mend=f"可以写：{'、'.join(known)}")
    return value
