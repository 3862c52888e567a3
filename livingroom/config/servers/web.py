"""The pages: Granian with Django behind it."""

import threading

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from livingroom.shared.assets import vega_bundle


def serve_pages(*, host: str, port: int, workers: int = 1, threads: int = 4) -> None:
    """Serve the pages until told to stop."""
    # Putting the charts' script together takes a second, once: not while the first visitor waits.
    threading.Thread(target=vega_bundle, daemon=True).start()
    Server(
        "livingroom.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        log_access=False,
        log_level=LogLevels.warning,
        websockets=False,
    ).serve()
