"""Start: check what would fail silently later, then serve in this process or in several."""

import asyncio
import socket
from collections.abc import Sequence
from pathlib import Path

from livingroom.links.redirector.journal import Durability
from livingroom.links.redirector.settings import Settings
from livingroom.links.redirector.source import open_source
from livingroom.links.redirector.worker import Worker
from livingroom.links.redirector.workers import run_workers


class PortTaken(Exception):
    """Another process listens there. Granian would share the port with it, and half the clicks would vanish."""


def serve(
    *,
    database_url: str,
    data_dir: Path | str,
    host: str = "127.0.0.1",
    port: int = 8001,
    durability: str = "disk",
    workers: int = 1,
    trusted_proxies: int = 0,
    hosts: Sequence[str] = (),
) -> None:
    """Answer short links until SIGINT or SIGTERM.

    Raises PortTaken, AlreadyRunning when another redirector uses the data folder, and ValueError for a wrong setting.
    """
    if durability not in list(Durability):
        raise ValueError(
            f"CLICKS_DURABILITY is {durability!r}; choose disk, os or memory, for example CLICKS_DURABILITY=disk"
        )
    open_source(database_url).close()
    require_free_port(host, port)
    settings = Settings(
        database_url=database_url,
        data_dir=Path(data_dir).absolute(),
        host=host,
        port=port,
        durability=Durability(durability),
        trusted_proxies=trusted_proxies,
        hosts=frozenset(name.lower() for name in hosts),
    )
    if workers > 1:
        run_workers(settings, workers)
    else:
        asyncio.run(Worker(settings).run())


def require_free_port(host: str, port: int) -> None:
    """Raise PortTaken while the port has a listener: with SO_REUSEPORT Granian would start beside it without a word."""
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
            probe.listen(1)
        except OSError as error:
            raise PortTaken(
                f"port {port} on {host} cannot be used ({error.strerror}). "
                "If another redirector is running, stop it; otherwise choose another port."
            ) from error
