"""The index is built once, follows its passages, and mends itself."""

import errno
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from unittest.mock import Mock

import numpy as np
import pytest
from chromadb.errors import InternalError

from retrieval.doubles import ScriptedEmbedder
from retrieval.errors import ProviderError
from retrieval.index import VectorIndex, open_index
from retrieval.notes import load_notes
from retrieval.passages import Passage, shipped
from retrieval.ports import Vectors

TEA = Passage("D.1", "document", "茶", "绿茶先凉一凉再泡", None)
REFUND = Passage("L3.6.2.K2", "knowledge", "投诉", "七天内可以退款", 3)
AUDIT = Passage("L1.1.2.K4", "knowledge", "监听", "每周抽听十通电话", 1)
THREE = (TEA, REFUND, AUDIT)
VECTORS = {TEA.searchable: (1, 0, 0), REFUND.searchable: (0, 1, 0), AUDIT.searchable: (0, 0.6, 0.8)}


class Counting:
    """Hashes text into vectors and remembers how many it was asked for."""

    name = "counting"

    def __init__(self, dies_after: int | None = None, dies_of: Exception | None = None) -> None:
        self.asked = 0
        self._dies_after, self._dies_of = dies_after, dies_of

    def embed(self, texts: Sequence[str]) -> Vectors:
        if self._dies_after is not None and self.asked >= self._dies_after:
            raise KeyboardInterrupt
        if self._dies_of is not None:
            raise self._dies_of
        self.asked += len(texts)
        rows = [np.random.default_rng(sum(map(ord, text)) + len(text)).normal(size=16) for text in texts]
        made = np.asarray(rows, dtype=np.float32)
        return made / np.linalg.norm(made, axis=1, keepdims=True)


def many(n: int) -> list[Passage]:
    return [Passage(f"D.{i}", "document", "规定", f"第{i}条规定", None) for i in range(n)]


def test_the_nearest_come_first_and_the_level_holds(tmp_path: Path) -> None:
    with ScriptedEmbedder(VECTORS) as embedder:
        index = open_index(THREE, embedder, folder=tmp_path / "chroma")
    asked = np.asarray((0, 1, 0), dtype=np.float32)
    assert [each for each, _ in index.nearest(asked, 2)] == [REFUND.id, AUDIT.id]
    assert [each for each, _ in index.nearest(asked, 3, level=3)] == [REFUND.id, TEA.id]
    assert index.nearest(asked, 1)[0][1] == pytest.approx(1, abs=1e-5)
    assert index.nearest(np.zeros(3, dtype=np.float32), 3) == []
    index.close()


def test_the_level_holds_far_down_the_list_too(tmp_path: Path) -> None:
    crowd = [replace(each, level=1) for each in many(300)]
    embedder = Counting()
    index = open_index([*crowd, REFUND], embedder, folder=tmp_path / "chroma")
    asked = embedder.embed([crowd[0].searchable])[0]
    assert [each for each, _ in index.nearest(asked, 5, level=3)] == [REFUND.id]
    index.close()


def test_it_is_built_once_and_then_follows_changes(tmp_path: Path) -> None:
    folder, embedder = tmp_path / "chroma", Counting()
    open_index(THREE, embedder, folder=folder).close()
    assert embedder.asked == 3
    open_index(THREE, embedder, folder=folder).close()
    assert embedder.asked == 3
    changed = (TEA, replace(REFUND, text="十五天内可以退款"))
    index = open_index(changed, embedder, folder=folder)
    assert embedder.asked == 4
    assert index.count() == 2
    index.close()


def test_a_build_that_was_cut_short_is_finished(tmp_path: Path) -> None:
    folder, passages = tmp_path / "chroma", many(600)
    with pytest.raises(KeyboardInterrupt):
        open_index(passages, Counting(dies_after=256), folder=folder)
    embedder = Counting()
    index = open_index(passages, embedder, folder=folder)
    assert index.count() == 600
    assert embedder.asked == 600 - 256
    index.close()


def spoil_nothing_but_the_database(folder: Path) -> None:
    (folder / "chroma.sqlite3").write_bytes(b"rubbish" * 1000)


def spoil_by_cutting(folder: Path) -> None:
    file = folder / "chroma.sqlite3"
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def spoil_by_emptying(folder: Path) -> None:
    (folder / "chroma.sqlite3").write_bytes(b"")


def spoil_by_losing_vectors(folder: Path) -> None:
    for part in [each for each in folder.iterdir() if each.is_dir()]:
        shutil.rmtree(part)


def spoil_header(folder: Path) -> None:
    for header in folder.glob("*/header.bin"):
        header.write_bytes(b"x" * 100)


def spoil_by_replacing(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.write_text("not a folder", encoding="utf-8")


BUILD = """
import sys
from pathlib import Path
sys.path.insert(0, str(Path(sys.argv[2])))
from test_index import Counting, many
from retrieval.index import VectorIndex, open_index
open_index(many(1500), Counting(), folder=Path(sys.argv[1])).close()
"""


@pytest.mark.parametrize(
    "spoil",
    [
        spoil_nothing_but_the_database,
        spoil_by_cutting,
        spoil_by_emptying,
        spoil_by_losing_vectors,
        spoil_header,
        spoil_by_replacing,
    ],
)
def test_a_damaged_folder_is_built_again(tmp_path: Path, spoil: object) -> None:
    assert callable(spoil)
    folder, here = tmp_path / "chroma", str(Path(__file__).parent)
    subprocess.run([sys.executable, "-c", BUILD, str(folder), here], check=True)
    spoil(folder)
    embedder, passages = Counting(), many(1500)
    index = open_index(passages, embedder, folder=folder)
    assert index.count() == 1500
    for passage in passages[::400]:
        assert index.nearest(embedder.embed([passage.searchable])[0], 1)[0][1] == pytest.approx(1, abs=1e-4)
    index.close()


def test_a_folder_that_kills_the_process_does_so_once(tmp_path: Path) -> None:
    """Native code dies of a header cut short; nothing can be caught, only the next start can know."""
    folder = tmp_path / "chroma"
    build = [sys.executable, "-c", BUILD, str(folder), str(Path(__file__).parent)]
    subprocess.run(build, check=True)
    for header in folder.glob("*/header.bin"):
        header.write_bytes(header.read_bytes()[:30])
    assert subprocess.run(build, check=False).returncode < 0
    embedder = Counting()
    index = open_index(many(1500), embedder, folder=folder)
    assert (index.count(), embedder.asked) == (1500, 1500)
    index.close()
    assert [each.name for each in tmp_path.iterdir() if each.suffix == ".opening"] == []


def test_a_sound_folder_outlives_a_killed_process(tmp_path: Path) -> None:
    folder = tmp_path / "chroma"
    open_index(many(600), Counting(), folder=folder).close()
    folder.with_suffix(".opening").touch()
    embedder = Counting()
    open_index(many(600), embedder, folder=folder).close()
    assert embedder.asked == 0


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError("a defect of the embedder"),
        OSError(errno.ENOSPC, "No space left on device"),
        ProviderError("unreachable"),
    ],
)
def test_what_is_not_the_folders_fault_loses_nothing(tmp_path: Path, error: Exception) -> None:
    folder, failing = tmp_path / "chroma", Counting(dies_of=error)
    open_index(many(600), Counting(), folder=folder).close()
    with pytest.raises((type(error), ProviderError)):
        open_index(many(601), failing, folder=folder)
    embedder = Counting()
    open_index(many(600), embedder, folder=folder).close()
    assert embedder.asked == 0


def test_a_full_disk_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Chroma's own words for it, as seen on a file system without room."""
    folder, full = tmp_path / "chroma", InternalError("Database error: (code: 13) database or disk is full")
    open_index(many(600), Counting(), folder=folder).close()
    with monkeypatch.context() as patched:
        patched.setattr(VectorIndex, "probe", Mock(side_effect=full))
        with pytest.raises(ProviderError, match="检查数据目录的空间"):
            open_index(many(600), Counting(), folder=folder)
    embedder = Counting()
    open_index(many(600), embedder, folder=folder).close()
    assert embedder.asked == 0


def test_processes_that_start_at_once_build_one_index(tmp_path: Path) -> None:
    arguments = [sys.executable, "-c", BUILD, str(tmp_path / "chroma"), str(Path(__file__).parent)]
    both = [subprocess.Popen(arguments) for _ in range(2)]
    assert [process.wait(120) for process in both] == [0, 0]
    embedder = Counting()
    open_index(many(1500), embedder, folder=tmp_path / "chroma").close()
    assert embedder.asked == 0


def test_another_embedder_gets_its_own_vectors(tmp_path: Path) -> None:
    folder = tmp_path / "chroma"
    open_index(THREE, Counting(), folder=folder).close()
    with ScriptedEmbedder(VECTORS) as embedder:
        index = open_index(THREE, embedder, folder=folder)
    assert index.nearest(np.asarray((1, 0, 0), dtype=np.float32), 1)[0][0] == TEA.id
    index.close()


def test_an_unreachable_server_is_told() -> None:
    with pytest.raises(ProviderError, match="Chroma"):
        open_index(THREE, Counting(), folder=Path("unused"), url="http://127.0.0.1:9")


def test_passages_differ_where_their_content_differs() -> None:
    ids = {passage.id for passage in shipped()}
    assert len(ids) == 376 + len(load_notes())
    assert replace(REFUND, questions=("能退吗",)).id != REFUND.id
    assert replace(TEA, title="水").id != TEA.id
