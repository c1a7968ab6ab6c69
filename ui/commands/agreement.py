"""`koushi agreement`: machine and examiners; the sheet to fill; calibration."""

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from retrieval.errors import InputError, UsageError
from rubrics.agreement import template
from rubrics.agreement.gather import gather, only
from rubrics.agreement.marks import Talk
from rubrics.agreement.report import agreement
from rubrics.agreement.reports_in import Marked, from_source
from rubrics.blind import chosen
from rubrics.calibration_files import Calibrations, Sources
from ui.calibration import calibrations
from ui.commands.output import say, say_json
from ui.wiring import Wiring


def run(args: argparse.Namespace, wiring: Wiring) -> int:
    """Tell the figures there are; 0 also when there are none yet."""
    _usage(args)
    if args.template:
        return _template(args, wiring)
    whole = gather(wiring.engine, Path(args.marks) if args.marks else None, args.batch)
    talks, sources = only(whole, args.rubric, args.station), _sources(args)
    if not talks:
        _known(args, wiring)
    book = calibrations(wiring, {sources: whole})
    made = book.make(talks, sources, _today()) if args.calibrate else []
    found = agreement(talks)
    if args.json:
        asked = {"rubric": args.rubric, "station": args.station}
        say_json({**found.as_json(), "asked": asked, "calibrations": _in_force(talks, book)})
        return 0
    from ui.commands.agreement_table import show

    show(found, _in_force(talks, book), made)
    return 0


def _usage(args: argparse.Namespace) -> None:
    if args.template and (args.marks or args.calibrate):
        raise UsageError("--template 不能和 --marks、--calibrate 一起用", mend="先写空表，填好再来")
    if args.template and not args.batch:
        mend = "--batch 批次编号，或 prescreen 的结果文件夹"
        raise UsageError("要写机评结果在哪里", mend=mend)
    if args.batch and not (args.template or args.marks):
        raise UsageError("--batch 要和 --template 或 --marks 一起用", mend="库里的分不用写批次")
    if args.tenth and not args.template:
        raise UsageError("--tenth 要和 --template 一起用", mend="koushi agreement --help 看用法")
    if args.calibrate and args.station:
        raise UsageError("校准按评分标准做，不按题目", mend="去掉 --station，可以写 --rubric")


def _known(args: argparse.Namespace, wiring: Wiring) -> None:
    """A name nobody knows is a slip, not an empty result."""
    if args.rubric:
        wiring.rubric(args.rubric.partition("@")[0])
    if args.station:
        wiring.station(args.station.partition("@")[0])


def _template(args: argparse.Namespace, wiring: Wiring) -> int:
    target, source = Path(args.template), args.batch
    if target.suffix.lower() != ".xlsx":
        raise InputError("空表要写成 .xlsx", mend="例如 --template 评分表.xlsx", file=target)
    if target.exists():
        raise InputError("已经有这个文件了，里面也许填了分", mend="换一个名字，原来的不会被改动", file=target)
    found = [each for each in from_source(wiring.engine, source) if _asked(each, args)]
    if args.tenth:
        found = [each for each in found if chosen(each.digest)]
    found = template.once(found)
    if not found:
        told = "一成里一场也没有" if args.tenth else "没有合这些条件的对话"
        raise InputError(told, mend="去掉 --tenth、--rubric 或 --station 再试", file=source)
    count = template.write(found, target, str(Path(source).resolve()) if Path(source).exists() else source)
    if args.json:
        say_json({"file": str(target), "talks": count})
        return 0
    say(f"已写好 {target}：{count} 场，里面没有机评的分。发给考评员填，不要连同机评结果一起发。")
    say(f"填好以后：koushi agreement --marks {target}")
    return 0


def _asked(each: Marked, args: argparse.Namespace) -> bool:
    references = ((each.body["rubric"], args.rubric), (each.body["station"] or "", args.station))
    return all(asked is None or asked in {ref, ref.partition("@")[0]} for ref, asked in references)


def _sources(args: argparse.Namespace) -> Sources:
    """Where the marks come from, so that another day finds the same."""
    batch = args.batch
    if batch and Path(batch).exists():
        batch = str(Path(batch).resolve())
    return Sources(str(Path(args.marks).resolve()) if args.marks else None, batch)


def _today() -> str:
    return datetime.now(UTC).astimezone().isoformat(timespec="seconds")


def _in_force(talks: Sequence[Talk], book: Calibrations) -> list[dict[str, Any]]:
    """Of each machine and rubric: its calibration, or why it has none."""
    told = []
    for machine in {talk.key[1:]: talk.machine for talk in talks}.values():
        found, why = book.current(machine)
        if found or why:
            about = {"rubric": machine.rubric, "judge": machine.judge, "in_force": found is not None}
            told.append({**about, "why": why or None, "calibration": found.told() if found else None})
    return told
