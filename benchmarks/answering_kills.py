"""Kill the sender of answers again and again, and count what stands on the network: nothing twice, nothing lost.

    python -m benchmarks.answering_kills [--kills 300] [--seed 7] [--postgres] [--json]

Children are forked and killed with `kill -9` at random moments while they send and, in the last third of their lives, while
they settle what earlier deaths left behind. The sandbox does not refuse a second post with the same key, so a double is seen.
"""

import argparse
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPOSITORY))
from benchmarks.support.report import Line, show  # noqa: E402
from tests.support.postgres import private_postgres  # noqa: E402

LATER = timedelta(minutes=10)  # past every lease and every rest, and well within the clocks' allowance
BATCH = 60


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
    parser.add_argument("--kills", type=int, default=300)
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
    dice, n_midway = random.Random(seed), 0
    for number in range(n_kills):
        if number % 30 == 0:
            _prepare(BATCH)
        n_midway += _live_and_die(dice, is_settling=number > 2 * n_kills / 3)
    return _lines(_finish(), n_midway, f"{n_kills:,} kills on {database}")


def _prepare(count: int) -> None:
    """Conversations with an answer each that is due now."""
    from livingroom.inbox.answering.operations import UNDO_WITHIN, Writing, write_answer
    from tests.inbox import answering_cast as cast

    anna, now = cast.staff(), cast.NOON - UNDO_WITHIN
    for _ in range(count):
        case = cast.conversation()
        seen = case.messages.order_by("-pk").first().pk
        write_answer(staff=anna, conversation=case, writing=Writing("Try another cable.", seen), now=now)


def _live_and_die(dice: random.Random, *, is_settling: bool) -> bool:
    """Fork a sender and kill it; True when it died in the middle of an answer."""
    from django.db import connection

    from livingroom.inbox.models import Message

    sending = Message.objects.filter(state=Message.State.SENDING)
    before, seed = sending.count(), dice.randrange(2**31)
    connection.close()
    child = os.fork()
    if child == 0:
        try:
            _work(random.Random(seed), LATER if is_settling else timedelta(0))
        finally:
            os._exit(1)
    time.sleep(dice.uniform(0.01, 0.25))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return sending.count() > before


def _work(dice: random.Random, offset: timedelta) -> None:
    """Send what is due, in an order of its own, until somebody kills us."""
    from django.utils import timezone

    from livingroom.inbox.answering.sending import (
        due_answers,
        release_lost_claims,
        send_answer,
        settle_answer,
        unknown_answers,
    )

    def clock():
        return timezone.now() + offset

    while True:
        if offset:
            release_lost_claims(clock())
            for due in unknown_answers(clock()):
                settle_answer(due.message_id, clock(), clock)
        rows = due_answers(clock())[:40]
        dice.shuffle(rows)
        for due in rows:
            send_answer(due.message_id, clock(), clock)


def _finish() -> dict[str, int]:
    """Let time pass without deaths until all is settled, and count."""
    from django.utils import timezone

    from livingroom.inbox.answering.sending import release_lost_claims, send_answer, settle_answer
    from livingroom.inbox.models import Message
    from livingroom.networks.models import SandboxPost

    answers = Message.objects.filter(direction=Message.Direction.OUT)
    now = timezone.now() + LATER
    for _ in range(8):
        now += timedelta(minutes=4)
        release_lost_claims(now)
        for pk in answers.exclude(state=Message.State.SENT).values_list("pk", flat=True):
            settle_answer(pk, now, clock=lambda now=now: now)
            send_answer(pk, now, clock=lambda now=now: now)
    there = Counter(SandboxPost.objects.exclude(key="").values_list("key", flat=True))
    keys = set(answers.values_list("delivery_key", flat=True))
    return {
        "answers": len(keys),
        "doubled": sum(n - 1 for n in there.values()),
        "lost": len(keys - there.keys()),
        "unsettled": answers.exclude(state=Message.State.SENT).count(),
    }


def _lines(found: dict[str, int], n_midway: int, name: str) -> list[Line]:
    against = f"{found['answers']:,} answers, {n_midway:,} deaths in the middle of one"
    return [
        Line(f"{what} after {name}", found[key], "answers", float(found[key]), against, "0", found[key] == 0)
        for what, key in (
            ("answers written twice", "doubled"),
            ("answers lost", "lost"),
            ("outcomes not settled", "unsettled"),
        )
    ]


if __name__ == "__main__":
    sys.exit(main())
