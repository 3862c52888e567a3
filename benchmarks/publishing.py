"""How many placements one worker sends in a minute, how late they are, and how fast a file of posts is read.

    python -m benchmarks.publishing [--placements 600] [--rows 5000] [--postgres] [--json]

The real worker process with its ticker sends placements that are due to the sandbox: claim, attempt, render, write, event,
all of it. Beside it stands what the sandbox takes from its bare client in a loop, in the same run: one row for each post,
and no promise kept. That ratio is told, not promised: sending exactly once takes a dozen rows and looks. A file of posts is
measured against the same rows written one by one by the verbs for a single post. About two minutes.
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

PROMISED_A_MINUTE = 600
ONE_BY_ONE = 200
PEER_A_MINUTE = 40  # ten posts at each poll of fifteen seconds: a self-hosted scheduler's default ceiling
WORKER = "import django; django.setup(); from livingroom.config.servers.worker import work; work()"


def main() -> int:
    options = _options()
    home = Path(tempfile.mkdtemp(prefix="livingroom-bench-"))
    try:
        with private_postgres() if options.postgres else nullcontext() as cluster:
            os.environ.update(LIVINGROOM_HOME=str(home), DJANGO_SETTINGS_MODULE="livingroom.config.settings")
            os.environ["DATABASE_URL"] = cluster.url if cluster else ""
            database = "PostgreSQL" if cluster else "SQLite"
            lines = [*_measure(options.placements, database), _imported(options.rows, database)]
    finally:
        shutil.rmtree(home, ignore_errors=True)
    return show(lines, as_json=options.json)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--placements", type=int, default=600)
    parser.add_argument("--rows", type=int, default=5000, help="of the file of posts")
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
    late = _lateness(outlet, offer, count, prepared)
    against = f"the sandbox's bare client, {bare:,.0f} a minute"
    peer = f"a peer's default ceiling of {PEER_A_MINUTE} a minute"
    name = f"placements sent by one worker on {database}"
    return [
        Line(name, sent, "a minute", sent / PEER_A_MINUTE, peer, "≥ 10 x", sent >= 10 * PEER_A_MINUTE),
        Line(
            name, sent, "a minute", sent / PROMISED_A_MINUTE, f"the promise of {PROMISED_A_MINUTE} a minute", "≥ 1 x",
            sent >= PROMISED_A_MINUTE,
        ),
        Line(name, sent, "a minute", sent / bare, against, "none, it is told", True),
        Line(
            f"posts written and scheduled one by one on {database}", prepared, "a minute",
            prepared / PROMISED_A_MINUTE, f"the {PROMISED_A_MINUTE} a minute that one worker must send", "≥ 1 x",
            prepared >= PROMISED_A_MINUTE,
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


def _imported(rows: int, database: str) -> Line:
    """A file of posts, against the same posts written and scheduled one after the other."""
    from django.core.files.base import ContentFile
    from django.utils import timezone

    from livingroom.posts.calendar.imports import run_import, start_import
    from livingroom.posts.models import Offer
    from livingroom.posts.operations import PostDraft, save_post, schedule_placements
    from tests.posts import cast

    staff, branch, offer, now = cast.staff(), cast.branch("From a file"), Offer.objects.get(), timezone.now()
    due_at = now + timedelta(days=2)
    begun = time.perf_counter()
    for number in range(ONE_BY_ONE):
        draft = PostDraft(
            f"Post {number}", "Now {code}: {link}", offer=offer, code_kind="shared", branches=(branch,)
        )
        post = save_post(staff=staff, draft=draft, now=now)
        schedule_placements(staff=staff, due={post.placements.get().pk: due_at}, now=now)
    one_by_one = ONE_BY_ONE / (time.perf_counter() - begun)
    told = "".join(
        f"{branch.slug},{due_at.date()},Post {number},Now {{code}}: {{link}},{offer.name}\n"
        for number in range(rows)
    )
    file = ContentFile(f"branch,date,title,text,offer\n{told}".encode())
    made = start_import(staff=staff, file=file, name="posts.csv", now=now)
    begun = time.perf_counter()
    run_import(made, now)
    a_second = rows / (time.perf_counter() - begun)
    if made.rows.filter(outcome="scheduled").count() != rows:
        raise RuntimeError("Not every row became a placement.")
    against = f"the same posts one by one, {one_by_one:,.0f} a second"
    name = f"rows of a file of {rows:,} posts on {database}"
    return Line(
        name, a_second, "a second", a_second / one_by_one, against, "≥ 10 x", a_second >= 10 * one_by_one
    )


def _lateness(outlet, offer, count: int, a_minute: float) -> float:
    """Promise `count` placements evenly over a minute and see, to the 95th of a hundred, how late they stand there."""
    from django.utils import timezone

    from livingroom.posts.models import Placement
    from tests.posts import cast

    done = set(Placement.objects.values_list("pk", flat=True))
    # Writing them takes about as long as it took before, and a worker some seconds to start.
    start = timezone.now() + timedelta(seconds=30 + 2 * 60 * count / a_minute)
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
