"""Documents are kept whole, in order, and never half."""

import threading
from pathlib import Path

import pytest

from retrieval.documents import store as stores
from retrieval.documents.store import Change, DocumentStore
from retrieval.errors import InputError, ProviderError
from tests.support import documents as made


@pytest.fixture
def text(tmp_path: Path) -> Path:
    """A policy as plain text."""
    file = tmp_path / "政策.txt"
    file.write_text(made.TEXT, encoding="utf-8")
    return file


def add_both(change: Change, good: Path, missing: Path) -> None:
    change.add(good)
    change.add(missing)


def add(store: DocumentStore, *files: Path) -> list[str]:
    with store.changing() as change:
        return [change.add(file).status for file in files]


def test_codes_name_page_heading_or_number(tmp_path: Path) -> None:
    store = DocumentStore(tmp_path / "home")
    files = {
        "政策.pdf": made.pdf(),
        "政策.docx": made.docx(),
        "话术.pptx": made.pptx(),
        "价目.xlsx": made.xlsx(),
        "无题.txt": made.RETURNS.encode(),
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    add(store, *(tmp_path / name for name in files))
    assert [each.code for each in store.passages()] == [
        "doc:政策.pdf#p1", "doc:政策.pdf#p2-3", "doc:政策.docx#退换货", "doc:政策.docx#二、运费",
        "doc:话术.pptx#p1", "doc:话术.pptx#p2", "doc:价目.xlsx#售后期限", "doc:无题.txt#1",
    ]  # fmt: skip
    assert store.passages()[2].title == "政策.docx · 售后服务规定 · 退换货"
    assert {(each.kind, each.level) for each in store.passages()} == {("document", None)}


def test_an_interrupted_change_leaves_nothing(tmp_path: Path, text: Path) -> None:
    store = DocumentStore(tmp_path / "home")
    with pytest.raises(InputError), store.changing() as change:
        add_both(change, text, tmp_path / "没有.txt")
    assert store.documents() == ()
    assert not [each for each in store.folder.iterdir() if each.is_dir()]


def test_the_fingerprint_moves_with_every_change_and_only_then(tmp_path: Path, text: Path) -> None:
    store = DocumentStore(tmp_path / "home")
    seen = [store.fingerprint()]
    add(store, text)
    seen.append(store.fingerprint())
    add(store, text)
    assert store.fingerprint() == seen[-1]
    with store.changing() as change:
        change.remove("政策.txt")
    seen.append(store.fingerprint())
    assert len(set(seen)) == 3


def test_two_who_add_at_once_both_get_in(tmp_path: Path) -> None:
    store = DocumentStore(tmp_path / "home")
    files = [tmp_path / f"{n}.txt" for n in range(6)]
    for file in files:
        file.write_text(f"第{file.stem}号规定：办公室的门要随手关。", encoding="utf-8")
    threads = [threading.Thread(target=add, args=(DocumentStore(tmp_path / "home"), file)) for file in files]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {each.name for each in store.documents()} == {file.name for file in files}


def test_one_content_is_kept_once_whatever_it_is_called(tmp_path: Path, text: Path) -> None:
    store = DocumentStore(tmp_path / "home")
    other = tmp_path / "副本.txt"
    other.write_bytes(text.read_bytes())
    assert add(store, text, other) == ["added", "unchanged"]
    assert [each.name for each in store.documents()] == ["政策.txt"]


def test_a_newer_reader_cuts_the_kept_file_again(
    tmp_path: Path, text: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = DocumentStore(tmp_path / "home")
    add(store, text)
    (document,) = store.documents()
    before = store.passages()
    monkeypatch.setattr(stores, "VERSION", "next")
    (store.folder / document.sha256 / "passages.json").unlink()
    assert store.passages() == before
    assert add(store, text) == ["replaced"]
    assert store.passages() == before


def test_lost_files_are_told_and_the_document_can_be_removed(tmp_path: Path, text: Path) -> None:
    store = DocumentStore(tmp_path / "home")
    add(store, text)
    (store.folder / store.documents()[0].sha256 / "passages.json").write_text("[{", encoding="utf-8")
    with pytest.raises(ProviderError, match=r"koushi corpus remove 政策\.txt"):
        store.passages()
    with store.changing() as change:
        assert change.remove("政策.txt").name == "政策.txt"
    assert store.passages() == ()
    with pytest.raises(InputError), store.changing() as change:
        change.remove("政策.txt")
