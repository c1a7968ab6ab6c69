"""The guard that keeps tests from the network does so."""

import asyncio
import socket
import urllib.request

import pytest

from tests.support.network import ReachedOutError


def test_another_machine_cannot_be_reached() -> None:
    with pytest.raises(ReachedOutError):
        socket.create_connection(("192.0.2.1", 80), timeout=1)


def test_a_name_is_not_even_looked_up() -> None:
    with pytest.raises(ReachedOutError):
        urllib.request.urlopen("http://example.com/", timeout=1)


async def test_asyncio_is_guarded_too() -> None:
    with pytest.raises(ReachedOutError):
        await asyncio.open_connection("192.0.2.1", 80)


def test_this_machine_can_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=5).close()
