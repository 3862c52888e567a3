"""A Mastodon-compatible server on loopback (PyPI mastodon_mock): keeps everything in memory, gone at the end.

with mastodon_server() as server:
    account = server.create_account("corner")
"""

import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from scripts.peers.servers import PeerMissing, free_ports, stop, wait_until

HOW_TO_INSTALL = "mastodon_mock is missing. Install it: scripts/peers/install.sh mastodon"


@dataclass(frozen=True)
class Account:
    id: str
    username: str
    token: str


class MastodonServer:
    def __init__(self, url: str) -> None:
        self.url = url
        self.http = httpx.Client(base_url=url, timeout=10, trust_env=False)

    def create_account(self, name: str) -> Account:
        """A new account with a token of its own; names are unique, so a few letters are added."""
        username = f"{name}_{secrets.token_hex(4)}"
        made = self._json(self.http.post("/api/v1/_mock/dev_user", json={"username": username}))
        return Account(made["id"], username, made["access_token"])

    def ask(self, account: Account, method: str, path: str, **request: Any) -> Any:
        """Speak to the server as somebody, past everything of ours."""
        headers = {"Authorization": f"Bearer {account.token}"}
        return self._json(self.http.request(method, path, headers=headers, **request))

    def _json(self, answer: httpx.Response) -> Any:
        answer.raise_for_status()
        return answer.json()


def find_program() -> str:
    """The server's program: beside this Python, or where scripts/peers/install.sh puts it. Raises PeerMissing."""
    cache = Path(os.environ.get("LIVINGROOM_CACHE") or Path.home() / ".cache/livingroom") / "peers"
    for place in (Path(sys.executable).parent, cache / "mastodon/bin"):
        if (place / "mastodon_mock").exists():
            return str(place / "mastodon_mock")
    found = shutil.which("mastodon_mock")
    if found is None:
        raise PeerMissing(HOW_TO_INSTALL)
    return found


@contextmanager
def mastodon_server() -> Iterator[MastodonServer]:
    (port,) = free_ports(1)
    command = [find_program(), "serve", "--in-memory", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--domain", f"127.0.0.1:{port}", "--log-level", "error"]
    with tempfile.TemporaryDirectory(prefix="livingroom-mastodon-") as home:
        process = subprocess.Popen(command, cwd=home, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            server = MastodonServer(f"http://127.0.0.1:{port}")
            wait_until(lambda: _answers(server), "mastodon_mock")
            yield server
        finally:
            stop(process)


def _answers(server: MastodonServer) -> bool:
    try:
        return server.http.get("/api/v1/instance").status_code == 200
    except httpx.HTTPError:
        return False
