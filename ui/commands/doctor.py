"""`koushi doctor`: each part, who provides it, whether it works, what to do."""

import argparse
from collections.abc import Mapping

from retrieval.health import Health
from ui.commands.output import say, say_json
from ui.settings import Settings
from ui.wiring import Wiring

NAMES: Mapping[str, str] = {
    "home": "数据目录",
    "standard": "职业标准",
    "stations": "题目",
    "rubrics": "评分标准",
    "database": "数据库",
    "search": "检索",
    "embedder": "向量",
    "behaviours": "行为识别",
    "llm": "语言模型",
    "wording": "措辞",
    "judge": "评分员",
    "recogniser": "语音识别",
    "speech": "语音合成",
    "pages": "网页",
}
STATES: Mapping[str, str] = {"ok": "正常", "off": "未启用", "broken": "有问题"}


def run(args: argparse.Namespace, wiring: Wiring) -> int:
    """Examine everything; 0 even when something is broken: telling it is the command's whole work."""
    if args.settings:
        return _settings(args, wiring.settings)
    if args.get_model:
        return _get_model(args.get_model, wiring.settings)
    from ui.doctor import examine

    found = examine(wiring)
    if args.json:
        say_json([health.as_json() for health in found])
    else:
        for health in found:
            _tell(health)
    return 0


def _get_model(size: str, settings: Settings) -> int:
    """The one way a model comes to this machine: because somebody asked for it here."""
    import sys

    from bot.hearing_models import fetch

    def progress(done: int, total: int) -> None:
        share = f"{done / total:4.0%}" if total else ""
        sys.stderr.write(f"\r{share}  {done / 1e6:7.1f} MB")
        sys.stderr.flush()

    folder = fetch(size, settings.home, progress)
    sys.stderr.write("\n")
    say(f"语音识别模型已放在 {folder}")
    return 0


def _tell(health: Health) -> None:
    name = NAMES.get(health.part, health.part)
    say(f"{STATES[health.state]}  {name}（{health.provider}）：{health.detail}")
    if health.todo:
        say(f"      → {health.todo}")


def _settings(args: argparse.Namespace, settings: Settings) -> int:
    listed = [each.as_json() for each in settings.given]
    if args.json:
        say_json(listed)
        return 0
    sources = {"env": "环境变量", "file": "koushi.toml", "default": "默认"}
    for each in listed:
        say(f"{each['name']} = {each['value'] or '（空）'}    [{sources[each['source']]}]")
        say(f"      {each['meaning']}；默认：{each['default'] or '空'}")
    for name in settings.strays:
        say(f"{name}：没有这个设置，检查拼写")
    return 0
