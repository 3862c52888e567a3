"""A loopback proxy between us and a real server that can lose answers, refuse and babble on demand."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx

HOP_HEADERS = {
    "connection",
    "keep-alive",
    "transfer-encoding",
    "content-encoding",
    "content-length",
    "host",
    "date",
}


class Armed:
    """One failure for the next request that fits."""

    def __init__(
        self, *, writes: bool, forward: bool, status: int, body: bytes, headers: dict[str, str]
    ) -> None:
        self.writes = writes
        self.forward = forward
        self.status = status
        self.body = body
        self.headers = headers


class FaultProxy(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, upstream: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.upstream = upstream
        # A new road for each request: some servers hang up idle ones without a word, which would look like our fault.
        self.client = httpx.Client(
            timeout=30, trust_env=False, limits=httpx.Limits(max_keepalive_connections=0)
        )
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self._armed: list[Armed] = []
        self._lock = threading.Lock()

    @property
    def is_armed(self) -> bool:
        return bool(self._armed)

    def lose_answer(self, *, writes: bool, after_forwarding: bool) -> None:
        self._armed.append(Armed(writes=writes, forward=after_forwarding, status=0, body=b"", headers={}))

    def answer(
        self,
        status: int,
        body: bytes,
        *,
        writes: bool,
        forward: bool = False,
        headers: dict[str, str] | None = None,
    ) -> None:
        self._armed.append(
            Armed(writes=writes, forward=forward, status=status, body=body, headers=headers or {})
        )

    def take(self, method: str) -> Armed | None:
        with self._lock:
            for armed in self._armed:
                if armed.writes == (method != "GET"):
                    self._armed.remove(armed)
                    return armed
        return None


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: FaultProxy

    def do_GET(self) -> None:
        self._pass()

    def do_POST(self) -> None:
        self._pass()

    def do_PUT(self) -> None:
        self._pass()

    def do_DELETE(self) -> None:
        self._pass()

    def _pass(self) -> None:
        content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        armed = self.server.take(self.command)
        if armed is None:
            answer = self._forward(content)
            self._send(answer.status_code, answer.content, dict(answer.headers))
            return
        if armed.forward:
            self._forward(content)
        if armed.status == 0:
            self.close_connection = True  # the caller sees the line go dead
            return
        self._send(armed.status, armed.body, {"Content-Type": "application/json", **armed.headers})

    def _forward(self, content: bytes) -> httpx.Response:
        headers = {name: value for name, value in self.headers.items() if name.lower() not in HOP_HEADERS}
        return self.server.client.request(
            self.command, self.server.upstream + self.path, content=content, headers=headers
        )

    def _send(self, status: int, content: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            if name.lower() not in HOP_HEADERS:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Silent: what goes wrong is in the test's own failure."""


@contextmanager
def fault_proxy(upstream: str) -> Iterator[FaultProxy]:
    proxy = FaultProxy(upstream)
    thread = threading.Thread(target=proxy.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        proxy.shutdown()
        proxy.server_close()
        proxy.client.close()
