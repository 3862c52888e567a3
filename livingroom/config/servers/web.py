"""The pages: Granian with Django behind it."""

from granian.constants import Interfaces
from granian.server import Server


def serve_pages(*, host: str, port: int, workers: int = 1, threads: int = 4) -> None:
    """Serve the pages until told to stop."""
    Server(
        "livingroom.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        log_access=False,
        log_level="warning",
        websockets=False,
    ).serve()
