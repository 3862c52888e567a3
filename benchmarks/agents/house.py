"""The house with its processes, the burst that comes in, and what all of it cost."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.agents.desk import Heard, alone, sit_down

REPOSITORY = Path(__file__).resolve().parent.parent.parent
AFTERWARDS = 12.0  # seconds in which the last mentions may still come to the screens


@dataclass(frozen=True)
class Asked:
    database: str
    n_messages: int
    n_agents: int
    seconds: float
    rate: float
    only_listen: bool = False


@dataclass(frozen=True)
class Found:
    told: list[float]
    shown: list[float]
    bare: list[float]
    missed: int
    pages: dict[str, list[float]]
    quiet: dict[str, list[float]]
    processor: dict[str, float]
    n_cores: int
    n_streams: int
    seconds: float


def run_house(asked: Asked, ways: list[str]) -> Iterator[tuple[str, Found]]:
    """Fill one house, then let a burst come in for each way of streaming."""
    from tests.support.postgres import free_port, private_postgres

    settings = "shared_buffers=256MB\nmax_wal_size=2GB"
    postgres = private_postgres(settings=settings) if asked.database == "postgresql" else nullcontext()
    with tempfile.TemporaryDirectory(prefix="livingroom-agents-") as home, postgres as cluster:
        port = free_port()
        variables = {
            **os.environ,
            "LIVINGROOM_HOME": home,
            "DATABASE_URL": cluster.url if cluster else "",
            "LAKE_URL": "",
            "RATES_URL": "",
            "PUBLIC_URL": f"http://127.0.0.1:{port}",
            "DJANGO_SETTINGS_MODULE": "livingroom.config.settings",
            "PYTHONPATH": str(REPOSITORY),
        }
        feeder = _feeder(asked, variables)
        try:
            sessions = _read(feeder)["sessions"]
            with (
                _part("web", port, variables) as web,
                _part("worker", port, variables) as worker,
            ):
                _wait_for(port)
                parts = {"pages": web.pid, "worker": worker.pid}
                if cluster:
                    parts["database"] = int((cluster.folder / "postmaster.pid").read_text().split()[0])
                for way in ways:
                    yield way, asyncio.run(_burst(asked, way, port, sessions, feeder, parts))
        finally:
            feeder.kill()
            feeder.wait()


async def _burst(
    asked: Asked,
    way: str,
    port: int,
    sessions: list[str],
    feeder: "subprocess.Popen[str]",
    parts: dict[str, int],
) -> Found:
    quiet = {} if asked.only_listen else await alone(port, sessions[0])
    over = asyncio.Event()
    work = asyncio.create_task(sit_down(port, sessions, way, AFTERWARDS, over, only_listen=asked.only_listen))
    await asyncio.sleep(5)
    began, spent = time.monotonic(), {name: _cpu_seconds(pid) for name, pid in parts.items()}
    _say(feeder, "go")
    told = await asyncio.to_thread(_read, feeder)
    seconds = time.monotonic() - began
    processor = {name: (_cpu_seconds(pid) - spent[name]) / seconds for name, pid in parts.items()}
    over.set()
    return _found(await work, told["heard"], told["bare"], quiet=quiet, processor=processor, seconds=seconds)


def _found(
    desk: Heard,
    heard: dict[str, float],
    bare: list[float],
    *,
    quiet: dict[str, list[float]],
    processor: dict[str, float],
    seconds: float,
) -> Found:
    heard_at = {int(number): at for number, at in heard.items()}
    agents = sorted(desk.began)
    pairs = [(agent, number) for agent in agents for number in heard_at]
    if desk.problems:
        print(f"{len(desk.problems)} problems, the first: {desk.problems[:3]}", file=sys.stderr)
    print(f"{len(heard_at):,} mentions, {len(agents)} agents, {desk.n_answers} answers", file=sys.stderr)
    return Found(
        told=[desk.told[pair] - heard_at[pair[1]] for pair in pairs if pair in desk.told],
        shown=[desk.shown[pair] - heard_at[pair[1]] for pair in pairs if pair in desk.shown],
        bare=bare,
        missed=sum(
            pair not in desk.told and not any(at > heard_at[pair[1]] for at in desk.many[pair[0]])
            for pair in pairs
        ),
        pages={kind: times for kind, times in desk.pages.items() if kind in quiet},
        quiet=quiet,
        processor=processor,
        n_cores=os.cpu_count() or 1,
        n_streams=desk.n_streams,
        seconds=seconds,
    )


def _feeder(asked: Asked, variables: dict[str, str]) -> "subprocess.Popen[str]":
    arguments = [asked.n_messages, asked.n_agents, asked.seconds, asked.rate]
    return subprocess.Popen(
        [sys.executable, "-m", "benchmarks.agents.feeding", *map(str, arguments)],
        env=variables, cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


def _read(feeder: "subprocess.Popen[str]") -> dict[str, Any]:
    assert feeder.stdout is not None
    line = feeder.stdout.readline()
    if not line:
        raise RuntimeError("The process that feeds the house ended; its own words are above.")
    return dict(json.loads(line))


def _say(feeder: "subprocess.Popen[str]", word: str) -> None:
    assert feeder.stdin is not None
    feeder.stdin.write(word + "\n")
    feeder.stdin.flush()


@contextmanager
def _part(name: str, port: int, variables: dict[str, str]) -> Iterator["subprocess.Popen[bytes]"]:
    arguments = [sys.executable, "-m", "livingroom", "up", f"--{name}", "--web-port", str(port)]
    process = subprocess.Popen(arguments, env=variables, cwd=REPOSITORY, start_new_session=True)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            print(f"The {name} did not stop in 20 s.", file=sys.stderr)
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _wait_for(port: int) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/accounts/login/", timeout=5).read()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise RuntimeError("The pages do not answer.")


def _cpu_seconds(pid: int) -> float:
    """Of a process and all below it, those that ended included."""
    ticks, family = 0, {pid}
    stats = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            try:
                stats[int(folder.name)] = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
    for _ in range(4):
        family |= {number for number, fields in stats.items() if int(fields[1]) in family}
    for number in family & stats.keys():
        ticks += sum(int(one) for one in stats[number][11:15])
    return ticks / os.sysconf("SC_CLK_TCK")
