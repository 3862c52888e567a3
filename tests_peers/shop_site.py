"""The brand's own small web site on loopback: pages by path, whose head names the doors of a house."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class ShopSite(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, house: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.head = f'<link rel="webmention" href="{house}/webmention/"><link rel="pingback" href="{house}/pingback/">'
        self.pages: dict[str, str] = {"/": "<p>Desks</p>"}

    def page(self, path: str, body: str) -> str:
        self.pages[path] = body
        return f"{self.url}{path}"


class _Handler(BaseHTTPRequestHandler):
    server: ShopSite

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def _answer(self, *, with_body: bool) -> None:
        body = self.server.pages.get(self.path)
        html = f"<!doctype html><html><head><title>Shop</title>{self.server.head}</head><body>{body}</body></html>"
        content = html.encode()
        self.send_response(200 if body is not None else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if with_body:
            self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Silent."""


@contextmanager
def shop_site(house: str) -> Iterator[ShopSite]:
    site = ShopSite(house)
    thread = threading.Thread(target=site.serve_forever, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        site.shutdown()
        site.server_close()
