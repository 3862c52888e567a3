"""Private servers on loopback for the real peers: own directory, own port, gone at the end."""

import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


class PeerMissing(RuntimeError):
    """A real peer cannot start; the text has the command that helps."""


def free_ports(count: int) -> list[int]:
    """Ports nobody listens on. Held open together, so that they differ."""
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def wait_until(ready: Callable[[], bool], what: str, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > end:
            raise PeerMissing(f"{what} was not ready after {seconds:.0f} s.")
        time.sleep(0.1)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def private_redis(directory: Path) -> Iterator[str]:
    """A Redis that keeps nothing; yields host:port."""
    program = shutil.which("redis-server")
    if program is None:
        raise PeerMissing("redis-server is missing. Install it: apt-get install -y redis-server")
    (port,) = free_ports(1)
    options = [
        "--bind",
        "127.0.0.1",
        "--port",
        str(port),
        "--save",
        "",
        "--appendonly",
        "no",
        "--dir",
        str(directory),
    ]
    server = subprocess.Popen([program, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: _listens(port), "redis-server")
        yield f"127.0.0.1:{port}"
    finally:
        stop(server)


def stop(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    try:
        server.wait(10)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
