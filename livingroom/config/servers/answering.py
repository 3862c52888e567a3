"""Call a WSGI application in a page's thread: small answers whole, large ones piece by piece as the reader takes them."""

from collections.abc import Callable, Iterable, MutableMapping
from dataclasses import dataclass, field
from typing import Any
from wsgiref.types import WSGIApplication

HOLD = "livingroom.hold"
PIECE = 256 * 1024


@dataclass
class Answer:
    status: int = 500
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytes = b""  # what is not sent yet
    is_begun: bool = False


def answer_of(
    pages: WSGIApplication, environ: dict[str, Any], send_now: Callable[[MutableMapping[str, Any]], None]
) -> Answer:
    """Return the answer, or the end of one whose beginning was sent already because it is long."""
    answer = Answer()

    def start(
        status: str, headers: list[tuple[str, str]], exc_info: object = None
    ) -> Callable[[bytes], object]:
        answer.status = int(status[:3])
        answer.headers = [
            (name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers
        ]
        return _refuse_old_writing

    found: Iterable[bytes] = pages(environ, start)
    try:
        _collect(found, answer, send_now)
    finally:
        if hasattr(found, "close"):
            found.close()
    return answer


def _collect(
    found: Iterable[bytes], answer: Answer, send_now: Callable[[MutableMapping[str, Any]], None]
) -> None:
    kept, size = list[bytes](), 0
    for piece in found:
        kept.append(piece)
        size += len(piece)
        if size < PIECE:
            continue
        if not answer.is_begun:
            answer.is_begun = True
            send_now({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
        send_now({"type": "http.response.body", "body": b"".join(kept), "more_body": True})
        kept, size = [], 0
    answer.body = b"".join(kept)


def _refuse_old_writing(piece: bytes) -> object:
    raise NotImplementedError("Pages give their body back; nothing here writes it by hand.")
