"""Transcript files in: JSON, plain text with speaker prefixes, CSV. All of a file or nothing of it."""

import codecs
import csv
import io
import re
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.transcript import FORMAT, Side, Transcript, Turn
from retrieval.errors import InputError
from retrieval.text import fold

MAX_BYTES = 2_000_000
MAX_TURNS = 2000
SUFFIXES = (".json", ".txt", ".csv")
CANDIDATE = frozenset({"考生", "客服", "服务人员", "坐席", "candidate", "agent"})
COUNTERPART = frozenset({
    "客户", "顾客", "用户", "来信人", "客户代表", "对方", "上级", "主管", "领导", "经理", "下属", "员工",
    "同事", "考官", "counterpart", "customer", "supervisor", "subordinate", "colleague", "client", "examiner",
})  # fmt: skip
_PREFIX = re.compile(r"^\s*[\[【(（]?([^\s:：\[\]【】()（）]{1,12})[\]】)）]?\s*[:：]\s*(.*)$")

_STRANGER = re.compile(
    r"(?![我你您他她它咱这那第因所但如就请是有])[\u4e00-\u9fff]{2,5}[A-Za-z0-9一二三]?|[A-Za-z]{1,12}"
)
"A label that looks like a speaker: 店长, 张三, A. Its words must not slip into somebody else's turn."

_SPEAKERS = (
    "每句以“客户：”“上级：”“下属：”“同事：”“客户代表：”“考官：”或“考生：”开头；是上一句的接续就并到上一行"
)


class _Turn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    role: Literal["counterpart", "candidate"]
    text: str
    heard: str | None = None
    confidence: float | None = Field(default=None, ge=0, le=1)
    at: float | None = Field(default=None, ge=0)


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    format: Literal["koushi.transcript/1"]
    id: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    station: str | None = None
    rubric: str | None = None
    candidate: str | None = None
    stop_reason: str | None = None
    mode: Literal["practice", "exam"] | None = None
    turns: Annotated[list[_Turn], Field(max_length=MAX_TURNS)]


def read_transcript(path: Path | str) -> Transcript:
    """One file as a transcript; where no id is given it is the file's name.

    Raises:
        InputError: not there, too large (2 MB), of another kind, empty, broken, or nobody is the candidate.
    """
    path = Path(path)
    if path.suffix.lower() not in SUFFIXES:
        raise InputError(
            f"不认识 {path.suffix or '没有扩展名的'} 文件", mend="对话文件要是 .json、.txt 或 .csv", file=path
        )
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise InputError("没有这个文件", mend="检查文件名和所在文件夹", file=path) from None
    except IsADirectoryError:
        raise InputError("这是文件夹，不是文件", mend="写出里面具体的文件", file=path) from None
    except OSError as error:
        raise InputError("文件打不开", mend=error.strerror or "检查读取权限", file=path) from None
    return parse_transcript(data, path.name)


def parse_transcript(data: bytes, name: str) -> Transcript:
    """The same for bytes already in hand (an upload, a member of a zip); the kind is told by the name.

    Raises:
        InputError: see `read_transcript`.
    """
    if len(data) > MAX_BYTES:
        raise InputError("文件超过 2 MB", mend="一场对话不会这么大，检查是不是选错了文件", file=name)
    text = decode(data, name)
    if not text.strip():
        raise InputError("文件是空的", mend="写入对话再评分", file=name)
    suffix = Path(name).suffix.lower()
    if suffix == ".json":
        return _checked(_json(text, name), name, labelled=True)
    turns = _csv(text, name) if suffix == ".csv" else _lines(text, name)
    return _checked(Transcript(id=Path(name).stem, turns=turns), name)


def decode(data: bytes, name: str) -> str:
    """UTF-8 with or without its mark, UTF-16 with one, or GBK as old Windows programs save it.

    Raises:
        InputError: it is none of these.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise InputError("文件不是文本，或编码认不出来", mend="另存为 UTF-8 编码的文本", file=name)


def from_json(data: Any, name: str = "对话") -> Transcript:
    """A transcript already parsed from JSON (`koushi.transcript/1`), as a batch line holds it.

    Raises:
        InputError: it does not have that shape, or nobody is the candidate.
    """
    return _checked(_shaped(data, name), name, labelled=True)


def _json(text: str, name: str) -> Transcript:
    import json

    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        mend = f"第 {error.colno} 个字符附近的括号、引号或逗号不对"
        raise InputError("不是完整的 JSON", mend=mend, file=name, line=error.lineno) from None
    except RecursionError:
        raise InputError("JSON 嵌套太深", mend="检查是不是选错了文件", file=name) from None
    return _shaped(data, name)


def _shaped(data: Any, name: str) -> Transcript:
    if not isinstance(data, dict) or "turns" not in data:
        raise InputError("JSON 里没有对话", mend=f'最外层要有 "format": "{FORMAT}" 和 "turns"', file=name)
    try:
        made = _File.model_validate(data)
    except ValidationError as error:
        raise _complaint(error, name) from None
    turns = tuple(
        Turn(n, turn.role, turn.text, turn.heard, turn.confidence, turn.at)
        for n, turn in enumerate(made.turns)
    )
    called = made.id or Path(name).stem
    return Transcript(called, turns, made.station, made.rubric, made.candidate, made.stop_reason, made.mode)


def _complaint(error: ValidationError, name: str) -> InputError:
    first = error.errors(include_url=False)[0]
    place = ""
    for part in first["loc"]:
        place += f"[{part}]" if isinstance(part, int) else f".{part}" if place else str(part)
    last = first["loc"][-1] if first["loc"] else ""
    if last == "role":
        what, mend = f"说话人“{first['input']}”不对", "role 只能是 counterpart（对方）或 candidate（考生）"
    elif last == "format":
        what, mend = "不是 koushi 的对话格式", f'写成 "format": "{FORMAT}"'
    elif first["type"] == "missing":
        what, mend = f"缺少字段 {last}", "补上这个字段"
    elif first["type"] == "extra_forbidden":
        what, mend = f"多了不认识的字段 {last}", "删掉它，或检查拼写"
    elif first["type"] == "too_long":
        what, mend = f"对话超过 {MAX_TURNS} 句", "检查是不是选错了文件"
    else:
        what, mend = (
            f"“{str(first['input'])[:40]}”的类型或范围不对",
            "文字要加引号，confidence 在 0 到 1 之间，at 是秒数",
        )
    return InputError(what, mend=mend, file=name, field=place)


def _side(label: str) -> Side | None:
    word = fold(label).strip()
    if word in CANDIDATE:
        return "candidate"
    return "counterpart" if word in COUNTERPART else None


def _lines(text: str, name: str) -> tuple[Turn, ...]:
    """`客户：…` and `考生：…`; a line without such a prefix goes on with the one before."""
    spoken: list[tuple[Side, list[str]]] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        match = _PREFIX.match(line)
        side = _side(match.group(1)) if match else None
        if match and side:
            spoken.append((side, [match.group(2).strip()]))
        elif spoken and not (match and _STRANGER.fullmatch(match.group(1))):
            spoken[-1][1].append(line.strip())
        else:
            who = f"“{match.group(1)}”不是认识的说话人" if match else "第一句话没有写明是谁说的"
            raise InputError(who, mend=_SPEAKERS, file=name, line=number)
    return _numbered([(side, "\n".join(filter(None, parts)), None) for side, parts in spoken], name)


def _csv(text: str, name: str) -> tuple[Turn, ...]:
    """Columns `role,text` and, if wanted, `at`; more columns are refused."""
    try:
        rows = [(n, row) for n, row in _rows(text) if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise InputError(f"不是完整的 CSV（{error}）", mend="检查引号是否成对", file=name) from None
    header = [fold(cell).strip() for cell in rows[0][1]]
    if header not in (["role", "text"], ["role", "text", "at"]):
        raise InputError("第一行要是表头", mend="写成 role,text 或 role,text,at", file=name, line=rows[0][0])
    said = [_row(row, len(header), name, number) for number, row in rows[1:]]
    return _numbered(said, name)


def _rows(text: str) -> list[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    out, start = [], 1
    for row in reader:
        out.append((start, row))
        start = reader.line_num + 1
    return out


def _row(row: list[str], width: int, name: str, number: int) -> tuple[Side, str, float | None]:
    if len(row) != width:
        mend = "话里有逗号就给整句加英文双引号"
        raise InputError(f"这一行有 {len(row)} 列，表头有 {width} 列", mend=mend, file=name, line=number)
    side = _side(row[0])
    if side is None:
        mend = (
            "写 candidate（考生）或 counterpart（对方），也可以写考生、客户、上级、下属、同事、客户代表、考官"
        )
        raise InputError(f"说话人“{row[0][:20]}”不对", mend=mend, file=name, line=number)
    at = None
    if width == 3 and row[2].strip():
        try:
            at = float(row[2])
        except ValueError:
            raise InputError(
                f"时间“{row[2][:20]}”不是秒数", mend="写数字，如 12.5", file=name, line=number
            ) from None
        if not 0 <= at < 1e6:
            raise InputError(f"时间“{row[2][:20]}”不对", mend="写从开始算起的秒数", file=name, line=number)
    return side, row[1].strip(), at


def _numbered(said: list[tuple[Side, str, float | None]], name: str) -> tuple[Turn, ...]:
    if len(said) > MAX_TURNS:
        raise InputError(f"对话超过 {MAX_TURNS} 句", mend="检查是不是选错了文件", file=name)
    return tuple(Turn(n, side, text, at=at) for n, (side, text, at) in enumerate(said))


def _checked(transcript: Transcript, name: str, *, labelled: bool = False) -> Transcript:
    """`labelled`: roles are our own words, so that no candidate turn means a silent candidate, no slip."""
    if not transcript.turns:
        raise InputError("对话里一句话都没有", mend="写入对话再评分", file=name)
    if not labelled and not any(True for _ in transcript.candidate_turns()):
        mend = "考生说的话以“考生：”开头，或 role 写 candidate"
        raise InputError("对话里没有考生的发言", mend=mend, file=name)
    return transcript
