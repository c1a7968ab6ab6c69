"""Where an organisation's documents are kept: `<home>/documents/`.

    manifest.json         what there is, in the order it was added; replaced whole, last
    <sha256>/original.pdf the file as it came
    <sha256>/passages.json what it was cut into

The manifest alone says what is there: a folder it does not name is left from a change that was cut short, and
is swept away by the next one. Several processes may add at once; each waits for the other.
"""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from retrieval.documents.chunking import Chunk, chunks
from retrieval.documents.model import Reading
from retrieval.documents.reading import VERSION, file_name, load, read
from retrieval.errors import InputError, ProviderError
from retrieval.passages import Passage

FORMAT = "koushi.documents/1"
_PATIENCE = 600  # seconds to wait for another process that is adding
Status = Literal["added", "replaced", "unchanged"]


@dataclass(frozen=True, slots=True)
class Document:
    """One entry of the manifest."""

    name: str
    """Unique; adding another file of this name replaces it."""
    sha256: str
    format: str
    size: int
    """Bytes."""
    pages: int | None
    passages: int
    """How many it was cut into."""
    added: str
    """When, ISO 8601, UTC."""
    version: str
    """Of the reader that cut it."""
    remarks: tuple[str, ...] = ()
    """Chinese sentences: what of it could not be read."""

    def as_json(self) -> dict[str, Any]:
        """One entry of `koushi corpus list --json`."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Added:
    """What became of one file."""

    document: Document
    status: Status

    def as_json(self) -> dict[str, Any]:
        """One entry of `koushi corpus add --json`."""
        return {"status": self.status, **self.document.as_json()}


class DocumentStore:
    """The documents of one data folder."""

    def __init__(self, home: Path) -> None:
        """Nothing is opened or made yet.

        Args:
            home: the data folder.
        """
        self.folder = home / "documents"

    def documents(self) -> tuple[Document, ...]:
        """All there are, in the order they were added.

        Raises:
            ProviderError: the manifest is damaged.
        """
        file = self.folder / "manifest.json"
        try:
            raw = json.loads(file.read_text(encoding="utf-8"))
            listed = {FORMAT: raw["documents"]}[raw["format"]]
            return tuple(Document(**{**each, "remarks": tuple(each["remarks"])}) for each in listed)
        except FileNotFoundError:
            return ()
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ProviderError(
                "文档目录读不出来", mend="从备份恢复它，或者删除整个 documents 文件夹后重新添加", file=file
            ) from error

    def fingerprint(self) -> str:
        """Changes whenever a document is added, replaced or removed; cheap enough for every query."""
        try:
            found = (self.folder / "manifest.json").stat()
        except OSError:
            return ""
        return f"{found.st_mtime_ns}-{found.st_size}-{found.st_ino}"

    def passages(self) -> tuple[Passage, ...]:
        """Everything to be found in them, in the order the documents were added."""
        return tuple(passage for document in self.documents() for passage in self.of(document))

    def of(self, document: Document) -> tuple[Passage, ...]:
        """The passages of one document; cut again from the kept file when the reader has changed.

        Raises:
            ProviderError: its files are missing or damaged.
        """
        folder = self.folder / document.sha256
        try:
            if document.version == VERSION:
                raw = json.loads((folder / "passages.json").read_text(encoding="utf-8"))
                cut = tuple(Chunk(**{**each, "headings": tuple(each["headings"])}) for each in raw)
            else:
                original = folder / f"original.{document.format}"
                cut = chunks(read(document.name, original.read_bytes()).blocks)
        except (OSError, ValueError, TypeError, InputError) as error:
            raise ProviderError(
                f"文档“{document.name}”存的内容读不出来",
                mend=f"koushi corpus remove {document.name}，再重新添加",
                file=folder,
            ) from error
        return tuple(passage_of(document.name, n, each) for n, each in enumerate(cut, 1))

    @contextmanager
    def changing(self) -> Iterator["Change"]:
        """A change, kept when the block ends without an error and forgotten otherwise.

        Raises:
            ProviderError: the folder cannot be written.
        """
        from filelock import FileLock

        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with FileLock(self.folder.with_suffix(".lock"), timeout=_PATIENCE):
                change = Change(self)
                try:
                    yield change
                    self._write(change.documents)
                finally:
                    self._sweep()
        except OSError as error:  # filelock's Timeout is one
            raise ProviderError(
                f"文档存不进去：{error}", mend="检查数据目录的空间与写权限", file=self.folder
            ) from error

    def _write(self, documents: Sequence[Document]) -> None:
        raw = {"format": FORMAT, "documents": [each.as_json() for each in documents]}
        if tuple(documents) != self.documents():
            write_whole(self.folder / "manifest.json", json.dumps(raw, ensure_ascii=False, indent=1).encode())

    def _sweep(self) -> None:
        kept = {each.sha256 for each in self.documents()}
        for each in self.folder.iterdir():
            if each.is_dir() and len(each.name) == 64 and each.name not in kept:
                shutil.rmtree(each, ignore_errors=True)


class Change:
    """Additions and removals that become visible together; from `DocumentStore.changing`."""

    def __init__(self, store: DocumentStore) -> None:
        """Starts from what there is."""
        self._store = store
        self.documents: list[Document] = list(store.documents())
        """What there will be."""

    def add(self, path: Path) -> Added:
        """Read one file and put it among the others.

        Raises:
            InputError: it cannot be read.
        """
        data = load(path)
        reading = read(file_name(path), data)
        for each in self.documents:
            if each.sha256 == reading.sha256 and each.version == VERSION:
                return Added(each, "unchanged")
        document = self._keep(reading, data)
        for i, each in enumerate(self.documents):
            if each.name == document.name:
                self.documents[i] = document
                return Added(document, "replaced")
        self.documents.append(document)
        return Added(document, "added")

    def remove(self, name: str) -> Document:
        """Take the document of that name, or of that file's name, out.

        Raises:
            InputError: there is none.
        """
        wanted = {name, file_name(Path(name))}
        for each in self.documents:
            if each.name in wanted:
                self.documents.remove(each)
                return each
        names = "、".join(each.name for each in self.documents[:5])
        mend = f"已有的是：{names}" if names else "还没有添加过文档"
        raise InputError(f"没有文档“{name}”", mend=mend)

    def passages(self) -> tuple[Passage, ...]:
        """Everything to be found when the change is made."""
        return tuple(passage for document in self.documents for passage in self._store.of(document))

    def _keep(self, reading: Reading, data: bytes) -> Document:
        cut = chunks(reading.blocks)
        folder = self._store.folder / reading.sha256
        folder.mkdir(exist_ok=True)
        write_whole(folder / f"original.{reading.format}", data)
        write_whole(
            folder / "passages.json", json.dumps([asdict(each) for each in cut], ensure_ascii=False).encode()
        )
        return Document(
            name=reading.name,
            sha256=reading.sha256,
            format=reading.format,
            size=reading.size,
            pages=reading.pages,
            passages=len(cut),
            added=datetime.now(UTC).isoformat(timespec="seconds"),
            version=VERSION,
            remarks=reading.remarks,
        )


def passage_of(name: str, number: int, chunk: Chunk) -> Passage:
    """A chunk as something that can be found and cited.

    Its code is `doc:<file>#p3` or `#p3-4`, else `#<heading>` (the innermost), else `#<its number>`.
    """
    pages = ""
    if chunk.first_page is not None:
        pages = f"{chunk.first_page}"
        if chunk.last_page != chunk.first_page:
            pages += f"-{chunk.last_page}"
    place = f"p{pages}" if pages else (chunk.headings[-1] if chunk.headings else str(number))
    title = [name, *([f"第{pages}页"] if pages else []), *chunk.headings]
    return Passage(f"doc:{name}#{place}", "document", " · ".join(title), chunk.text, None)


def write_whole(file: Path, data: bytes) -> None:
    """Write it whole or not at all."""
    handle, temporary = tempfile.mkstemp(dir=file.parent, prefix=".new-")
    with os.fdopen(handle, "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    Path(temporary).replace(file)
