"""Granian shares a port between processes, so a forgotten second server would silently take half the visitors."""

import socket
from urllib.parse import urlsplit


class PortTaken(Exception):
    pass


def address_of(url: str) -> tuple[str, int]:
    """The loopback address behind a local URL; a public one is served behind a balancer, on its usual port."""
    parts = urlsplit(url)
    return parts.hostname or "127.0.0.1", parts.port or (443 if parts.scheme == "https" else 80)


def require_free(host: str, port: int, what: str) -> None:
    """Raise PortTaken, naming what may be done, when somebody answers there already."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PortTaken(
                f"The {what} cannot listen on {host}:{port} ({error.strerror}). Is another Livingroom running? "
                f"Stop it, or choose another port, for example with --{what}-port {port + 10}."
            ) from None
