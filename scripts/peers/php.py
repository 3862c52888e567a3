"""PHP's own web server for the real WordPress and MediaWiki: own folder, own port on loopback, gone at the end."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx

from scripts.peers.servers import PeerMissing, stop, wait_until

# A site that is asked to fetch from us while we ask it needs more than one pair of hands.
WORKERS = 4


def installed(name: str) -> Path:
    """Where the software is. Raises PeerMissing with the command that installs it."""
    cache = os.environ.get("LIVINGROOM_CACHE") or str(Path.home() / ".cache" / "livingroom")
    target = Path(cache) / "peers" / name
    if shutil.which("php") is None or not (target / "installed").exists():
        raise PeerMissing(f"{name} is not installed. Install it: make peers")
    return target


def run_php(script: Path, *arguments: str, environment: Mapping[str, str]) -> str:
    """Run a script to its end and return what it printed."""
    done = subprocess.run(
        ["php", "-d", "display_errors=stderr", str(script), *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if done.returncode:
        raise PeerMissing(f"{script.name} failed:\n{done.stderr[-2000:]}{done.stdout[-2000:]}")
    return done.stdout


@contextmanager
def php_server(root: Path, port: int, log: Path, environment: Mapping[str, str], ready: str) -> Iterator[str]:
    """Serve a folder; yields its address when `ready` is answered."""
    url = f"http://127.0.0.1:{port}"
    settings = {**os.environ, **environment, "PHP_CLI_SERVER_WORKERS": str(WORKERS)}
    with log.open("wb") as output:
        server = subprocess.Popen(
            ["php", "-d", "display_errors=0", "-S", f"127.0.0.1:{port}", "-t", str(root)],
            cwd=root,
            env=settings,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        wait_until(lambda: _answers(f"{url}{ready}"), f"{root.name} at {url}")
        yield url
    finally:
        # Its workers are processes of their own, which outlive it: the whole group ends.
        with suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGTERM)
        stop(server)


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=20, trust_env=False).status_code < 500
    except httpx.HTTPError:
        return False
