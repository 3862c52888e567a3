"""The real Bluesky network software on loopback, as a context manager and as a command.

python -m scripts.peers.bluesky.network      starts it, prints where, ends with Ctrl-C
"""

import hashlib
import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

import httpx

from scripts.peers.servers import PeerMissing, free_ports, private_redis, stop
from tests.support.postgres import private_postgres

HERE = Path(__file__).parent
START_SECONDS = 120
# It lives for one run of tests.
NO_SAFETY = "fsync=off\nsynchronous_commit=off\nfull_page_writes=off"


@dataclass(frozen=True)
class Account:
    handle: str
    did: str
    password: str
    app_password: str


@dataclass(frozen=True)
class BlueskyNetwork:
    pds_url: str
    appview_url: str

    def create_account(self, name: str) -> Account:
        """A new account with an app password, as a brand would have it."""
        # Handles end in .test there; a random tail lets many tests share one network.
        handle, password = f"{name}-{secrets.token_hex(3)}.test", secrets.token_hex(8)
        session = self._call(
            "com.atproto.server.createAccount",
            {"handle": handle, "email": f"{secrets.token_hex(4)}@example.test", "password": password},
        )
        created = self._call(
            "com.atproto.server.createAppPassword", {"name": "livingroom"}, session["accessJwt"]
        )
        return Account(handle, session["did"], password, created["password"])

    def _call(self, method: str, body: dict[str, str], token: str = "") -> dict[str, str]:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        answer = httpx.post(
            f"{self.pds_url}/xrpc/{method}", json=body, headers=headers, timeout=30, trust_env=False
        )
        answer.raise_for_status()
        found: dict[str, str] = answer.json()
        return found


def install_directory() -> Path:
    cache = os.environ.get("LIVINGROOM_CACHE") or str(Path.home() / ".cache" / "livingroom")
    return Path(cache) / "peers" / "bluesky"


def require_installed() -> Path:
    """Where the software is. Raises PeerMissing with the command that installs it."""
    target = install_directory()
    wanted = hashlib.sha256(
        (HERE / "package.json").read_bytes() + (HERE / "package-lock.json").read_bytes()
    ).hexdigest()
    marker = target / "installed"
    if not marker.exists() or marker.read_text().strip() != wanted:
        raise PeerMissing("The Bluesky network software is not installed. Install it: make peers")
    return target


@contextmanager
def bluesky_network() -> Iterator[BlueskyNetwork]:
    """Start everything fresh, yield it when it answers, leave nothing behind."""
    target = require_installed()
    with tempfile.TemporaryDirectory(prefix="livingroom-bluesky-", ignore_cleanup_errors=True) as name:
        directory = Path(name)
        with private_postgres(settings=NO_SAFETY) as postgres, private_redis(directory) as redis:
            server = _start(target, directory, postgres.url, redis)
            try:
                yield _wait_for(server, directory / "bluesky.log")
            finally:
                if server.stdin:
                    server.stdin.close()
                stop(server)


def _start(target: Path, directory: Path, postgres: str, redis: str) -> subprocess.Popen[bytes]:
    # Node finds its packages next to the script, so the script is copied to them.
    script = target / "start.mjs"
    fresh = target / f"{directory.name}.mjs"  # moved in one step: another network may be starting
    fresh.write_bytes((HERE / "start.mjs").read_bytes())
    fresh.replace(script)
    settings = {
        "DB_POSTGRES_URL": postgres,
        "DB_POSTGRES_SCHEMA": "bluesky",
        "REDIS_HOST": redis,
        "NODE_ENV": "test",
        "LOG_ENABLED": "false",
        "TMPDIR": str(directory),
    }
    ports = [str(port) for port in free_ports(4)]
    with (directory / "bluesky.log").open("wb") as log:
        return subprocess.Popen(
            ["node", str(script), *ports],
            cwd=target,
            env={**os.environ, **settings},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
        )


def _wait_for(server: subprocess.Popen[bytes], log: Path) -> BlueskyNetwork:
    ready: list[BlueskyNetwork] = []
    Thread(target=_read_ready, args=(server, ready), daemon=True).start()
    end = time.monotonic() + START_SECONDS
    while not ready:
        if server.poll() is not None or time.monotonic() > end:
            raise PeerMissing(f"The Bluesky network did not start:\n{log.read_text()[-2000:]}")
        time.sleep(0.1)
    return ready[0]


def _read_ready(server: subprocess.Popen[bytes], ready: list[BlueskyNetwork]) -> None:
    # Goes on reading to the end, so that the server never waits for a full pipe.
    for line in server.stdout or ():
        if line.startswith(b"READY "):
            places = json.loads(line[6:])
            ready.append(BlueskyNetwork(places["pds"], places["bsky"]))


def main() -> None:
    with bluesky_network() as network:
        account = network.create_account("shop")
        sys.stdout.write(
            f"server {network.pds_url}\nhandle {account.handle}\napp password {account.app_password}\n"
        )
        sys.stdout.flush()
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            sys.stderr.write("stopping\n")


if __name__ == "__main__":
    main()
