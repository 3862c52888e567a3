"""A PostgreSQL of our own: a fresh cluster in a temporary folder on a free loopback port, gone afterwards.

python -m tests.support.postgres -- pytest -q      runs a command with DATABASE_URL set
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

INSTALL = "apt-get install -y postgresql"


@dataclass(frozen=True)
class Cluster:
    url: str
    folder: Path
    port: int

    def stop(self, mode: str = "immediate") -> None:
        _run("pg_ctl", "-D", str(self.folder), "-m", mode, "-w", "stop")

    def start(self) -> None:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -k {self.folder} -c max_connections=200"
        _run("pg_ctl", "-D", str(self.folder), "-w", "-l", f"{self.folder}/log", "-o", options, "start")


@contextmanager
def private_postgres(*, settings: str = "") -> Iterator[Cluster]:
    """Start a cluster with the defaults of a fresh installation (fsync on); `settings` are lines of postgresql.conf."""
    folder = Path(tempfile.mkdtemp(prefix="livingroom-pg-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    try:
        _run("initdb", "-D", str(folder), "-U", "livingroom", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
        with open(folder / "postgresql.conf", "a") as conf:
            conf.write(f"\n{settings}\n")
        port = free_port()
        cluster = Cluster(f"postgres://livingroom@127.0.0.1:{port}/livingroom", folder, port)
        cluster.start()
        _run("createdb", "-h", "127.0.0.1", "-p", str(port), "-U", "livingroom", "livingroom")
        try:
            yield cluster
        finally:
            cluster.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _run(program: str, *arguments: str) -> None:
    command = [_find(program), *arguments]
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        command = ["runuser", "-u", "postgres", "--", *command]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd="/", check=False)
    if done.returncode:
        raise RuntimeError(f"{program} failed: {done.stdout.decode(errors='replace')}")


def _find(program: str) -> str:
    newest_first = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: -int(path.parent.name))
    for folder in newest_first:
        if (folder / program).exists():
            return str(folder / program)
    found = shutil.which(program)
    if not found:
        raise RuntimeError(f"{program} is missing. Install it with: {INSTALL}")
    return found


def main() -> int:
    command = sys.argv[sys.argv.index("--") + 1 :]
    with private_postgres(settings="fsync=off\nsynchronous_commit=off\nfull_page_writes=off") as cluster:
        return subprocess.run(
            command, env={**os.environ, "DATABASE_URL": cluster.url}, check=False
        ).returncode


if __name__ == "__main__":
    sys.exit(main())
