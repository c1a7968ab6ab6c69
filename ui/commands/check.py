"""`koushi check`: the whole shipped content is valid and fair."""

import argparse
import asyncio

from retrieval.errors import InputError
from ui.commands.output import say, say_json
from ui.wiring import Wiring


def run(args: argparse.Namespace, _: Wiring) -> int:
    """Every problem at once; exit 1 when there is one."""
    from retrieval import standard
    from rubrics.check import check_all
    from rubrics.loading import library as rubrics
    from scenarios.behaviours import vocabulary
    from scenarios.loading import shipped_files

    counted = {
        "items": sum(1 for _ in standard.load().items()),
        "behaviours": len(vocabulary()),
        "stations": len(shipped_files()),
    }
    problems = asyncio.run(check_all())
    if args.json:
        say_json({"ok": not problems, **counted, "problems": problems})
    if problems:
        raise InputError("\n".join(problems), mend=f"共 {len(problems)} 处，改好再查")
    if not args.json:
        say(_summary(counted, len(rubrics())))
    return 0


def _summary(counted: dict[str, int], rubrics: int) -> str:
    return (
        f"内容有效、评分公平：标准 {counted['items']} 条，行为 {counted['behaviours']} 种，"
        f"评分标准 {rubrics} 份，题目 {counted['stations']} 道。"
    )
