"""One built index for all tests that only ask."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from retrieval.search import Search, open_search


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder that search has been opened in."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="session")
def search(home: Path) -> Iterator[Search]:
    """Search over what ships, with the built-in parts."""
    opened = open_search(home)
    yield opened
    opened.close()
