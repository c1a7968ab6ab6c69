"""Keeps tests on this machine."""

import socket
from ipaddress import ip_address
from typing import Any

import pytest


class ReachedOutError(Exception):
    """A test tried to reach another machine."""


def _is_here(address: Any) -> bool:
    """Whether an address is of this machine; no name but `localhost` is."""
    if not isinstance(address, tuple):
        return True  # a Unix socket's path
    host = str(address[0])
    if host in {"", "localhost"}:
        return True
    try:
        found = ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return found.is_loopback or found.is_unspecified


_connect, _connect_ex, _getaddrinfo = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo


def _guarded_connect(self: socket.socket, address: Any) -> None:
    if not _is_here(address):
        raise ReachedOutError(f"a test wanted to connect to {address!r}")
    return _connect(self, address)


def _guarded_connect_ex(self: socket.socket, address: Any) -> int:
    if not _is_here(address):
        raise ReachedOutError(f"a test wanted to connect to {address!r}")
    return _connect_ex(self, address)


def _guarded_getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
    name = host.decode() if isinstance(host, bytes) else host
    if name is not None and not _is_here((name,)):
        raise ReachedOutError(f"a test wanted the address of {name!r}")
    return _getaddrinfo(host, *args, **kwargs)


def guard(monkeypatch: pytest.MonkeyPatch) -> None:
    """Until the test ends, nothing beyond loopback can be reached or looked up from this process."""
    monkeypatch.setattr(socket.socket, "connect", _guarded_connect)
    monkeypatch.setattr(socket.socket, "connect_ex", _guarded_connect_ex)
    monkeypatch.setattr(socket, "getaddrinfo", _guarded_getaddrinfo)
