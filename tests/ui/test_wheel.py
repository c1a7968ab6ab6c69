"""koushi works installed from its wheel, outside a checkout, with all that it needs in the package."""

import json
import os
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Mapping
from pathlib import Path
from venv import EnvBuilder

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("bot", "scenarios", "rubrics", "retrieval", "ui")
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from this tree without the network."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment that has the wheel and, without the network, the libraries of this one.

    The libraries are linked one by one, so that the checkout (installed editable here) is not among them.
    """
    env = tmp_path_factory.mktemp("env")
    EnvBuilder(symlinks=True).create(env)
    site = next(env.glob("lib/python*/site-packages"))
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    for entry in Path(sysconfig.get_paths()["purelib"]).iterdir():
        ours = entry.name.startswith(("koushi", "_editable_impl_koushi", "__pycache__"))
        if not ours and not (site / entry.name).exists():
            (site / entry.name).symlink_to(entry)
    return env / "bin" / "python"


def _clean(home: Path) -> Mapping[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "VIRTUAL_ENV"}}
    return {**kept, "KOUSHI_HOME": str(home)}


def _run(python: Path, cwd: Path, code: str, *args: str) -> str:
    ran = subprocess.run(
        [python, "-P", "-c", code, *args], cwd=cwd, env=_clean(cwd / "home"), capture_output=True, check=False
    )
    assert ran.returncode == 0, ran.stderr.decode()
    return ran.stdout.decode()


KOUSHI = "import sys; from ui.cli import main; sys.exit(main(sys.argv[1:]))"


def test_the_packages_come_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    code = f"import {', '.join(PACKAGES)}; print(*[each.__path__[0] for each in ({', '.join(PACKAGES)})])"
    for place in _run(installed, tmp_path, code).split():
        assert str(installed.parents[1]) in place


def test_a_talk_is_played_and_marked(installed: Path, tmp_path: Path) -> None:
    stations = json.loads(_run(installed, tmp_path, KOUSHI, "station", "list", "--json"))
    assert stations
    (tmp_path / "s.txt").write_text("您好，真对不起，让您受累了。\n麻烦您报一下单号。\n", encoding="utf-8")
    out = _run(installed, tmp_path, KOUSHI, "practice", stations[0]["id"], "--script", "s.txt", "--json")
    events = [json.loads(line)["event"] for line in out.splitlines()]
    assert events == ["opening", "turn", "turn", "end", "report"]


def test_search_and_a_new_station_work(installed: Path, tmp_path: Path) -> None:
    found = json.loads(_run(installed, tmp_path, KOUSHI, "search", "L3.6.2.S4", "-k", "1", "--json"))
    assert found[0]["code"] == "L3.6.2.S4"
    _run(installed, tmp_path, KOUSHI, "station", "new", "l3-mine")
    assert "没有问题" in _run(installed, tmp_path, KOUSHI, "station", "check", "l3-mine.yaml")


def test_every_part_is_well(installed: Path, tmp_path: Path) -> None:
    found = json.loads(_run(installed, tmp_path, KOUSHI, "doctor", "--json"))
    assert [each for each in found if each["state"] == "broken"] == []


def test_the_wheel_names_its_command_and_holds_no_tests(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        entry = next(name for name in names if name.endswith("entry_points.txt"))
        assert "koushi = ui.cli:main" in archive.read(entry).decode()
    tops = {name.split("/")[0] for name in names if not name.split("/")[0].endswith(".dist-info")}
    assert tops == set(PACKAGES)
    assert not [name for name in names if "__pycache__" in name]
