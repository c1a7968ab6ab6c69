"""`koushi standard`: the standard, or one part of it."""

import argparse
from typing import Any

from retrieval import standard
from ui.commands.output import say, say_json
from ui.wiring import Wiring


def run(args: argparse.Namespace, _: Wiring) -> int:
    """Print the whole outline, or one part with everything below it."""
    data = standard.as_json(args.code)
    if args.json:
        say_json(data)
    elif args.code:
        _part(data, 0)
    else:
        _outline()
    return 0


def _outline() -> None:
    say(standard.load().title)
    for level in standard.load().levels:
        say(f"\n{level.code}  {level.name}（相关基础知识占 {level.basics_weight}%）")
        for function in level.functions:
            say(f"  {function.code}  {function.name}  {function.weight}%")
            for content in function.contents:
                say(f"    {content.code}  {content.name}")
    say("\n看其中一条：koushi standard L3.6.2")


def _part(data: dict[str, Any], depth: int) -> None:
    indent = "  " * depth
    weight = f"  {data['weight']}%" if "weight" in data else ""
    if "level" in data:
        say(f"{indent}L{data['level']}  {data['level']} 级")
    else:
        say(f"{indent}{data['code']}  {data.get('name') or data['text']}{weight}")
    for below in ("functions", "contents", "skills", "knowledge"):
        for each in data.get(below, ()):
            _part(each, depth + 1)
