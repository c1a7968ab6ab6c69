"""The machine's reports that examiners' marks are compared with: a prescreened folder's, or a batch's."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from sqlalchemy import Engine, select

from retrieval.errors import InputError
from rubrics.agreement.marks import talk_id
from rubrics.batch_store import BatchStore
from rubrics.batch_tables import items
from rubrics.journal import NAME
from rubrics.report import FORMAT


@dataclass(frozen=True, slots=True)
class Marked:
    """One marked file."""

    name: str
    digest: str
    "SHA-256 of its bytes, hex."
    body: Mapping[str, Any]
    "`koushi.report/1`."
    candidate: str | None = None

    @property
    def id(self) -> str:
        """Hash of what was said."""
        return talk_id(self.body)


def from_source(engine: Engine, source: str) -> list[Marked]:
    """The reports of a folder of `koushi prescreen`, or of the batch of that id.

    Raises:
        InputError: there is no such folder or batch, or nothing in it was marked.
    """
    found = of_folder(Path(source)) if Path(source).exists() else of_batch(engine, source)
    if not found:
        raise InputError("这里面没有评好的对话", mend="先用 koushi prescreen 或阅卷页评一遍", file=source)
    return found


def of_folder(path: Path) -> list[Marked]:
    """What `reports.jsonl` in that folder holds; files that could not be read are left away.

    Raises:
        InputError: it is not there, or a line of it is no report.
    """
    file = path / NAME if path.is_dir() else path
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        raise InputError(f"文件夹里没有 {NAME}", mend="写 koushi prescreen 的结果文件夹", file=path) from None
    except (OSError, UnicodeDecodeError):
        raise InputError("文件读不了", mend="检查是不是 koushi prescreen 写的", file=file) from None
    read = (_line(line, number, file) for number, line in enumerate(lines, 1) if line.strip())
    return [each for each in read if each is not None]


def _line(text: str, number: int, file: Path) -> Marked | None:
    try:
        line = json.loads(text)
        if "error" in line:
            return None
        known, made = line["format"] == FORMAT, Marked(line["file"], line.get("content_hash") or "", line)
    except (ValueError, KeyError, TypeError):
        known, made = False, None
    if not known:
        mend = "用 koushi prescreen 重新评一遍这个文件夹"
        raise InputError("这一行不是评分结果", mend=mend, file=file, line=number)
    return made


def of_batch(engine: Engine, batch_id: str) -> list[Marked]:
    """What was marked of that batch.

    Raises:
        InputError: there is no such batch.
    """
    store = BatchStore(engine)
    store.get(batch_id)
    bodies = store.bodies(batch_id)
    query = select(items).where(items.c.batch_id == batch_id).order_by(items.c.index)
    with engine.connect() as db:
        rows = list(db.execute(query))
    return [
        Marked(row.name, row.digest, bodies[row._mapping["index"]], (row.transcript or {}).get("candidate"))
        for row in rows
        if row._mapping["index"] in bodies
    ]


def of_names(engine: Engine, names: Iterable[str]) -> list[Marked]:
    """What was marked, in whatever batch, of the files of these names."""
    wanted = sorted(set(names))
    found = set()
    with engine.connect() as db:
        for at in range(0, len(wanted), 500):
            query = select(items.c.batch_id).where(items.c.name.in_(wanted[at : at + 500])).distinct()
            found |= set(db.execute(query).scalars())
    there = (each for batch_id in sorted(found) for each in of_batch(engine, batch_id))
    return [each for each in there if each.name in set(wanted)]


class Lookup:
    """Reports by what a person may write of a talk: its hash, its file's name with or without the rest."""

    def __init__(self, reports: Sequence[Marked]) -> None:
        self.all = reports
        self._by: dict[str, dict[tuple[str, str, str], Marked]] = {}
        for each in reports:
            for name in _names(each):
                made_by = each.body["judge"]["version"] or ""
                self._by.setdefault(name, {})[each.id, each.body["rubric"], made_by] = each

    def find(self, name: str) -> list[Marked]:
        """Those of that name; more than one where several talks bear it."""
        return list(self._by.get(name, {}).values())

    def names(self) -> list[str]:
        """All that would be understood."""
        return list(self._by)


def _names(each: Marked) -> Iterator[str]:
    path = PurePosixPath(each.name)
    yield from dict.fromkeys((each.id, each.name, path.name, path.stem, str(each.body["transcript"])))
