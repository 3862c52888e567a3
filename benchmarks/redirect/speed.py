"""How fast: the redirector with and without writing clicks, one link and many, and two Django views."""

from collections import defaultdict
from dataclasses import astuple
from pathlib import Path
from statistics import median

from benchmarks.redirect.servers import (
    LOAD_CORE,
    SERVER_CORE,
    Load,
    load,
    memory_mb,
    pin,
    redirecting,
    serving,
)
from benchmarks.support.report import Line
from tests.support.postgres import Cluster, free_port


def speed(home: Path, cluster: Cluster, seconds: float, repeats: int) -> list[Line]:
    """Take turns and keep each one's median, so that a busy minute of the machine does not favour anybody."""
    seen: dict[str, list[Load]] = defaultdict(list)
    memory = 0.0
    for _ in range(repeats):
        for name, measure in {
            "durable": lambda: _measure(home, seconds),
            "many": lambda: _measure(home, seconds, script="many_links.lua"),
            "off": lambda: _measure(home, seconds, module="benchmarks.redirect.no_journal"),
            "plain": lambda: _measure_plain_view(cluster, seconds, core=SERVER_CORE, middleware="1"),
            "bare": lambda: _measure_plain_view(cluster, seconds, core=LOAD_CORE, middleware=""),
        }.items():
            load_seen, memory_seen = measure()
            seen[name].append(load_seen)
            memory = max(memory, memory_seen if name == "durable" else 0.0)
    broken = sum(load_seen.errors for loads in seen.values() for load_seen in loads)
    middle = {
        name: Load(*map(median, zip(*map(astuple, loads), strict=True))) for name, loads in seen.items()
    }
    return [
        Line("errors under load", broken, "answers", broken, "the bar", "0", broken == 0),
        *_lines(middle["durable"], middle["many"], middle["off"], middle["plain"], middle["bare"]),
        Line("memory", memory, "MB", memory / 38, "the prototype's 38 MB", "none", True),
    ]


def _lines(durable: Load, many: Load, off: Load, plain: Load, bare: Load) -> list[Line]:
    share, times = durable.per_second / off.per_second, durable.per_second / plain.per_second
    times_bare, cpu = durable.per_second / bare.per_second, durable.cpu_microseconds
    return [
        Line("redirects, writing off", off.per_second, "1/s", 1.0, "itself", "none", True),
        Line("redirects, durable", durable.per_second, "1/s", share, "writing off", ">= 0.35", share >= 0.35),
        Line(
            f"durable, plain view {plain.per_second:,.0f} 1/s",
            durable.per_second,
            "1/s",
            times,
            "the view",
            ">= 20",
            times >= 20,
        ),
        _latency(durable, plain),
        Line(
            "p50, durable",
            durable.p50_ms,
            "ms",
            durable.p50_ms / plain.p50_ms,
            f"the view's {plain.p50_ms:.0f} ms",
            "none",
            True,
        ),
        Line(
            f"durable, bare view {bare.per_second:,.0f} 1/s",
            durable.per_second,
            "1/s",
            times_bare,
            "the bare view",
            "none",
            True,
        ),
        _hot_link(durable, many),
        Line("CPU a click", cpu, "us", cpu / 100, "the bar", "<= 1", cpu <= 100),
    ]


def _latency(durable: Load, plain: Load) -> Line:
    ratio = durable.p99_ms / plain.p99_ms
    return Line(
        "p99, durable",
        durable.p99_ms,
        "ms",
        ratio,
        f"the view's {plain.p99_ms:.0f} ms",
        "<= 0.125",
        ratio <= 0.125,
    )


def _hot_link(hot: Load, many: Load) -> Line:
    ratio = hot.per_second / many.per_second
    return Line("one hot link", hot.per_second, "1/s", ratio, "a thousand links", ">= 0.9", ratio >= 0.9)


def _measure(
    home: Path, seconds: float, *, module: str = "livingroom.links.redirector", script: str = ""
) -> tuple[Load, float]:
    with redirecting(home, module=module) as (process, url):
        load(f"{url}/s7", seconds=1, process=process, script=script)  # warm
        seen = load(f"{url}/s7", seconds=seconds, process=process, script=script)
        return seen, memory_mb(process.pid)


def _measure_plain_view(
    cluster: Cluster, seconds: float, *, core: str, middleware: str
) -> tuple[Load, float]:
    port = free_port()
    url = f"http://127.0.0.1:{port}/s7"
    pin(postmaster(cluster), core)
    command = [
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "--port",
        str(port),
        "--blocking-threads",
        "8",
        "--no-ws",
    ]
    command += ["--log-level", "critical", "benchmarks.redirect.plain_view:application"]
    with serving(command, url, BENCH_MIDDLEWARE=middleware) as process:
        load(url, seconds=1, process=process)
        seen = load(url, seconds=seconds, process=process)
        return seen, memory_mb(process.pid)


def postmaster(cluster: Cluster) -> int:
    return int((cluster.folder / "postmaster.pid").read_text().split()[0])
