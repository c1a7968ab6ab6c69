"""`koushi corpus`: an organisation's own documents."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from retrieval.documents.store import Added, Document, DocumentStore
from retrieval.errors import UsageError
from ui.commands.output import say, say_json
from ui.wiring import Wiring

_DONE = {"added": "已加入", "replaced": "已更新", "unchanged": "内容没有变"}


def run(args: argparse.Namespace, wiring: Wiring) -> int:
    """List the documents, or change them; a change that fails leaves documents and index as they were."""
    store = DocumentStore(wiring.settings.home)
    if args.action == "list":
        _list(store.documents(), as_json=args.json)
        return 0
    if not args.paths:
        raise UsageError("没有写是哪个文件", mend=f"例如 koushi corpus {args.action} 售后政策.pdf")
    if args.action == "add":
        _show(_add(args.paths, store, wiring), as_json=args.json)
    else:
        _tell(_remove(args.paths, store, wiring), as_json=args.json)
    return 0


def _add(paths: Sequence[str], store: DocumentStore, wiring: Wiring) -> list[Added]:
    with store.changing() as change:
        added = [change.add(Path(path)) for path in paths]
        if any(each.status != "unchanged" for each in added):
            wiring.library.index(change.passages())
    return added


def _remove(names: Sequence[str], store: DocumentStore, wiring: Wiring) -> list[Document]:
    with store.changing() as change:
        removed = [change.remove(name) for name in names]
        wiring.library.index(change.passages())
    return removed


def _show(added: Sequence[Added], *, as_json: bool) -> None:
    if as_json:
        say_json([each.as_json() for each in added])
        return
    for each in added:
        document = each.document
        pages = f"{document.pages} 页，" if document.pages else ""
        say(f"{_DONE[each.status]}：{document.name}（{pages}{document.passages} 段）")
        for remark in document.remarks:
            say(f"  注意：{remark}")


def _tell(removed: Sequence[Document], *, as_json: bool) -> None:
    if as_json:
        say_json([each.as_json() for each in removed])
        return
    for each in removed:
        say(f"已删除：{each.name}")


def _list(documents: Sequence[Document], *, as_json: bool) -> None:
    if as_json:
        say_json([each.as_json() for each in documents])
        return
    if not documents:
        say("还没有添加过文档。添加：koushi corpus add 售后政策.pdf")
    for each in documents:
        pages = f"{each.pages} 页" if each.pages else "不分页"
        say(f"{each.name}  {pages}  {each.passages} 段  {_size(each.size)}  {each.added[:10]} 加入")


def _size(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB" if size >= 100_000 else f"{max(1, round(size / 1000))} KB"
