"""Strict YAML: one document in UTF-8, no aliases, no tags, no key twice; every value knows its line.

Scalars are read as in JSON (null, true, false, decimal numbers, text): in YAML 1.1 `12:30` would be the
number 750 and `no` would be false, which no teacher means.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Self

from retrieval.errors import InputError, ManyInputErrors

MAX_BYTES = 1_000_000
MAX_DEPTH = 40
PathKey = tuple[str | int, ...]

_INT = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?[0-9]+\.[0-9]+([eE][-+]?[0-9]+)?")
_WORDS: Mapping[str, Any] = {"": None, "~": None, "null": None, "true": True, "false": False}
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
_FULL_WIDTH_COLON = re.compile(r"^[ \-]*[A-Za-z_][\w.]*：")
_OPEN_QUOTE = re.compile(r"""[ \-]*([\w.]+:)? *("[^"]*|'[^']*)$""")
_SYNTAX: tuple[tuple[str, str, str], ...] = (
    (r"tab character|'\\t'", "缩进里有制表符（Tab）", "缩进只能用空格，把 Tab 换成两个空格"),
    (r"cannot start any token", "这里有不能开头的符号", "以 @ ` % 开头的文字要加双引号；缩进只能用空格"),
    (
        r"unexpected end of stream|while scanning a quoted scalar",
        "引号没有收尾",
        "给这句话补上另一半引号，或在整句外面用另一种引号",
    ),
    (
        r"mapping values are not allowed",
        "这一行的冒号或缩进不对",
        "同一级的字段左边对齐，一行只写一个“字段: 值”；值里有英文冒号就给值加双引号",
    ),
    (r"could not find expected ':'", "这一行缺少英文冒号", "写成“字段: 值”，冒号用英文半角，后面留一个空格"),
    (
        r"expected key|expected <block end>|'-' indicator",
        "缩进没有对齐",
        "同一级的字段要左边对齐，下一级多缩进两个空格",
    ),
    (
        r"',' or '[\]}]'",
        "方括号或花括号没有收尾，或者中间少了逗号",
        "补上 ] 或 }，各项之间用英文逗号；列表里的文字带有 {} 或 [] 时要用单引号括起来",
    ),
    (r"unknown escape|escape sequence", "双引号里的反斜杠用得不对", "正则表达式请用单引号括起来"),
    (r"alias|anchor", "用了 & 或 * 的引用写法", "以 & 或 * 开头的文字要加引号；相同的内容请写两遍"),
    (r"single document|document start", "文件里有不止一份内容", "去掉多余的 --- 或 ... 行，一个文件只写一份"),
    (r"tag", "用了 ! 开头的标签", "以 ! 开头的文字要加引号"),
    (r"node content", "这里缺少内容", "补上值，或删掉这一行"),
)


@dataclass(frozen=True, slots=True)
class YamlSource:
    """A YAML text and the name under which it is spoken of in messages."""

    name: str
    data: bytes

    @classmethod
    def of(cls, source: "Path | Traversable | YamlSource") -> "YamlSource":
        """Read a file.

        Raises:
            InputError: it is missing, a folder, unreadable or larger than 1 MB.
        """
        if isinstance(source, YamlSource):
            return source
        try:
            with source.open("rb") as file:
                data = file.read(MAX_BYTES + 1)
        except FileNotFoundError:
            raise InputError("没有这个文件", mend="检查文件名和所在文件夹", file=str(source)) from None
        except IsADirectoryError:
            raise InputError(
                "这是文件夹，不是文件", mend="写出里面具体的 .yaml 文件", file=str(source)
            ) from None
        except OSError:
            raise InputError("文件打不开", mend="检查读取权限", file=str(source)) from None
        return cls(str(source), data)

    @classmethod
    def draft(cls, name: str, text: str) -> Self:
        """A text that is not in a file (yet)."""
        return cls(name, text.encode("utf-8", "surrogatepass"))  # half an emoji is told when it is read


@dataclass(frozen=True, slots=True)
class Document:
    """What a file says, and on which line (from 1) each value of it stands."""

    name: str
    data: Any
    lines: Mapping[PathKey, int]
    problems: tuple[InputError, ...] = ()
    "Keys given twice: told together with whatever else is wrong."

    def place(self, path: PathKey) -> PathKey:
        """`path` without the parts that are not in the file (unions' tags, fields that are missing)."""
        known: PathKey = ()
        for part in path:
            if (*known, part) in self.lines:
                known = (*known, part)
        return known

    def field(self, path: PathKey) -> str:
        """`facts[order_no].value`: list items by their id, or as 第 n 项 when they have none."""
        name, at = "", self.data
        for part in path:
            child = _child(at, part)
            if isinstance(part, int) and isinstance(at, list):
                own = child.get("id") if isinstance(child, dict) else None
                name += f"[{own}]" if isinstance(own, str) and own else f"[第 {part + 1} 项]"
            else:
                name += f".{part}" if name else str(part)
            at = child
        return name

    def error(self, path: PathKey, what: str, mend: str = "") -> InputError:
        """An error at a place of this file."""
        line, field = self.lines.get(self.place(path)), self.field(path) or None
        return InputError(what, mend=mend, file=self.name, line=line, field=field)


def _child(at: Any, part: str | int) -> Any:
    try:
        return at[part]
    except (KeyError, IndexError, TypeError):
        return None


def read_yaml(source: Path | Traversable | YamlSource) -> Document:
    """The data of one YAML file with the lines they stand on.

    Raises:
        ManyInputErrors: it cannot be read, is not UTF-8, too large, empty, or no valid YAML.
    """
    try:
        source = YamlSource.of(source)
        return _document(source.name, _decode(source))
    except ManyInputErrors:
        raise
    except InputError as error:
        raise ManyInputErrors([error]) from error


def text_of(source: Path | Traversable | YamlSource) -> str:
    """The text of a file, as an editor shows it.

    Raises:
        InputError: it cannot be read, is not UTF-8, too large or empty.
    """
    return _decode(YamlSource.of(source))


def _decode(source: YamlSource) -> str:
    name, data = source.name, source.data
    if len(data) > MAX_BYTES:
        raise InputError("文件超过 1 MB", mend="一个题目不会这么大，检查是不是选错了文件", file=name)
    save_as = "用记事本或编辑器“另存为”，编码选 UTF-8"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InputError("文件是 UTF-16 编码，不是 UTF-8", mend=save_as, file=name)
    try:
        text = data.decode("utf-8-sig", "surrogatepass")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        guess = "，像是 GBK" if _decodes(data, "gbk") else ""
        raise InputError(f"文件不是 UTF-8 编码{guess}", mend=save_as, file=name, line=line) from None
    if not text.strip():
        raise InputError("文件是空的", mend="用 koushi station new 生成一份带说明的样板", file=name)
    if unseen := _UNSEEN.search(text):
        line = text.count("\n", 0, unseen.start()) + 1
        what = "有看不见的控制字符，或半个表情符号"
        raise InputError(what, mend="删掉这一处再重新打字", file=name, line=line)
    return text


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _document(name: str, text: str) -> Document:
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        _refuse_depth(name, yaml.parse(text, Loader=loader))
        root = yaml.compose(text, Loader=loader)
    except yaml.MarkedYAMLError as error:
        raise _syntax_error(name, text, error) from None
    except yaml.YAMLError as error:
        raise _plain_syntax_error(name, text, str(error)) from None
    if root is None:
        raise InputError("文件里只有注释，没有内容", mend="照样板填写字段", file=name)
    builder = _Builder(name)
    data = builder.build(root, ())
    return Document(name, data, builder.lines, tuple(builder.problems))


def _refuse_depth(name: str, events: Iterable[Any]) -> None:
    """Before anything is composed: the C composer recurses and would take the process down."""
    depth = 0
    for event in events:
        kind = type(event).__name__
        depth += kind.endswith("StartEvent") - kind.endswith("EndEvent")
        if depth > MAX_DEPTH:
            line = event.start_mark.line + 1
            raise InputError("嵌套太深", mend="检查缩进，看是不是多写了方括号", file=name, line=line)


class _Builder:
    """Turns composed nodes into plain data, noting lines and keys given twice."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.lines: dict[PathKey, int] = {}
        self.problems: list[InputError] = []
        self.seen: set[int] = set()

    def build(self, node: Any, path: PathKey, line: int | None = None) -> Any:
        at = node.start_mark.line + 1
        if id(node) in self.seen:
            raise InputError(*_ALIAS[:1], mend=_ALIAS[1], file=self.name, line=line or at)
        self.seen.add(id(node))
        if not node.tag.startswith("tag:yaml.org,2002:") or "python" in node.tag:
            raise InputError("用了 ! 开头的标签", mend="以 ! 开头的文字要加引号", file=self.name, line=at)
        self.lines[path] = line or at
        if node.id == "mapping":
            return self._mapping(node, path)
        if node.id == "sequence":
            return [self.build(each, (*path, n)) for n, each in enumerate(node.value)]
        return _scalar(node)

    def _mapping(self, node: Any, path: PathKey) -> dict[str | int, Any]:
        out: dict[str | int, Any] = {}
        for key_node, value in node.value:
            line = key_node.start_mark.line + 1
            key = _scalar(key_node) if key_node.id == "scalar" else None
            if key is None or isinstance(key, bool | float):
                raise InputError("字段名不对", mend="字段名要是一个词", file=self.name, line=line)
            if key in out:
                what, mend = f"字段“{key}”写了两遍", f"第 {self.lines[*path, key]} 行已有，合并成一处"
                self.problems.append(InputError(what, mend=mend, file=self.name, line=line))
            out[key] = self.build(value, (*path, key), line)
        return out


_ALIAS = ("用了 & 或 * 的引用写法", "相同的内容请写两遍；以 & 或 * 开头的文字要加引号")


def _scalar(node: Any) -> Any:
    """Plain scalars as in JSON; whatever is quoted or a block is text."""
    text: str = node.value
    if node.style:
        return text
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    if _INT.fullmatch(text) and len(text) < 19:
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text


def _syntax_error(name: str, text: str, error: Any) -> InputError:
    mark = error.context_mark if "quoted scalar" in str(error.context) else error.problem_mark
    mark = mark or error.problem_mark or error.context_mark
    line = mark.line + 1 if mark else 1
    return _plain_syntax_error(name, text, f"{error.context} {error.problem}", line)


def _plain_syntax_error(name: str, text: str, message: str, line: int | None = None) -> InputError:
    for number, each in enumerate(text.splitlines()[: line or 0], 1):
        if _FULL_WIDTH_COLON.match(each):
            mend = "把“：”换成英文的“:”，后面留一个空格"
            return InputError("字段名后面用了全角冒号", mend=mend, file=name, line=number)
        if _OPEN_QUOTE.match(each):
            mend = "在这句话末尾补上另一半引号"
            return InputError("引号没有收尾", mend=mend, file=name, line=number)
        if re.match(r"[ ]*[\t\u3000]", each):
            mend = "缩进只能用半角空格，Tab 和全角空格都换成两个半角空格"
            return InputError("缩进里有制表符（Tab）或全角空格", mend=mend, file=name, line=number)
    for pattern, what, mend in _SYNTAX:
        if re.search(pattern, message):
            return InputError(what, mend=mend, file=name, line=line)
    return InputError("写法不合 YAML 格式", mend="对照样板检查这一行和上一行", file=name, line=line)
