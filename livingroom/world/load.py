"""Build the demo: generate the world and put it into the house, step by step, each in one transaction.

What is done is written in the event log in the same transaction, so an interrupted build goes on where it stopped,
and a finished one is left alone.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from livingroom.attribution.operations import run_attribution
from livingroom.attribution.whole import measure_whole
from livingroom.shared.events import record_event
from livingroom.shared.models import Event
from livingroom.world.accounts import BRANCHES
from livingroom.world.generate import DEFAULT_SEED, World, generate
from livingroom.world.loading.books import load_costs
from livingroom.world.loading.claims import load_claims, shops_if_missing
from livingroom.world.loading.clicking import load_channel_links, load_clicks
from livingroom.world.loading.community import load_community
from livingroom.world.loading.conversations import load_conversations
from livingroom.world.loading.experiments import load_experiments
from livingroom.world.loading.habits import load_habits
from livingroom.world.loading.house import furnish
from livingroom.world.loading.mentions import load_mentions
from livingroom.world.loading.portal import load_ideas
from livingroom.world.loading.promises import load_promises
from livingroom.world.loading.ratings import load_ratings
from livingroom.world.loading.reach import load_reach
from livingroom.world.loading.secret import write_truth
from livingroom.world.loading.segments import load_segments
from livingroom.world.loading.sending import load_desk
from livingroom.world.loading.tills import load_orders
from livingroom.world.loading.today import load_today

ACTOR = "world"
BUILT = "built"
WORLD_VERSION = "3"  # raise it when the same seed would make another world

Progress = Callable[[float, str], None]


class OtherWorld(Exception):
    """The house holds the world of another seed or version already."""


@dataclass(frozen=True)
class Step:
    """One part of the build; `weight` is its share of the time."""

    name: str
    weight: float
    build: Callable[[World, datetime], object]


STEPS: tuple[Step, ...] = (
    Step("reach", 1, lambda world, now: load_reach(world)),
    Step("posts", 55, load_desk),
    Step("links of other channels", 1, load_channel_links),
    Step("clicks", 45, load_clicks),
    Step("orders", 22, lambda world, now: load_orders(world)),
    Step("segments", 30, load_segments),
    Step("costs", 6, lambda world, now: load_costs(world)),
    Step("experiments", 18, lambda world, now: load_experiments(now)),
    Step("mentions", 70, load_mentions),
    Step("conversations", 10, load_conversations),
    Step("ratings", 26, load_ratings),
    Step("promises", 1, load_promises),
    Step("today", 3, load_today),
    Step("habits", 3, load_habits),
    Step("community", 7, load_community),
    Step("ideas", 30, load_ideas),
    Step("truth", 3, lambda world, now: write_truth(world, Path(settings.HOME))),
)


def ignore_progress(share: float, text: str) -> None:
    """Show nothing."""


def load_demo(
    seed: int = DEFAULT_SEED,
    progress: Progress = ignore_progress,
    *,
    scale: float = 1.0,
    measure: bool = True,
) -> bool:
    """Build the demo, or finish building it. Returns False when nothing was left to do. Raises OtherWorld."""
    done = steps_done(seed, scale)
    missing = [step for step in STEPS if step.name not in done]
    with rarely_collecting(), shops_if_missing(timezone.now()) if measure else nullcontext() as shops:
        if missing:
            progress(0.0, "Opening the accounts")
            furnish(BRANCHES)
            progress(0.01, "Imagining three years")
            build_steps(generate(seed, scale), missing, progress)
        if measure:
            progress(0.7, "Measuring")
            run_attribution(timezone.now())
            measure_whole(timezone.now())
            progress(0.92, "Writing claims")
            load_claims(timezone.now(), shops)
    progress(1.0, "Done")
    return bool(missing)


@contextmanager
def rarely_collecting() -> Iterator[None]:
    """Nearly everything that is made lives until it is written: looking for garbage among it costs a tenth of the time."""
    usual = gc.get_threshold()
    gc.set_threshold(200_000, 50, 100)
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def build_steps(world: World, missing: list[Step], progress: Progress) -> None:
    total, before = sum(step.weight for step in STEPS), 0.0
    before = total - sum(step.weight for step in missing)
    for step in missing:
        progress(0.06 + 0.64 * before / total, f"Building {step.name}")
        now = timezone.now()
        with transaction.atomic():
            step.build(world, now)
            note_step(step, world, now)
        before += step.weight


def note_step(step: Step, world: World, now: datetime) -> None:
    size = {"seed": world.seed, "scale": world.scale, "version": WORLD_VERSION}
    record_event(actor=ACTOR, verb=BUILT, subject=step.name, now=now, **size)


def steps_done(seed: int, scale: float) -> set[str]:
    """Return the steps that are built. Raises OtherWorld when they are not of this seed, size and version."""
    events = list(Event.objects.filter(actor=ACTOR, verb=BUILT))
    wanted = {"seed": seed, "scale": scale, "version": WORLD_VERSION}
    for event in events:
        if event.change != wanted:
            was = event.change.get("seed")
            why = "by an earlier version" if was == seed else f"with seed {was}, not {seed}"
            raise OtherWorld(f"This demo was built {why}. To build another, delete {settings.HOME} first.")
    return {event.subject for event in events}
