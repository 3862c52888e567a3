"""Starting, loading and measuring the servers that are compared."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.support.postgres import free_port

SERVER_CORE, LOAD_CORE = "0", "1"
CONNECTIONS = 50
TICKS = os.sysconf("SC_CLK_TCK")
HERE = Path(__file__).parent


@dataclass(frozen=True)
class Load:
    """What wrk saw."""

    per_second: float
    p50_ms: float
    p99_ms: float
    requests: int
    errors: int
    cpu_microseconds: float


@contextmanager
def serving(command: list[str], url: str, **variables: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server on its core until the block ends."""
    environment = {**os.environ, "PYTHONPATH": str(HERE.parent.parent), **variables}
    process = subprocess.Popen(
        ["taskset", "-c", SERVER_CORE, sys.executable, *command],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=HERE.parent.parent,
    )
    try:
        _wait_for(url, process)
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=30)


@contextmanager
def redirecting(
    home: Path, *, module: str = "livingroom.links.redirector"
) -> Iterator[tuple["subprocess.Popen[bytes]", str]]:
    """Run the redirector on its core; give its process and address."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = ["-m", module, "--data-dir", str(home), "--port", str(port)]
    with serving(command, f"{url}/s7") as process:
        yield process, url


def load(
    url: str, *, seconds: float, process: subprocess.Popen[bytes], script: str = "", argument: str = ""
) -> Load:
    """Load a server with wrk on the other core."""
    before = cpu_seconds(process.pid)
    output = wrk(url, seconds=seconds, script=script, argument=argument)
    spent = cpu_seconds(process.pid) - before
    requests = int(_found(r"(\d+) requests in", output))
    errors = sum(int(number) for number in re.findall(r"Non-2xx or 3xx responses: (\d+)", output))
    errors += sum(
        int(number)
        for numbers in re.findall(r"Socket errors:(.*)", output)
        for number in re.findall(r"\d+", numbers)
    )
    return Load(
        per_second=float(_found(r"Requests/sec:\s+([\d.]+)", output)),
        p50_ms=_milliseconds(_found(r"\n\s+50%\s+(\S+)", output)),
        p99_ms=_milliseconds(_found(r"\n\s+99%\s+(\S+)", output)),
        requests=requests,
        errors=errors,
        cpu_microseconds=spent / max(1, requests) * 1e6,
    )


def wrk(
    url: str, *, seconds: float, script: str = "", argument: str = "", connections: int = CONNECTIONS
) -> str:
    process = start_wrk(url, seconds=seconds, script=script, argument=argument, connections=connections)
    output, _ = process.communicate(timeout=seconds + 60)
    return output


def start_wrk(
    url: str, *, seconds: float, script: str = "", argument: str = "", connections: int = CONNECTIONS
) -> subprocess.Popen[str]:
    command = [
        "taskset",
        "-c",
        LOAD_CORE,
        "wrk",
        "-t1",
        f"-c{connections}",
        f"-d{max(1, round(seconds))}s",
        "--latency",
    ]
    command += ["-H", "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:121.0) Gecko/20100101 Firefox/121.0"]
    command += ["-s", str(HERE / script)] if script else []
    command += [url] + (["--", argument] if argument else [])
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def cpu_seconds(pid: int) -> float:
    """Time that a process and its living children spent on the processor."""
    total = 0.0
    for one in [pid, *_children(pid)]:
        fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        total += (int(fields[11]) + int(fields[12])) / TICKS
    return total


def memory_mb(pid: int) -> float:
    return int(_found(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())) / 1024


def pin(pid: int, core: str) -> None:
    """Put a process with its threads and future children on one core."""
    subprocess.run(["taskset", "-acp", core, str(pid)], check=True, stdout=subprocess.DEVNULL)


def _children(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            found += [int(child), *_children(int(child))]
    return found


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            if httpx.get(url, timeout=5).status_code < 500:
                return
        except httpx.TransportError:
            pass
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"nothing answers at {url}")
        time.sleep(0.05)


def _found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    if match is None:
        raise RuntimeError(f"no {pattern} in: {text}")
    return match[1]


def _milliseconds(text: str) -> float:
    number = float(_found(r"([\d.]+)", text))
    return number * {"us": 0.001, "ms": 1.0, "s": 1000.0}[re.sub(r"[\d.]", "", text)]
