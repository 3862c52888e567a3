"""A request as WSGI has it, from one as ASGI has it."""

import sys
import tempfile
from collections.abc import Awaitable, Callable, MutableMapping
from typing import IO, Any
from urllib.parse import unquote_to_bytes

IN_MEMORY = 256 * 1024
MOST_BYTES = 1024 * 1024 * 1024  # what a view takes is its own, smaller matter; this only keeps the disk


class TooLarge(Exception):
    pass


async def receive_body(receive: Callable[[], Awaitable[MutableMapping[str, Any]]]) -> IO[bytes] | None:
    """Return all of it, at its beginning; None when the visitor left. No thread waits for a slow sender.

    Raises TooLarge.
    """
    body: IO[bytes] = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - who asked closes it
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            body.close()
            return None
        piece = message.get("body", b"")
        size += len(piece)
        if size > MOST_BYTES:
            body.close()
            raise TooLarge
        body.write(piece)
        if not message.get("more_body"):
            body.seek(0)
            return body


def environ_of(scope: MutableMapping[str, Any], body: IO[bytes]) -> dict[str, Any]:
    """The variables of PEP 3333. Text of headers and paths is bytes read as Latin-1, as it wants them."""
    host, port = scope.get("server") or ("127.0.0.1", None)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": scope.get("root_path", "").encode().decode("latin-1"),
        "PATH_INFO": _path_of(scope).decode("latin-1"),
        "QUERY_STRING": scope.get("query_string", b"").decode("latin-1"),
        "SERVER_NAME": host,
        "SERVER_PORT": str(port or (443 if scope.get("scheme") == "https" else 80)),
        "SERVER_PROTOCOL": f"HTTP/{scope.get('http_version', '1.1')}",
        "SERVER_SOFTWARE": "Livingroom",
        "REMOTE_ADDR": (scope.get("client") or ("",))[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    _add_headers(environ, scope["headers"])
    _set_length(environ, body)
    return environ


def _path_of(scope: MutableMapping[str, Any]) -> bytes:
    raw = scope.get("raw_path")
    return unquote_to_bytes(raw) if raw else scope["path"].encode("utf-8", "surrogateescape")


def _add_headers(environ: dict[str, Any], headers: list[tuple[bytes, bytes]]) -> None:
    for raw_name, raw_value in headers:
        name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
        if "_" in name:
            continue  # `X_Forwarded_For` would pass for `X-Forwarded-For`
        key = name.upper().replace("-", "_")
        key = key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"
        joint = "; " if key == "HTTP_COOKIE" else ","
        environ[key] = f"{environ[key]}{joint}{value}" if key in environ else value


def _set_length(environ: dict[str, Any], body: IO[bytes]) -> None:
    """What came in pieces has no length of its own; here it is known."""
    size = body.seek(0, 2)
    body.seek(0)
    environ.pop("HTTP_TRANSFER_ENCODING", None)
    if size or "CONTENT_LENGTH" in environ:
        environ["CONTENT_LENGTH"] = str(size)
