"""The pages: Granian with Django behind it."""

import threading

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from livingroom.shared.assets import vega_bundle

# Each screen keeps a connection or two, and one more while it listens.
MOST_CONNECTIONS = 8192
ENOUGH_TO_FINISH_SECONDS = 8  # less than the supervisor gives


def serve_pages(*, host: str, port: int, workers: int = 1) -> None:
    """Serve the pages until told to stop."""
    # Putting the charts' script together takes a second, once: not while the first visitor waits.
    threading.Thread(target=vega_bundle, daemon=True).start()
    Server(
        "livingroom.config.asgi:application",
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        workers=workers,
        backpressure=MOST_CONNECTIONS,
        workers_kill_timeout=ENOUGH_TO_FINISH_SECONDS,
        log_access=False,
        log_level=LogLevels.warning,
        websockets=False,
    ).serve()
