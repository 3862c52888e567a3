"""A network's token office over real HTTP, with both manners of renewal, as strict as the real ones.

Rotating (X, Bluesky, Google's newer apps): a refresh token buys a new pair and dies; used a second time, the whole family
of tokens is dead, because somebody must have stolen one. Extending (Meta): the living token itself buys a later end.
"""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs


class TokenOffice(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Clerk)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.refresh_token = "refresh-0"
        self.n_renewals = 0
        self.is_dead = False
        self.lock = threading.Lock()

    def rotate(self, presented: str) -> tuple[int, dict[str, str]]:
        with self.lock:
            if self.is_dead or presented != self.refresh_token:
                self.is_dead = True
                return 400, {"error": "invalid_grant"}
            self.n_renewals += 1
            self.refresh_token = f"refresh-{self.n_renewals}"
            return 200, {"access_token": f"access-{self.n_renewals}", "refresh_token": self.refresh_token}

    def extend(self, presented: str) -> tuple[int, dict[str, str]]:
        with self.lock:
            if presented != "long-lived":
                return 400, {"error": "invalid_token"}
            self.n_renewals += 1
            until = datetime(2027, 1, 1, tzinfo=UTC) + timedelta(days=self.n_renewals)
            return 200, {"access_token": "long-lived", "expires_at": until.isoformat()}


class _Clerk(BaseHTTPRequestHandler):
    server: TokenOffice

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        time.sleep(0.05)  # long enough for the others to come to the counter
        deed = self.server.rotate if self.path == "/rotate" else self.server.extend
        status, body = deed(form["token"][0])
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, format: str, *args: object) -> None:
        """Silent."""


@contextmanager
def token_office() -> Iterator[TokenOffice]:
    office = TokenOffice()
    threading.Thread(target=office.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield office
    finally:
        office.shutdown()
        office.server_close()


def renew_at(url: str, name: str) -> object:
    """A renewal as a connector writes one: `name` is the secret that the office wants to see."""
    import httpx

    def renewal(secrets):
        answer = httpx.post(url, data={"token": secrets[name]}, trust_env=False)
        answer.raise_for_status()
        return {**secrets, **answer.json()}

    return renewal


def work(number: int, url: str, name: str, n_rounds: int, start_at: float) -> list[str]:
    """What a worker does: finds the token refused, has it renewed, and goes on with what there is."""
    from livingroom.networks.vault import StoredCredentials

    store, seen = StoredCredentials(number), []
    for each in range(n_rounds):
        time.sleep(max(0.0, start_at + 0.4 * each - time.time()))
        seen.append(store.renew(store.load(), renew_at(url, name)).get("access_token", ""))
    return seen
