"""`koushi station new|copy|save`: what an instructor begins with, and where it goes in the end."""

import argparse
from pathlib import Path

from retrieval.errors import InputError, UsageError
from rubrics.check import check_station
from scenarios.drafts import SAMPLE, copy_of, schema_line, skeleton
from scenarios.saving import NeedsYes, save
from scenarios.yamlfile import YamlSource, text_of
from ui.commands.output import say, say_json
from ui.wiring import Wiring


def new(args: argparse.Namespace, _: Wiring) -> int:
    """Write a whole working station to start from; never over an existing file."""
    file = _file(args.name or SAMPLE)
    _begin(file, schema_line() + skeleton(file.stem), as_json=args.json)
    return 0


def copy(args: argparse.Namespace, wiring: Wiring) -> int:
    """Begin from a shipped station or one of the organisation's."""
    if not args.name or not args.file:
        raise UsageError("要写从哪道题、抄到哪个文件", mend="例如 koushi station copy 题目编号 新编号.yaml")
    file = _file(args.file)
    text = schema_line() + copy_of(args.name, file.stem, wiring.settings.stations)
    _begin(file, text, as_json=args.json)
    return 0


def put(args: argparse.Namespace, wiring: Wiring) -> int:
    """Into the organisation's folder: from then on it can be practised."""
    if not args.name:
        raise UsageError("要写保存哪个文件", mend="例如 koushi station save 文件.yaml")
    source = Path(args.name)
    station, text = check_station(source), text_of(source)
    try:
        saved = save(station, text, wiring.settings.stations, yes=args.yes)
    except NeedsYes as doubt:
        raise InputError(doubt.what, mend=f"{doubt.mend}；确认就加 --yes") from doubt
    if args.json:
        backup = str(saved.backup) if saved.backup else None
        say_json({"id": station.id, "version": station.version, "file": str(saved.file), "backup": backup})
        return 0
    say(f"已保存 {station.ref}：{saved.file}。首页已经能选到。")
    if saved.backup:
        say(f"原来的留在 {saved.backup}")
    return 0


def _file(name: str) -> Path:
    return Path(name if name.endswith((".yaml", ".yml")) else f"{name}.yaml")


def _begin(file: Path, text: str, *, as_json: bool) -> None:
    check_station(YamlSource.draft(str(file), text))
    try:
        with file.open("x", encoding="utf-8") as out:
            out.write(text)
    except FileExistsError:
        raise InputError("已经有这个文件了", mend="换一个名字，原来的不会被改动", file=file) from None
    except OSError:
        raise InputError("文件写不了", mend="检查文件夹在不在、有没有写权限", file=file) from None
    if as_json:
        say_json({"id": file.stem, "file": str(file)})
        return
    say(f"已写好 {file}：一道能直接演练的题，照着说明改成自己的。")
    say(f"边改边查错：koushi station check {file} --watch\n试演：koushi station play-test {file}")
    say(f"自己谈一遍：koushi practice {file}\n保存：koushi station save {file}")
