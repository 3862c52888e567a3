"""Run in a process of its own: prepare placements, send them and die at a chosen step, or clean up and count.

python -m tests.posts.deaths prepare 3
python -m tests.posts.deaths die <step> <placement>
python -m tests.posts.deaths look <placement>
python -m tests.posts.deaths work <seed>
python -m tests.posts.deaths finish
"""

import json
import os
import random
import signal
import sys
import time
from datetime import timedelta

import django

django.setup()

from django.utils import timezone  # noqa: E402

from livingroom.networks.sandbox import public  # noqa: E402
from livingroom.networks.sandbox.network import SandboxNetwork  # noqa: E402
from livingroom.posts import delivery, outcomes, settling, tasks  # noqa: E402
from livingroom.posts.models import DeliveryAttempt, Placement  # noqa: E402
from tests.posts import cast  # noqa: E402


def die(*arguments: object, **named: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def after(function):
    """The same function, and then death."""

    def deadly(*arguments, **named):
        function(*arguments, **named)
        die()

    return deadly


def in_the_claim() -> None:
    DeliveryAttempt.objects.create = die


def after_the_claim() -> None:
    delivery._send = die


def before_the_write() -> None:
    SandboxNetwork.publish = die


def while_the_network_stores_it() -> None:
    public.write_post = after(public.write_post)


def after_the_write_before_its_answer() -> None:
    SandboxNetwork.publish = after(SandboxNetwork.publish)


def while_noting_that_it_is_sent() -> None:
    outcomes.record_event = die


def after_noting_that_it_is_sent() -> None:
    delivery.mark_sent = after(delivery.mark_sent)


STEPS = {
    step.__name__: step
    for step in (
        in_the_claim,
        after_the_claim,
        before_the_write,
        while_the_network_stores_it,
        after_the_write_before_its_answer,
        while_noting_that_it_is_sent,
        after_noting_that_it_is_sent,
    )
}


def prepare(count: int) -> list[int]:
    """Make placements that are due now: one branch, one post each."""
    cast.open_house()
    outlet = cast.branch()
    offer = cast.offer()
    return [cast.placement(outlet, offer=offer, title=f"Post {number}").pk for number in range(count)]


def look_and_die(placement_id: int) -> None:
    """As if the worker that settles died between what it found and writing it down."""
    later = timezone.now() + timedelta(minutes=30)
    delivery.release_lost_claims(later)
    settling.mark_sent = die
    delivery.settle(placement_id, later, clock=lambda: later)


def work(seed: int) -> None:
    """Send what is due, in the worker's own way, until somebody kills us."""
    dice = random.Random(seed)
    while True:
        now = timezone.now()
        ids = list(Placement.objects.due_at(now).values_list("pk", flat=True))
        dice.shuffle(ids)
        for placement_id in ids:
            delivery.deliver(placement_id, now)
        time.sleep(0.01)


def finish() -> dict[str, list[object]]:
    """Let time pass until everything is settled; tell each placement's state and how often the network has it."""
    now = timezone.now()
    for _ in range(30):
        now += timedelta(minutes=4)
        tasks.tick(now)
        for placement in Placement.objects.all():
            delivery.settle(placement.pk, now, clock=lambda now=now: now)
            delivery.deliver(placement.pk, now, clock=lambda now=now: now)
    return {str(row.pk): [row.state, cast.on_network(row), row.n_attempts] for row in Placement.objects.all()}


def main(deed: str, *arguments: str) -> None:
    if deed == "prepare":
        print(json.dumps(prepare(int(arguments[0]))))
    elif deed == "die":
        STEPS[arguments[0]]()
        delivery.deliver(int(arguments[1]), timezone.now())
    elif deed == "look":
        look_and_die(int(arguments[0]))
    elif deed == "work":
        print("ready", flush=True)
        work(int(arguments[0]))
    else:
        print(json.dumps(finish()))


if __name__ == "__main__":
    main(*sys.argv[1:])
