"""What a batch is made of: the transcripts in files, in folders and in zip archives, each under a name.

Nothing is parsed here and nothing is written to disk; what cannot be read becomes an error under its name,
so that one bad file never hides the others.
"""

import os
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pathlib import Path

from bot.reading import MAX_BYTES, SUFFIXES
from retrieval.errors import InputError

MOST_MEMBERS = 10_000
"Files one archive may hold."
MOST_ZIP = 200_000_000
"Bytes of an archive, packed, and of all its members together, unpacked."
_JUNK = ("__MACOSX", ".", "~$", "Thumbs.db", "desktop.ini")
"How names begin that no person put there."


@dataclass(frozen=True, slots=True)
class Found:
    """One file of a batch. `read` gives its bytes, or raises the InputError that is told of it."""

    name: str
    "As the batch calls it: the path below what was named, `卷宗.zip/一班/张三.txt`."
    read: Callable[[], bytes]


def found(paths: Sequence[Path], leave_out: Path | None = None) -> Iterator[Found]:
    """Every file of the batch, folders and archives opened, in a fixed order; names are told apart.

    Args:
        leave_out: a folder not to be looked into: where the results go.

    Raises:
        InputError: one of the paths is not there.
    """
    for path in paths:
        if not path.exists():
            raise InputError("没有这个文件或文件夹", mend="检查文件名和所在文件夹", file=path)
    seen: dict[str, int] = {}
    for path in paths:
        for each in _below(path, leave_out):
            seen[each.name] = count = seen.get(each.name, 0) + 1
            yield each if count == 1 else Found(f"{each.name}（{count}）", each.read)


def _below(path: Path, leave_out: Path | None) -> Iterator[Found]:
    if not path.is_dir():
        yield from of_file(path.name, partial(_bytes, path))
        return
    root = path.resolve()
    for folder, inner, names in os.walk(root):
        inner[:] = sorted(each for each in inner if not each.startswith(_JUNK))
        here = Path(folder)
        if leave_out is not None and here == leave_out.resolve():
            inner.clear()
            continue
        for name in sorted(each for each in names if not each.startswith(_JUNK)):
            shown = str(Path(root.name, (here / name).relative_to(root)))
            yield from of_file(shown, partial(_bytes, here / name))


def of_file(name: str, read: Callable[[], bytes]) -> Iterator[Found]:
    """A file, or what an archive holds."""
    if not name.lower().endswith(".zip"):
        yield Found(name, read if name.lower().endswith(SUFFIXES) else partial(_strange, name))
        return
    try:
        yield from members(name, read())
    except InputError as error:
        yield Found(name, partial(_fail, error))


def _bytes(path: Path) -> bytes:
    """At most one byte more than may be: what is too large is told by who parses it."""
    most = MOST_ZIP if path.suffix.lower() == ".zip" else MAX_BYTES
    try:
        with path.open("rb") as file:
            return file.read(most + 1)
    except OSError as error:
        raise InputError("文件打不开", mend=error.strerror or "检查读取权限", file=path.name) from None


def _fail(error: InputError) -> bytes:
    raise error


def _strange(name: str) -> bytes:
    suffix = Path(name).suffix
    what = "压缩包里还有压缩包" if suffix.lower() == ".zip" else f"不认识 {suffix or '没有扩展名的'} 文件"
    raise InputError(what, mend="对话文件要是 .json、.txt 或 .csv", file=name)


def members(name: str, data: bytes) -> Iterator[Found]:
    """What an archive holds, unpacked in memory and never more of it than `MOST_ZIP`.

    Raises:
        InputError: it is no archive, too large, or holds too many files.
    """
    if len(data) > MOST_ZIP:
        raise InputError(f"压缩包超过 {MOST_ZIP // 1_000_000} MB", mend="分成几个包", file=name)
    try:
        archive = zipfile.ZipFile(BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OverflowError, NotImplementedError):
        raise InputError("不是完整的 zip 压缩包", mend="重新压缩，或者重新传一次", file=name) from None
    with archive:
        entries = [each for each in archive.infolist() if not each.is_dir() and not _junk(each)]
        if len(entries) > MOST_MEMBERS:
            raise InputError(f"压缩包里超过 {MOST_MEMBERS} 个文件", mend="分成几个包", file=name)
        if not entries:
            raise InputError("压缩包是空的", mend="放进对话文件再压缩", file=name)
        left = MOST_ZIP
        for entry in sorted(entries, key=_called):
            one, left = _member(archive, entry, f"{name}/{_called(entry)}", left)
            yield one


def _member(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str, left: int) -> tuple[Found, int]:
    """One member, and how many bytes may still be unpacked. Its header is not believed."""
    if not name.lower().endswith(SUFFIXES):
        return Found(name, partial(_strange, name)), left
    if left <= 0:
        error = InputError(f"压缩包解开后超过 {MOST_ZIP // 1_000_000} MB", mend="分成几个包", file=name)
        return Found(name, partial(_fail, error)), left
    try:
        with archive.open(entry) as file:
            data = file.read(MAX_BYTES + 1)
    except RuntimeError:  # what zipfile raises where a password is wanted
        error = InputError("压缩包有密码", mend="去掉密码再压缩", file=name)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError, zipfile.zlib.error):  # type: ignore[attr-defined]
        error = InputError("压缩包里这个文件坏了", mend="重新压缩，或者重新传一次", file=name)
    else:
        return Found(name, lambda: data), left - len(data)
    return Found(name, partial(_fail, error)), left


def _called(entry: zipfile.ZipInfo) -> str:
    """The member's name. Old Windows programs write GBK unsaid; zipfile then reads code page 437."""
    name = entry.filename
    if not entry.flag_bits & 0x800:
        raw = name.encode("cp437", errors="replace")
        for encoding in ("utf-8", "gb18030"):
            try:
                name = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    parts = [part for part in name.replace("\\", "/").split("/") if part not in {"", ".", ".."}]
    return "/".join(parts) or "无名"


def _junk(entry: zipfile.ZipInfo) -> bool:
    return any(part.startswith(_JUNK) for part in _called(entry).split("/"))
