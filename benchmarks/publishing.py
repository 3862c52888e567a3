"""How many placements one worker sends in a minute, against what the network takes without us.

    python -m benchmarks.publishing [--placements 600] [--postgres] [--json]

The real worker process with its ticker sends placements that are due to the sandbox: claim, attempt, render, write, event,
all of it. The limit measured in the same run is the same posts written to the sandbox by its bare client in a loop.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPOSITORY))
from benchmarks.support.report import Line, show  # noqa: E402
from tests.support.postgres import private_postgres  # noqa: E402

PEER_A_MINUTE = 40  # ten posts at each poll of fifteen seconds: a self-hosted scheduler's default ceiling
WORKER = "import django; django.setup(); from livingroom.config.servers.worker import work; work()"


def main() -> int:
    options = _options()
    home = Path(tempfile.mkdtemp(prefix="livingroom-bench-"))
    try:
        with private_postgres() if options.postgres else nullcontext() as cluster:
            os.environ.update(LIVINGROOM_HOME=str(home), DJANGO_SETTINGS_MODULE="livingroom.config.settings")
            os.environ["DATABASE_URL"] = cluster.url if cluster else ""
            lines = _measure(options.placements, "PostgreSQL" if cluster else "SQLite")
    finally:
        shutil.rmtree(home, ignore_errors=True)
    return show(lines, as_json=options.json)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--placements", type=int, default=600)
    parser.add_argument("--postgres", action="store_true", help="on a private PostgreSQL instead of SQLite")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def _measure(count: int, database: str) -> list[Line]:
    import logging

    import django

    django.setup()
    logging.getLogger("livingroom").setLevel(logging.WARNING)
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from tests.posts import cast

    cast.open_house()
    outlet, offer = cast.branch(), cast.offer()
    bare = _bare(outlet, 200)
    begun = time.perf_counter()
    for number in range(count):
        cast.placement(outlet, offer=offer, due_at=cast.NOON - timedelta(minutes=1), title=f"Post {number}")
    prepared = 60 * count / (time.perf_counter() - begun)
    sent = _with_one_worker(count)
    late = _lateness(outlet, offer, count)
    against = f"the sandbox's bare client, {bare:,.0f} a minute"
    peer = f"a peer's default ceiling of {PEER_A_MINUTE} a minute"
    name = f"placements sent by one worker on {database}"
    return [
        Line(name, sent, "a minute", sent / PEER_A_MINUTE, peer, "≥ 10 x", sent >= 10 * PEER_A_MINUTE),
        Line(name, sent, "a minute", sent / bare, against, "≥ 0.1 x", sent >= 0.1 * bare),
        Line(
            f"posts written and scheduled on {database}", prepared, "a minute", prepared / bare, against, "≥ 0.1 x",
            prepared >= 0.1 * bare,
        ),
        Line(
            f"lateness, p95, of {count} placements promised for one minute, {database}", late, "s", late / 3,
            "the bar of 3 s", "< 3 s", late < 3,
        ),
    ]  # fmt: skip


def _bare(outlet, count: int) -> float:
    from livingroom.networks.interface import Draft
    from livingroom.networks.operations import open_connection

    network = open_connection(outlet.connection)
    [rendered] = network.render(Draft("15 % off with K7MQ4RTX: {link}"), "https://go.example/k7mq4r")
    begun = time.perf_counter()
    for number in range(count):
        network.publish(rendered, f"bare {number}")
    return 60 * count / (time.perf_counter() - begun)


def _lateness(outlet, offer, count: int) -> float:
    """Promise `count` placements evenly over a minute and see, to the 95th of a hundred, how late they stand there."""
    from django.utils import timezone

    from livingroom.posts.models import Placement
    from tests.posts import cast

    done = set(Placement.objects.values_list("pk", flat=True))
    start = timezone.now() + timedelta(
        seconds=60 + 0.1 * count
    )  # writing them and starting a worker takes a while
    for number in range(count):
        cast.placement(
            outlet, offer=offer, due_at=start + timedelta(minutes=number / count), title=f"Soon {number}"
        )
    if timezone.now() > start - timedelta(seconds=15):
        raise RuntimeError("The machine is too busy to write the placements before they are due.")
    _with_one_worker(len(done) + count)
    rows = Placement.objects.exclude(pk__in=done).values_list("due_at", "sent_at")
    seconds = sorted((sent_at - due_at).total_seconds() for due_at, sent_at in rows)
    return seconds[int(0.95 * len(seconds))]


def _with_one_worker(count: int) -> float:
    """Start the worker and take the time from its first placement to its last, so that its start is not counted."""
    from livingroom.posts.models import Placement

    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        deadline = time.monotonic() + 300
        while Placement.objects.filter(state=Placement.State.SENT).count() < count:
            if time.monotonic() > deadline or worker.poll() is not None:
                raise RuntimeError("The worker did not send everything.")
            time.sleep(0.2)
    finally:
        worker.send_signal(signal.SIGTERM)
        worker.wait(timeout=30)
    times = sorted(Placement.objects.values_list("claimed_at", flat=True))
    return 60 * (count - 1) / (times[-1] - times[0]).total_seconds()


if __name__ == "__main__":
    sys.exit(main())
