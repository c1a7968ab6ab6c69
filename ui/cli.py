"""`koushi`: the command line, and the one place where errors become sentences and exit codes."""

import argparse
import contextlib
import importlib
import os
import sys
from collections.abc import Mapping, Sequence

from retrieval.errors import KoushiError, UsageError
from ui.arguments import parser

COMMANDS: Mapping[str, str] = {
    "serve": "ui.commands.serve",
    "practice": "ui.commands.practice",
    "score": "ui.commands.score",
    "prescreen": "ui.commands.prescreen",
    "agreement": "ui.commands.agreement",
    "search": "ui.commands.search",
    "ask": "ui.commands.ask",
    "drill": "ui.commands.drill",
    "corpus": "ui.commands.corpus",
    "recognise": "ui.commands.recognise",
    "standard": "ui.commands.standard",
    "station": "ui.commands.station",
    "rubric": "ui.commands.rubric",
    "doctor": "ui.commands.doctor",
    "check": "ui.commands.check",
}
"""Command → module with `run(args, wiring) -> int`, imported only when it is called."""

INTERRUPTED = 130
"""What shells expect of a program ended by Ctrl-C."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code (`interfaces.md`)."""
    _speak_utf8()
    try:
        code = _run(argv)
        sys.stdout.flush()
    except SystemExit as left:  # argparse after --help
        return int(left.code or 0)
    except KoushiError as error:
        _tell(f"koushi：{error}")
        return error.exit_code
    except BrokenPipeError:
        _close_quietly()
        return 0
    except KeyboardInterrupt:
        _tell("\n已中断。")
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the one catch-all, at the edge
        return _unexpected(error)
    return code


def _run(argv: Sequence[str] | None) -> int:
    top = parser()
    args = top.parse_args(argv)
    if args.version:
        from importlib.metadata import version

        sys.stdout.write(f"koushi {version('koushi')}\n")
        return 0
    if args.command is None:
        raise UsageError("没有写命令", mend="例如 koushi serve；全部命令：koushi --help")
    return _command(args)


def _command(args: argparse.Namespace) -> int:
    from ui.settings import read
    from ui.wiring import Wiring

    wiring = Wiring(read())
    try:
        code: int = importlib.import_module(COMMANDS[args.command]).run(args, wiring)
    finally:
        wiring.close()
    return code


def _speak_utf8() -> None:
    """Chinese must come out whole whatever the locale says."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")


def _tell(message: str) -> None:
    with contextlib.suppress(BrokenPipeError):  # whoever read us has gone
        sys.stderr.write(message + "\n")


def _close_quietly() -> None:
    """Whoever read us has gone: keep the interpreter from complaining when it flushes at the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _unexpected(error: Exception) -> int:
    from ui.settings import debugging

    if debugging():
        import traceback

        traceback.print_exception(error)
    _tell(f"koushi：程序出错了：{type(error).__name__}：{error}")
    _tell("这是程序的毛病，不是你写错了。设 KOUSHI_DEBUG=1 再运行一次，把完整的出错信息交给管理员。")
    return 1


if __name__ == "__main__":
    sys.exit(main())
