"""From a file to its blocks; whatever is wrong with it is one sentence."""

import hashlib
import unicodedata
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path

from retrieval.documents.model import Format, Read, Reading
from retrieval.documents.readers.pdf import read_pdf
from retrieval.documents.readers.plain import read_md, read_txt
from retrieval.documents.readers.sheets import read_xlsx
from retrieval.documents.readers.slides import read_pptx
from retrieval.documents.readers.web import read_html
from retrieval.documents.readers.word import read_docx
from retrieval.documents.sniff import identify
from retrieval.errors import InputError

VERSION = "1"
"""Change it with anything that changes what is read or how it is cut."""
MOST_BYTES = 50_000_000
MOST_CHARS = 5_000_000
"""Characters a document may have: some 2500 printed pages."""

READERS: Mapping[Format, Callable[[bytes], Read]] = {
    "pdf": read_pdf,
    "docx": read_docx,
    "pptx": read_pptx,
    "xlsx": read_xlsx,
    "html": read_html,
    "md": read_md,
    "txt": read_txt,
}


def load(path: Path) -> bytes:
    """The bytes of the file; its size is looked at before it is read.

    Raises:
        InputError: missing, a folder, unreadable, or larger than `MOST_BYTES`.
    """
    try:
        if path.is_dir():
            raise InputError("这是文件夹，不是文件", mend="写出里面具体的文件", file=path)
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise InputError(
                f"文件有 {size / 1_000_000:.0f} MB，最多 {MOST_BYTES // 1_000_000} MB",
                mend="去掉图片，或者拆成几个文件，再加",
                file=path,
            )
        with path.open("rb") as file:  # a pipe or device says it has no size: never more than the limit
            data = file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise InputError("没有这个文件", mend="检查文件名和所在文件夹", file=path) from None
    except OSError:
        raise InputError("文件打不开", mend="检查读取权限", file=path) from None
    if len(data) > MOST_BYTES:
        raise InputError(f"文件超过 {MOST_BYTES // 1_000_000} MB", mend="拆成几个文件，再加", file=path)
    return data


def read(name: str, data: bytes) -> Reading:
    """A document's blocks.

    Args:
        name: its file name; the extension must be true.
        data: its bytes.

    Raises:
        InputError: it cannot be read, or there is nothing in it.
    """
    form = identify(name, data)
    found = _parsed(name, form, data)
    letters = sum(map(len, (block.text for block in found.blocks)))
    if letters > MOST_CHARS:
        raise InputError(f"文字超过 {MOST_CHARS // 10_000} 万字", mend="拆成几个文件，再加", file=name)
    if not any(block.kind != "heading" and any(map(str.isalnum, block.text)) for block in found.blocks):
        raise InputError("里面没有文字", mend="检查内容是不是图片，或者没有保存好", file=name)
    return Reading(
        name=name,
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        format=form,
        blocks=found.blocks,
        pages=found.pages,
        remarks=found.remarks,
    )


def _parsed(name: str, form: Format, data: bytes) -> Read:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore"
            )  # what a library grumbles about a file is not the person's business
            return READERS[form](data)
    except InputError as error:
        raise InputError(error.what, mend=error.mend, file=name) from error
    except MemoryError:
        raise
    except Exception as error:  # what a damaged file makes a library raise is anything
        raise InputError(
            f"文件损坏，按 {form} 读不出来", mend="用平时的软件打开看看，能打开就另存一份，再加", file=name
        ) from error


def file_name(path: Path) -> str:
    """The name a document goes by: of the file alone, in the one spelling all systems agree on."""
    return unicodedata.normalize("NFC", path.name)
