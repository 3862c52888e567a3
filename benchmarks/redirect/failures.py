"""What must not happen: a database outage that stops links, a crash that loses a click or counts it twice."""

import random
import shutil
import time
from pathlib import Path

import httpx
from django.db import connection
from django.db.models import Sum
from django.utils import timezone

from benchmarks.redirect.servers import redirecting, start_wrk
from benchmarks.support.report import Line
from livingroom.lake import Lake
from livingroom.links.models import ClickCount, Link
from livingroom.links.redirector.segments import recover
from livingroom.links.shipping import Shipper
from tests.support.postgres import Cluster


def seconds_until_seen(home: Path) -> Line:
    """How long a changed destination takes to be followed, the slowest of ten."""
    slowest = 0.0
    with redirecting(home) as (_, url), httpx.Client() as client:
        for number in range(10):
            link = Link.objects.get(slug="s9")
            link.destination = f"https://shop.example/changed/{number}"
            link.save()
            changed = time.monotonic()
            while f"/changed/{number}?" not in client.get(f"{url}/s9").headers["location"]:
                time.sleep(0.002)
            slowest = max(slowest, time.monotonic() - changed)
    return Line("a link change is seen after", slowest, "s", slowest, "the bar", "<= 1", slowest <= 1)


def outage(home: Path, cluster: Cluster, seconds: float) -> list[Line]:
    """PostgreSQL is stopped under load; every answer must be a redirect and every answered click recorded."""
    answered = home / "outage.txt"
    with redirecting(home) as (_, url):
        wrk = start_wrk(
            f"{url}/s7", seconds=seconds + 6, script="remember.lua", argument=str(answered), connections=8
        )
        time.sleep(3)
        cluster.stop()
        time.sleep(seconds)
        cluster.start()
        wrk.communicate(timeout=60)
    ids = answered.read_text().split("\n")[:-1]
    failed = [one for one in ids if one.startswith("status")]
    missing = len(set(ids) - set(failed) - _ship(home))
    name = f"PostgreSQL stopped for {seconds:.0f} s under load"
    return [
        Line(
            f"{name}: answers that failed",
            len(failed),
            "clicks",
            len(failed),
            f"{len(ids):,} answers",
            "0",
            not failed,
        ),
        Line(
            f"{name}: lost",
            missing,
            "clicks",
            missing / max(1, len(ids)),
            f"{len(ids):,} answered",
            "0",
            missing == 0,
        ),
    ]


def crashes(home: Path, rounds: int) -> list[Line]:
    """kill -9 at full load, again and again; then everything is shipped, and shipped again."""
    answered = home / "crashes.txt"
    chance = random.Random(7)
    for _ in range(rounds):
        with redirecting(home) as (process, url):
            wrk = start_wrk(f"{url}/s7", seconds=2, script="remember.lua", argument=str(answered))
            time.sleep(chance.uniform(0.5, 1.3))
            process.kill()
            process.wait()
            wrk.communicate(timeout=60)
    ids = [one for one in answered.read_text().split("\n")[:-1] if not one.startswith("status")]
    lost = len(set(ids) - _ship(home))
    doubled, replayed = _doubled(home), _replayed(home)
    name = f"kill -9 at load, {rounds} times"
    return [
        Line(f"{name}: lost", lost, "clicks", lost / len(ids), f"{len(ids):,} answered", "0", lost == 0),
        Line(
            f"{name}: counted twice",
            doubled,
            "clicks",
            doubled / len(ids),
            f"{len(ids):,} answered",
            "0",
            doubled == 0,
        ),
        Line(
            f"{name}: added by replay",
            replayed,
            "clicks",
            replayed / len(ids),
            "one shipping",
            "0",
            replayed == 0,
        ),
    ]


def _ship(home: Path) -> set[str]:
    """Ship what there is, keeping copies for the replay; return every click id in the lake."""
    connection.close()  # PostgreSQL may have been stopped meanwhile
    recover(home / "clicks" / "segments")
    shutil.copytree(home / "clicks" / "segments", home / "replay", dirs_exist_ok=True)
    lake = Lake(home / "lake")
    report = Shipper(home, lake).ship(timezone.now())
    if report.poisoned:
        raise RuntimeError(f"corrupt segments: {report.poisoned}")
    return {str(one) for one in lake.query("SELECT click_id FROM clicks")["click_id"].to_pylist()}


def _doubled(home: Path) -> int:
    """Clicks twice in the lake, and the difference between the counts and the lake."""
    ((rows, ids),) = Lake(home / "lake").rows("SELECT count(*), count(DISTINCT click_id) FROM clicks")
    counted = ClickCount.objects.aggregate(n=Sum("n"))["n"]
    return int(rows - ids + abs(counted - ids))


def _replayed(home: Path) -> int:
    """Put every segment back as it was and ship again."""
    shutil.copytree(home / "replay", home / "clicks" / "segments", dirs_exist_ok=True)
    report = Shipper(home, Lake(home / "lake")).ship(timezone.now())
    return report.clicks + _doubled(home)
