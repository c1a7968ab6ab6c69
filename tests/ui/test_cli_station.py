"""An instructor at the command line: begin, check while writing, play, save."""

import json
import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from scenarios.loading import shipped_files
from tests.support.command import Koushi, refused

SHIPPED = shipped_files()[0].name.removesuffix(".yaml")


def begun(koushi: Koushi, folder: Path, name: str = "l3-my-first") -> Path:
    file = folder / f"{name}.yaml"
    assert koushi("station", "new", str(file)).code == 0
    return file


def swap(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_a_station_is_saved_and_replaced_only_by_a_new_version_or_a_yes(
    koushi: Koushi, home: Path, tmp_path: Path
) -> None:
    file = begun(koushi, tmp_path)
    saved = koushi("station", "save", str(file), "--json").json
    assert saved == {
        "id": "l3-my-first", "version": 1, "file": str(home / "stations" / file.name), "backup": None,
    }  # fmt: skip
    assert "l3-my-first" in [each["id"] for each in koushi("station", "list", "--json").json]
    swap(file, "生日蛋糕迟到两小时", "蛋糕送错了")
    refused(koushi("station", "save", str(file)), 1, "第 1 版", "version", "--yes")
    assert koushi("station", "show", "l3-my-first", "--json").json["title"] == "生日蛋糕迟到两小时"
    assert "l3-my-first@1.yaml.bak" in koushi("station", "save", str(file), "--yes").out
    swap(file, "version: 1", "version: 2")
    assert koushi("station", "save", str(file)).code == 0
    assert koushi("station", "show", "l3-my-first", "--json").json["version"] == 2


def test_a_wrong_station_is_not_saved(koushi: Koushi, home: Path, tmp_path: Path) -> None:
    file = begun(koushi, tmp_path)
    swap(file, "rubric: complaint-handling", "rubric: complaint-handing")
    refused(koushi("station", "save", str(file), "--yes"), 1, "complaint-handling", str(file))
    assert not (home / "stations").exists()


def test_a_shipped_station_is_copied_under_a_new_id_and_its_place_is_asked_for(
    koushi: Koushi, home: Path, tmp_path: Path
) -> None:
    file = tmp_path / "l3-like-it.yaml"
    assert koushi("station", "copy", SHIPPED, str(file), "--json").json["id"] == "l3-like-it"
    assert koushi("station", "check", str(file)).code == 0
    refused(koushi("station", "copy", SHIPPED, str(file)), 1, "已经有这个文件了")
    refused(koushi("station", "copy", "l3-no-such", str(tmp_path / "l3-x.yaml")), 1, "没有编号")
    refused(koushi("station", "copy", SHIPPED), 2, "抄到哪个文件")
    same = tmp_path / f"{SHIPPED}.yaml"
    koushi("station", "copy", SHIPPED, str(same))
    refused(koushi("station", "save", str(same)), 1, "自带", "--yes")
    assert koushi("station", "save", str(same), "--yes").code == 0


def test_several_seeds_are_played_and_what_cost_a_mark_is_told(koushi: Koushi, tmp_path: Path) -> None:
    file = begun(koushi, tmp_path)
    rows = koushi("station", "play-test", str(file), "--seeds", "2", "--seed", "4", "--json").json
    assert sorted({row["seed"] for row in rows}) == [4, 5]
    assert all(row["within"] and row["causes"] == [] for row in rows)
    text = file.read_text(encoding="utf-8")
    strong, rest = text.index("  strong:"), text.index("  borderline:")
    says = ("您好，请问您有什么事要说？", "订单号是多少，我来查一下。", "再见。")
    poor = "  strong:\n    says:\n" + "".join(f"      - {line}\n" for line in says)
    file.write_text(text[:strong] + poor + text[rest:], encoding="utf-8")
    ran = koushi("station", "play-test", str(file), "--player", "strong")
    assert ran.code == 1
    assert "不合适" in ran.out
    assert "分：" in ran.out


def test_a_talk_with_a_draft_shows_why_and_is_not_kept(
    koushi: Koushi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ui.settings import read
    from ui.wiring import Wiring

    says = iter(["罗女士，蛋糕晚了两个小时，真的对不起。", "/结束"])
    monkeypatch.setattr("builtins.input", lambda _: next(says))
    ran = koushi("practice", str(begun(koushi, tmp_path)), "--seed", "1")
    assert ran.code == 0, ran.err
    assert "预演" in ran.out
    assert "火气" in ran.out
    wiring = Wiring(read())
    assert wiring.talks.recent() == ()
    wiring.close()


def told(process: subprocess.Popen[bytes]) -> Any:
    """The next line of a watching command."""
    assert process.stdout is not None
    ready, _, _ = select.select([process.stdout], [], [], 60)
    assert ready, "nothing came"
    return json.loads(process.stdout.readline())


def test_a_watched_file_is_checked_each_time_it_is_saved(koushi: Koushi, tmp_path: Path) -> None:
    file = begun(koushi, tmp_path)
    command = [sys.executable, "-m", "ui.cli", "station", "check", str(file), "--watch", "--json"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=dict(os.environ)
    ) as on:
        assert told(on)["ok"]
        swap(file, "level: 3", "level: 7")
        assert [each["field"] for each in told(on)["errors"]] == ["level"]
        file.unlink()
        assert "没有这个文件" in told(on)["errors"][0]["what"]
        time.sleep(0.1)
        on.send_signal(signal.SIGINT)
        assert on.wait(20) == 130
    refused(koushi("station", "check", "--watch"), 2, "--watch")
