"""snac2 on loopback: a second implementation of Mastodon's API, written in C, that keeps its data in files.

with snac_server() as server:
    account = server.create_account("corner")
"""

import json
import os
import re
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx

from scripts.peers.servers import PeerMissing, free_ports, stop, wait_until

HOW_TO_INSTALL = "snac2 is missing. Install it: scripts/peers/install.sh snac"


@dataclass(frozen=True)
class SnacUser:
    username: str
    password: str


class SnacServer:
    def __init__(self, program: str, home: Path, url: str) -> None:
        self.program = program
        self.home = home
        self.url = url
        self.http = httpx.Client(
            base_url=url, timeout=10, trust_env=False, limits=httpx.Limits(max_keepalive_connections=0)
        )

    def create_user(self, name: str) -> SnacUser:
        """A new account; snac makes the password up."""
        username = f"{name}{secrets.token_hex(4)}"
        done = subprocess.run(
            [self.program, "adduser", str(self.home), username],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=True,
        )
        found = re.search(r"password is (\S+)", done.stdout + done.stderr)
        assert found, done.stdout + done.stderr
        return SnacUser(username, found.group(1))

    def allow(self, authorize_url: str, user: SnacUser) -> dict[str, str]:
        """What a person does on the server's page: signs in and allows it. Returns what comes back to us."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(authorize_url).query).items()}
        form = {
            "login": user.username,
            "passwd": user.password,
            "redir": asked["redirect_uri"],
            "cid": asked["client_id"],
            "state": asked["state"],
        }
        answer = self.http.post("/oauth/x-snac-login", data=form)
        return {
            name: values[0] for name, values in parse_qs(urlsplit(answer.headers["Location"]).query).items()
        }


def find_program() -> str:
    """The server's program. Raises PeerMissing."""
    cache = Path(os.environ.get("LIVINGROOM_CACHE") or Path.home() / ".cache/livingroom") / "peers"
    if (cache / "snac/usr/bin/snac").exists():
        return str(cache / "snac/usr/bin/snac")
    found = shutil.which("snac")
    if found is None:
        raise PeerMissing(HOW_TO_INSTALL)
    return found


@contextmanager
def snac_server() -> Iterator[SnacServer]:
    program = find_program()
    (port,) = free_ports(1)
    with tempfile.TemporaryDirectory(prefix="livingroom-snac-") as folder:
        home, host = Path(folder) / "data", f"127.0.0.1:{port}"
        answers = f"127.0.0.1\n{port}\n{host}\n\n\n"
        subprocess.run(
            [program, "init", str(home)], input=answers, text=True, capture_output=True, check=True
        )
        settings = json.loads((home / "server.json").read_text())
        # Its own addresses begin with https unless told otherwise.
        (home / "server.json").write_text(
            json.dumps({**settings, "protocol": "http", "disable_sandbox": True})
        )
        process = subprocess.Popen(
            [program, "httpd", str(home)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            server = SnacServer(program, home, f"http://{host}")
            wait_until(lambda: _answers(server), "snac2")
            yield server
        finally:
            stop(process)


def _answers(server: SnacServer) -> bool:
    try:
        return server.http.get("/api/v1/instance").status_code == 200
    except httpx.HTTPError:
        return False
