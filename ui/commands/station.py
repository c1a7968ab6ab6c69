"""`koushi station`: list, show, check, play-test; `station_files` has new, copy and save."""

import argparse
import asyncio
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from retrieval.errors import InputError, ManyInputErrors, UsageError
from rubrics.check import ROLES, check_station
from scenarios.loading import find_station, load_station, shipped_files, station_file, yaml_files
from scenarios.station import Kind, Station
from ui.commands import station_files
from ui.commands.output import say, say_json
from ui.wiring import Wiring

LOOKS_EVERY = 0.3
"""Seconds between two looks at a watched file."""


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


def _check(args: argparse.Namespace, wiring: Wiring) -> int:
    if args.watch:
        return _watch(args, wiring)
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


def _watch(args: argparse.Namespace, wiring: Wiring) -> int:
    """Check again whenever the file has been saved, until Ctrl-C; with `--json` one line a check."""
    if not args.name or not args.name.endswith((".yaml", ".yml")):
        raise UsageError("--watch 要盯着一个文件", mend="例如 koushi station check 文件.yaml --watch")
    before: object = ()
    while True:
        now = _stamp(Path(args.name))
        if now != before:
            result = _checked(args.name, wiring)
            if args.json:
                say_json(result, indent=None)
            else:
                say(f"── {time.strftime('%H:%M:%S')} {_told(result)}")
        before = now
        time.sleep(LOOKS_EVERY)


def _told(result: dict[str, Any]) -> str:
    wrong = [str(InputError(**fields)) for fields in result["errors"]]
    return "\n".join([f"{len(wrong)} 处问题", *wrong]) if wrong else "没有问题"


def _stamp(file: Path) -> object:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def _library(wiring: Wiring) -> Iterator[Any]:
    yield from shipped_files()
    own = wiring.settings.stations
    yield from yaml_files(own) if own.is_dir() else ()


def _checked(source: Any, wiring: Wiring) -> dict[str, Any]:
    """One entry of `check --json`; an error has `file`, `line`, `field`, `what` and `mend`."""
    name = source if isinstance(source, str) else Path(str(source)).stem
    try:
        name = check_station(_source(source, wiring)).id
    except ManyInputErrors as errors:
        return {"station": name, "ok": False, "errors": [_error(each) for each in errors.errors]}
    except InputError as error:
        return {"station": name, "ok": False, "errors": [_error(error)]}
    return {"station": name, "ok": True, "errors": []}


def _source(source: Any, wiring: Wiring) -> Any:
    """The file that is meant: given as one, named, or that of a station of this id."""
    if not isinstance(source, str):
        return source
    if source.endswith((".yaml", ".yml")):
        return Path(source)
    own = wiring.settings.stations
    find_station(source, own)  # tells the nearest when there is none
    return station_file(source, own)


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
    seeds = tuple(range(seed, seed + args.seeds))
    for station in one:
        plays = asyncio.run(play_test(station, seeds))
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
        say(f"  {row['player']:<14}种子 {row['seed']:<4}{total:>8}  {mark}  {row['stop_reason']}")
        if not row["within"] and row["reason"]:
            say(f"      {row['reason']}")
        for cause in row["causes"]:
            say(f"      {cause['title']} {cause['points']:g} 分：{'；'.join(cause['checks'])}")


ACTIONS: Mapping[str, Callable[[argparse.Namespace, Wiring], int]] = {
    "list": _list,
    "show": _show,
    "new": station_files.new,
    "copy": station_files.copy,
    "save": station_files.put,
    "check": _check,
    "play-test": _play_test,
}
