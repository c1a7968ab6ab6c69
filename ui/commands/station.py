"""`koushi station`: list, show, new, check, play-test."""

import argparse
import asyncio
from collections.abc import Callable, Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from retrieval.errors import InputError, ManyInputErrors, UsageError
from scenarios.loading import (
    YamlSource,
    find_station,
    load_station,
    shipped_files,
    yaml_files,
)
from scenarios.station import Kind, Role, Station
from ui.commands.output import say, say_json
from ui.wiring import Wiring

SAMPLE = "l3-sample-late-delivery"
"""The id in `scenarios/skeleton.yaml`."""


def run(args: argparse.Namespace, wiring: Wiring) -> int:
    """Do what was asked of the stations."""
    return ACTIONS[args.action](args, wiring)


def head(station: Station) -> dict[str, Any]:
    """One entry of `koushi station list --json`."""
    return {
        "id": station.id,
        "version": station.version,
        "title": station.title,
        "kind": str(station.kind),
        "level": station.level,
        "role": None if station.kind is Kind.LETTER else str(station.role),
        "trade": station.trade,
        "difficulty": station.difficulty,
        "rubric": station.rubric,
        "standard": list(station.standard),
    }


def _list(args: argparse.Namespace, wiring: Wiring) -> int:
    stations = sorted(wiring.stations.values(), key=lambda each: (-each.level, each.id))
    if args.json:
        say_json([head(each) for each in stations])
        return 0
    for each in stations:
        about = f"{each.level} 级 · {ROLES[each.role]} · {each.trade} · 难度 {each.difficulty}"
        say(f"{each.id}  {each.title}  {about}")
    say(f"\n共 {len(stations)} 道题。练一道：koushi practice 编号")
    return 0


ROLES: Mapping[Role, str] = {
    Role.CUSTOMER: "客户",
    Role.SUPERVISOR: "上级",
    Role.SUBORDINATE: "下属",
    Role.COLLEAGUE: "同事",
    Role.CLIENT: "商务客户",
    Role.EXAMINER: "考官",
}


def _named(name: str | None, wiring: Wiring) -> Station:
    if name is None:
        raise UsageError("要写题目编号或文件", mend="koushi station list 查看全部题目")
    if name.endswith((".yaml", ".yml")):
        return load_station(Path(name))
    return find_station(name, wiring.settings.stations)


def _show(args: argparse.Namespace, wiring: Wiring) -> int:
    station = _named(args.name, wiring)
    everything = station.model_dump(mode="json")
    outside = head(station)
    sealed = {key: value for key, value in everything.items() if key not in outside and key != "card"}
    if args.json:
        say_json({**outside, "card": everything["card"], "sealed": sealed})
        return 0
    from ui.commands.practice import show_card

    say(f"{station.ref}  评分标准 {station.rubric}  考点 {'、'.join(station.standard)}")
    show_card(station)
    say("以下考生看不到：")
    say(f"对方：{station.persona.name}。{station.persona.background}\n说话：{station.persona.manner}")
    for title, parts in (("事实", station.facts), ("方案", station.options)):
        say(f"{title}：{'、'.join(each.label for each in parts)}")
    say(f"心结：{'、'.join(each.title for each in station.concerns)}")
    say(f"诉求：{'、'.join(each.title for each in station.demands)}")
    return 0


def _new(args: argparse.Namespace, _: Wiring) -> int:
    """Write a whole working station to start from; never over an existing file."""
    name = args.name or f"{SAMPLE}.yaml"
    file = Path(name if name.endswith((".yaml", ".yml")) else f"{name}.yaml")
    text = skeleton(file.stem)
    load_station(YamlSource.draft(str(file), text))  # the name must make a proper id
    try:
        with file.open("x", encoding="utf-8") as out:
            out.write(text)
    except FileExistsError:
        raise InputError("已经有这个文件了", mend="换一个名字，原来的不会被改动", file=file) from None
    except OSError:
        raise InputError("文件写不了", mend="检查文件夹在不在、有没有写权限", file=file) from None
    if args.json:
        say_json({"id": file.stem, "file": str(file)})
    else:
        say(f"已写好 {file}：一道能直接演练的样题，照着说明改成自己的。")
        say(f"查错：koushi station check {file}\n试演：koushi station play-test {file}")
    return 0


def skeleton(station_id: str) -> str:
    """The sample station under another id, with the schema named for editors that understand it."""
    folder = files("scenarios")
    schema = Path(str(folder.joinpath("schema.json"))).as_uri()
    text = folder.joinpath("skeleton.yaml").read_text(encoding="utf-8")
    return f"# yaml-language-server: $schema={schema}\n{text.replace(SAMPLE, station_id, 1)}"


def _check(args: argparse.Namespace, wiring: Wiring) -> int:
    sources = [args.name] if args.name else [*_library(wiring)]
    results = [_checked(source, wiring) for source in sources]
    if args.json:
        say_json(results)
    wrong = [InputError(**fields) for each in results for fields in each["errors"]]
    if wrong:
        raise ManyInputErrors(wrong)
    if not args.json:
        say(
            f"{len(results)} 道题都没有问题。"
            if len(results) != 1
            else f"{results[0]['station']}：没有问题。"
        )
    return 0


def _library(wiring: Wiring) -> Iterator[Any]:
    yield from shipped_files()
    own = wiring.settings.stations
    yield from yaml_files(own) if own.is_dir() else ()


def _checked(source: Any, wiring: Wiring) -> dict[str, Any]:
    """One entry of `check --json`; an error has `file`, `line`, `field`, `what` and `mend`."""
    name = source if isinstance(source, str) else Path(str(source)).stem
    try:
        station = _named(source, wiring) if isinstance(source, str) else load_station(source)
        name = station.id
        _fits(station, wiring)
    except ManyInputErrors as errors:
        return {"station": name, "ok": False, "errors": [_error(each) for each in errors.errors]}
    except InputError as error:
        return {"station": name, "ok": False, "errors": [_error(error)]}
    return {"station": name, "ok": True, "errors": []}


def _fits(station: Station, wiring: Wiring) -> None:
    rubric = wiring.rubric(station.rubric)
    if station.role not in rubric.applies_to:
        what = f"评分标准 {rubric.id} 不是给对方是{ROLES[station.role]}的题用的"
        mend = f"换一份 rubric，或把 role 改成：{'、'.join(rubric.applies_to)}"
        raise InputError(what, mend=mend, file=f"{station.id}.yaml", field="rubric")


def _error(error: InputError) -> dict[str, Any]:
    return {
        "file": error.file,
        "line": error.line,
        "field": error.field,
        "what": error.what,
        "mend": error.mend,
    }


def _play_test(args: argparse.Namespace, wiring: Wiring) -> int:
    from rubrics.playtest import complaints, play_test

    one = [_named(args.name, wiring)] if args.name else list(wiring.stations.values())
    seed, rows, wrong = 1 if args.seed is None else args.seed, [], []
    for station in one:
        plays = asyncio.run(play_test(station, (seed,)))
        kept = tuple(each for each in plays if args.player in {None, each.player})
        rows += [each.as_json(station.id) for each in kept]
        wrong += complaints(station, kept)
        if not args.json:
            _tell_plays(station, rows[-len(kept) :])
    if args.json:
        say_json(rows)
    if wrong:
        raise InputError("\n".join(wrong), mend="调整题目的诉求、方案或试演台词，再试演一次")
    return 0


def _tell_plays(station: Station, rows: list[dict[str, Any]]) -> None:
    say(f"{station.id}  {station.title}")
    for row in rows:
        total = "未评分" if row["total"] is None else f"{row['total']:g}"
        mark = "合适" if row["within"] else "不合适"
        say(f"  {row['player']:<14}{total:>8}  {mark}  {row['stop_reason']}")


ACTIONS: Mapping[str, Callable[[argparse.Namespace, Wiring], int]] = {
    "list": _list,
    "show": _show,
    "new": _new,
    "check": _check,
    "play-test": _play_test,
}
