"""What a file really is: its first bytes decide, its name must agree. Nothing is unpacked before that."""

import io
import zipfile
from pathlib import PurePath

from retrieval.documents.model import Format
from retrieval.errors import InputError

SUFFIXES: dict[str, Format] = {
    ".pdf": "pdf",
    ".docx": "docx",
    ".pptx": "pptx",
    ".xlsx": "xlsx",
    ".html": "html",
    ".htm": "html",
    ".md": "md",
    ".markdown": "md",
    ".txt": "txt",
}
ACCEPTED = "pdf、docx、pptx、xlsx、html、md、txt"
MOST_UNPACKED = 300_000_000
"""Bytes the parts of an Office file may have together when unpacked."""
MOST_PARTS = 10_000
"""Parts an Office file may have."""
_OLD = {".doc": "docx", ".wps": "docx", ".rtf": "docx", ".xls": "xlsx", ".et": "xlsx", ".ppt": "pptx"}
_MAIN: dict[str, Format] = {"word/": "docx", "ppt/": "pptx", "xl/": "xlsx"}
_OTHERS = {
    b"\x89PNG": "图片",
    b"\xff\xd8\xff": "图片",
    b"GIF8": "图片",
    b"II*\x00": "图片",
    b"Rar!": "压缩包",
    b"7z\xbc\xaf": "压缩包",
    b"\x1f\x8b": "压缩包",
    b"MZ": "程序",
    b"\x7fELF": "程序",
    b"{\\rtf": "RTF 文档",
}


def identify(name: str, data: bytes) -> Format:
    """The format of `data`, which `name` must not contradict.

    Raises:
        InputError: empty, of no known kind, not what the name says, locked by a password, or an archive that
            unpacks to more than it should.
    """
    claimed = SUFFIXES.get(suffix := PurePath(name).suffix.lower())
    if claimed is None:
        raise _unknown(name, suffix)
    if not data.strip(b"\x00\t\r\n\x0c \xef\xbb\xbf"):
        raise InputError("文件是空的", mend="检查是不是没有保存好，或选错了文件", file=name)
    found = _found(name, data)
    plain = found == "txt" and claimed in {"html", "md", "txt"}
    if plain or found == claimed or (found == "html" and claimed in {"md", "txt"}):
        return claimed
    what = {"txt": "普通文字", "html": "网页"}.get(found, f"{found} 文件")
    if found in SUFFIXES.values():
        mend = f"如果没有选错，把扩展名改成 .{found} 再加"
    else:
        mend = f"只收 {ACCEPTED}，请换成其中一种"
    raise InputError(f"扩展名是 {suffix}，内容却是{what}", mend=mend, file=name)


def _unknown(name: str, suffix: str) -> InputError:
    if suffix in _OLD:
        mend = f"用 Office 或 WPS 打开，另存为 .{_OLD[suffix]}，再加"
        return InputError(f"读不了旧格式 {suffix}", mend=mend, file=name)
    return InputError(f"不认识这种文件：{suffix or '没有扩展名'}", mend=f"只收 {ACCEPTED}", file=name)


def _found(name: str, data: bytes) -> str:
    head = data[:1024]
    if b"%PDF-" in head:
        return "pdf"
    if head.startswith(b"PK"):
        return _archive(name, data)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise InputError("文件加了密码，读不了", mend="用 Office 打开，去掉密码另存一份，再加", file=name)
        return "旧版 Office 文档"
    for start, what in _OTHERS.items():
        if head.startswith(start):
            return what
    if b"\x00" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "二进制数据"
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return "html" if start.startswith((b"<!doctype html", b"<html")) else "txt"


def _archive(name: str, data: bytes) -> str:
    try:
        parts = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        mend = "用 Office 打开看看，能打开就另存一份，再加"
        raise InputError("文件损坏，打不开", mend=mend, file=name) from error
    # The sizes are the archive's own word, but `zipfile` never unpacks a part beyond its word.
    if sum(part.file_size for part in parts) > MOST_UNPACKED or len(parts) > MOST_PARTS:
        raise InputError(
            f"解开后超过 {MOST_UNPACKED // 1_000_000} MB，不像正常的文档",
            mend="删去里面多余的图片和空行空列，另存一份，再加",
            file=name,
        )
    names = [part.filename for part in parts]
    if "[Content_Types].xml" in names:
        for start, found in _MAIN.items():
            if any(each.startswith(start) for each in names):
                return found
    return "压缩包"
