"""`koushi serve`: the pages."""

import argparse
import errno
import ipaddress
import socket

from retrieval.errors import InputError, UsageError
from ui.commands.output import say
from ui.wiring import Wiring


def run(args: argparse.Namespace, wiring: Wiring) -> int:
    """Serve until Ctrl-C."""
    if not loopback(args.host):
        raise UsageError(
            f"不能在 {args.host} 上打开网页：这一版没有账号，同一网络里的人都能看到考生的成绩",
            mend="只在本机用：--host 127.0.0.1；要给别人用，请放在有登录的反向代理后面",
        )
    listening = _listen(args.host, args.port)
    try:
        _serve(listening, args.host, wiring)
    finally:
        listening.close()
    return 0


def loopback(host: str) -> bool:
    """Whether only this machine can reach that address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _listen(host: str, port: int) -> socket.socket:
    """Taken before anything slow begins, so that a taken port is told at once."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host.strip("[]"), port))
        listening.listen(128)
    except OSError as error:
        listening.close()
        if error.errno == errno.EADDRINUSE:
            raise InputError(f"端口 {port} 已经被占用", mend=f"换一个，例如 --port {port + 1}") from None
        raise InputError(
            f"打不开 {host}:{port}", mend="换一个地址或端口；1024 以下的端口要管理员权限"
        ) from None
    return listening


def _serve(listening: socket.socket, host: str, wiring: Wiring) -> None:
    import uvicorn

    from ui.app import build_app

    say(f"正在准备网页……数据放在 {wiring.settings.home}")
    app = build_app(wiring)
    port = listening.getsockname()[1]
    shown = f"[{host}]" if ":" in host else host
    say(f"请用浏览器打开 http://{shown}:{port}   （Ctrl-C 退出）")
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
    try:
        server.run(sockets=[listening])
    except KeyboardInterrupt:
        say("\n已退出。")
