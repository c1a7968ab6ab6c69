"""`koushi rubric`: list, show, check."""

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from retrieval.errors import InputError, ManyInputErrors, UsageError
from rubrics.loading import find_rubric, library, load_rubric, shipped_files
from rubrics.model import Rubric
from ui.commands.output import say, say_json
from ui.wiring import Wiring


def run(args: argparse.Namespace, _: Wiring) -> int:
    """Do what was asked of the rubrics."""
    return ACTIONS[args.action](args)


def _list(args: argparse.Namespace) -> int:
    if args.json:
        say_json([_head(each) for each in library().values()])
        return 0
    for each in library().values():
        say(f"{each.id}  {each.title}  用于 {'、'.join(each.applies_to)}  {each.cut_score} 分合格")
    return 0


def _head(rubric: Rubric) -> dict[str, Any]:
    return {
        "id": rubric.id,
        "version": rubric.version,
        "title": rubric.title,
        "applies_to": [str(role) for role in rubric.applies_to],
        "cut_score": rubric.cut_score,
        "criteria": [{"id": each.id, "title": each.title, "weight": each.weight} for each in rubric.criteria],
    }


def _show(args: argparse.Namespace) -> int:
    if args.name is None:
        raise UsageError("要写评分标准的编号或文件", mend="koushi rubric list 查看全部")
    rubric = find_rubric(args.name)
    if args.json:
        say_json(rubric.model_dump(mode="json", by_alias=True))
        return 0
    say(f"{rubric.ref}  {rubric.title}  {rubric.cut_score} 分合格")
    for criterion in rubric.criteria:
        say(f"\n{criterion.title}  {criterion.weight} 分  {'、'.join(criterion.standard)}")
        for check in criterion.checks:
            say(f"  · {check.text}")
    return 0


def _check(args: argparse.Namespace) -> int:
    sources = [args.name] if args.name else list(shipped_files())
    results = [_checked(source) for source in sources]
    if args.json:
        say_json([{**each, "errors": [_error(error) for error in each["errors"]]} for each in results])
    wrong = [error for each in results for error in each["errors"]]
    if wrong:
        raise ManyInputErrors(wrong)
    if not args.json:
        say(f"{len(results)} 份评分标准都没有问题。")
    return 0


def _checked(source: Any) -> dict[str, Any]:
    name = str(source) if isinstance(source, str) else Path(str(source)).stem
    try:
        rubric = find_rubric(source) if isinstance(source, str) else load_rubric(source)
    except ManyInputErrors as errors:
        return {"rubric": name, "ok": False, "errors": errors.errors}
    except InputError as error:
        return {"rubric": name, "ok": False, "errors": [error]}
    return {"rubric": rubric.id, "ok": True, "errors": []}


def _error(error: InputError) -> dict[str, Any]:
    return {name: getattr(error, name) for name in ("file", "line", "field", "what", "mend")}


ACTIONS: Mapping[str, Callable[[argparse.Namespace], int]] = {"list": _list, "show": _show, "check": _check}
