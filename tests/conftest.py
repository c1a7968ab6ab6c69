"""For all tests: no network beyond this machine, no settings of the person who runs them."""

import os
import signal
from pathlib import Path

import pytest
from hypothesis import settings

from tests.support.command import Koushi, Ran
from tests.support.network import guard
from ui.wiring import QUIET

# Speed is measured in benchmarks; a busy machine must not fail a property.
settings.register_profile("koushi", deadline=None)
settings.load_profile("koushi")
# Whoever is started in the background ignores Ctrl-C, and so would all that the tests start.
signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What needs the network runs only when asked for with `-m network`."""
    if "network" in config.option.markexpr:
        return
    skip = pytest.mark.skip(reason="needs the network: pytest -m network")
    for item in items:
        if "network" in item.keywords:
            item.add_marker(skip)


@pytest.fixture(autouse=True)
def _no_network(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if "network" not in request.node.keywords:
        guard(monkeypatch)


@pytest.fixture(autouse=True)
def _no_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("KOUSHI_")]:
        monkeypatch.delenv(name)
    for name, value in QUIET.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("KOUSHI_HOME", str(tmp_path / "home"))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The data folder of this test: `KOUSHI_HOME` names it, no other `KOUSHI_*` is set."""
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def koushi(capsys: pytest.CaptureFixture[str]) -> Koushi:
    """Runs `koushi …` in this process."""
    from ui.cli import main

    def run(*args: str) -> Ran:
        code = main(args)
        found = capsys.readouterr()
        return Ran(code, found.out, found.err)

    return run
