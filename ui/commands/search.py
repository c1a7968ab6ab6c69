"""`koushi search`: passages with their codes."""

import argparse
from collections.abc import Mapping
from typing import Any

from retrieval.errors import UsageError
from ui.commands.output import batch, field, say, say_json
from ui.wiring import Wiring

KINDS: Mapping[str, str] = {
    "skill": "技能要求",
    "knowledge": "专业知识",
    "note": "讲解",
    "document": "机构文档",
}


def run(args: argparse.Namespace, wiring: Wiring) -> int:
    """Search once, or for every line of a batch."""
    if (args.query is None) == (args.batch is None):
        raise UsageError(
            "要写一个问题，或者用 --batch 给一个文件", mend="例如 koushi search 客户投诉怎么安抚"
        )

    def answer(fields: Mapping[str, Any]) -> list[dict[str, Any]]:
        level, k = field(fields, "level", int, args.level), field(fields, "k", int, args.k)
        hits = wiring.search.search(field(fields, "query", str), level=level, k=k)
        return [hit.as_json() for hit in hits]

    if args.batch is not None:
        _ = wiring.search  # what cannot be opened is told once, not on every line
        return batch(args.batch, answer)
    found = answer({"query": args.query})
    if args.json:
        say_json(found)
    else:
        _show(found)
    return 0


def _show(found: list[dict[str, Any]]) -> None:
    if not found:
        say("没有找到相关的内容。换几个词试试，或者写标准的编码。")
    for each in found:
        kind = KINDS.get(each["kind"], each["kind"])
        say(f"{each['code']}  {kind}  {each['title']}  （{each['score']:.2f}）")
        say(f"  {each['text']}\n")
