"""Kill the sender again and again, and count what stands on the network: nothing twice, nothing lost, nothing unknown.

    python -m benchmarks.publishing_kills [--kills 1000] [--seed 7] [--postgres] [--json]

Children are forked and killed with `kill -9` at random moments while they send and, in the last third of their lives, while
they settle what earlier deaths left behind. Every fifth placement is a thread with a first comment, which can die between its
parts. The sandbox does not refuse a second post with the same key, so a double is seen.
"""

import argparse
import os
import random
import shutil
import signal
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

LATER = timedelta(minutes=10)  # past every lease and every rest, and well within the clocks' allowance
THREAD = "A story in several parts. " * 50


def main() -> int:
    options = _options()
    home = Path(tempfile.mkdtemp(prefix="livingroom-kills-"))
    try:
        with private_postgres() if options.postgres else nullcontext() as cluster:
            os.environ.update(LIVINGROOM_HOME=str(home), DJANGO_SETTINGS_MODULE="livingroom.config.settings")
            os.environ["DATABASE_URL"] = cluster.url if cluster else ""
            lines = _measure(options.kills, options.seed, "PostgreSQL" if cluster else "SQLite")
    finally:
        shutil.rmtree(home, ignore_errors=True)
    return show(lines, as_json=options.json)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--postgres", action="store_true", help="on a private PostgreSQL instead of SQLite")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def _measure(n_kills: int, seed: int, database: str) -> list[Line]:
    import logging

    import django

    django.setup()
    logging.getLogger("livingroom").setLevel(logging.CRITICAL)
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    dice, expected = random.Random(seed), {}
    n_midway = 0
    for number in range(n_kills):
        if number % 50 == 0:
            expected |= _prepare(120, number)
        n_midway += _live_and_die(dice, is_settling=number > 2 * n_kills / 3)
    return _lines(_finish(expected), n_kills, n_midway, f"{n_kills:,} kills on {database}")


def _prepare(count: int, batch: int) -> dict[int, int]:
    """Make placements that are due, and say how many posts each must become."""
    from livingroom.posts.models import Offer
    from livingroom.posts.threads.parts import parts_of
    from livingroom.posts.wording import freeze
    from tests.posts import cast

    cast.open_house()
    outlet = cast.Branch.objects.filter(slug="outlet").select_related("connection").first() or cast.branch()
    offer = Offer.objects.first() or cast.offer()
    expected = {}
    for number in range(count):
        facts = (
            {"text": THREAD + "{code} {link}", "may_split": True, "first_comment": "Terms."}
            if not number % 5
            else {}
        )
        row = cast.placement(outlet, offer=offer, title=f"Post {batch}-{number}", **facts)
        freeze(row)
        expected[row.pk] = len(parts_of(row))
    return expected


def _live_and_die(dice: random.Random, *, is_settling: bool) -> bool:
    """Fork a sender and kill it; True when it died in the middle of a placement."""
    from django.db import connection

    from livingroom.posts.models import Placement

    sending = Placement.objects.filter(state=Placement.State.SENDING)
    before, seed = sending.count(), dice.randrange(2**31)
    connection.close()
    child = os.fork()
    if child == 0:
        try:
            _work(random.Random(seed), LATER if is_settling else timedelta(0))
        finally:
            os._exit(1)
    time.sleep(dice.uniform(0.01, 0.3))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return sending.count() > before


def _work(dice: random.Random, offset: timedelta) -> None:
    """Send what is due, in an order of its own, until somebody kills us."""
    from django.utils import timezone

    from livingroom.posts.delivery import deliver, release_lost_claims, settle
    from livingroom.posts.models import Placement

    def clock():
        return timezone.now() + offset

    while True:
        if offset:
            release_lost_claims(clock())
            for pk in list(Placement.objects.to_settle_at(clock()).values_list("pk", flat=True)):
                settle(pk, clock(), clock)
        ids = list(Placement.objects.due_at(clock()).values_list("pk", flat=True)[:40])
        dice.shuffle(ids)
        for pk in ids:
            deliver(pk, clock(), clock)


def _finish(expected: dict[int, int]) -> dict[str, int]:
    """Let time pass without deaths until all is settled, and count."""
    from collections import Counter

    from django.utils import timezone

    from livingroom.networks.models import SandboxPost
    from livingroom.posts.delivery import deliver, release_lost_claims, settle
    from livingroom.posts.models import Placement

    now = timezone.now() + LATER
    for _ in range(8):
        now += timedelta(minutes=4)
        release_lost_claims(now)
        for pk in Placement.objects.exclude(state=Placement.State.SENT).values_list("pk", flat=True):
            settle(pk, now, clock=lambda now=now: now)
            deliver(pk, now, clock=lambda now=now: now)
    keys = Counter(SandboxPost.objects.values_list("key", flat=True))
    found = {
        "placements": len(expected),
        "doubled": sum(n - 1 for n in keys.values()),
        "lost": 0,
        "unsettled": 0,
    }
    for row in Placement.objects.filter(pk__in=expected):
        n_there = sum(1 for key in keys if key.split(".")[0] == row.delivery_key)
        found["lost"] += n_there != expected[row.pk]
        found["unsettled"] += row.state != Placement.State.SENT
    return found


def _lines(found: dict[str, int], n_kills: int, n_midway: int, name: str) -> list[Line]:
    against = f"{found['placements']:,} placements, {n_midway:,} deaths in the middle of one"
    return [
        Line(
            f"{what} after {name}", found[key], "placements", float(found[key]), against, "0", found[key] == 0
        )
        for what, key in (
            ("parts written twice", "doubled"),
            ("placements lost or incomplete", "lost"),
            ("outcomes not settled", "unsettled"),
        )
    ]


if __name__ == "__main__":
    sys.exit(main())
