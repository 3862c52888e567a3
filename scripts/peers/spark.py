"""A Spark cluster of its own on loopback: a standalone master and two workers, gone at the end."""

import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from scripts.peers.servers import PeerMissing, free_ports, stop, wait_until

CACHE = Path(os.environ.get("LIVINGROOM_CACHE", Path.home() / ".cache" / "livingroom")) / "peers" / "spark"
N_WORKERS = 2


def pyspark_folder() -> Path:
    """The folder that holds the package `pyspark`."""
    found = sorted(CACHE.glob(".venv/lib/python3*/site-packages/pyspark"))
    if not found or not (CACHE / "installed").exists():
        raise PeerMissing("Spark is not installed. Install it: scripts/peers/install.sh spark")
    return found[0].parent


def use_pyspark() -> None:
    """Make `import pyspark` work in this process, behind everything that is installed already."""
    if str(pyspark_folder()) not in sys.path:
        sys.path.append(str(pyspark_folder()))


@contextmanager
def spark_cluster(folder: Path) -> Iterator[str]:
    """Start it; yields spark://127.0.0.1:port."""
    port, page, *worker_pages = free_ports(2 + N_WORKERS)
    url = f"spark://127.0.0.1:{port}"
    with ExitStack() as running:
        master = ["org.apache.spark.deploy.master.Master", "--port", str(port), "--webui-port", str(page)]
        running.enter_context(_server("master", master, folder))
        # A worker that finds no master waits longer and longer before it tries again.
        wait_until(lambda: "ALIVE" in _page(page), "The Spark master", 180)
        for number, worker_page in enumerate(worker_pages):
            options = {
                "webui-port": worker_page,
                "cores": 1,
                "memory": "1g",
                "work-dir": folder / f"work{number}",
            }
            words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
            worker = ["org.apache.spark.deploy.worker.Worker", *words, url]
            running.enter_context(_server(f"worker{number}", worker, folder))
        wait_until(lambda: f'"aliveworkers" : {N_WORKERS}' in _page(page), "The Spark workers", 180)
        yield url


@contextmanager
def _server(name: str, arguments: list[str], folder: Path) -> Iterator[None]:
    program = pyspark_folder() / "pyspark" / "bin" / "spark-class"
    # Its Java takes the place of the script, so that stopping one stops the other.
    environment = os.environ | {"SPARK_LOCAL_IP": "127.0.0.1", "SPARK_DAEMON_MEMORY": "512m"}
    main, *options = arguments
    with (folder / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(
            [str(program), main, "--host", "127.0.0.1", *options], env=environment, stdout=log, stderr=log
        )
    try:
        yield
    finally:
        stop(process)


def _page(port: int) -> str:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/json/", timeout=5) as answer:
            return answer.read().decode()
    except OSError:
        return ""
