"""Build the demo: generate the world and put it into the house, step by step, each in one transaction.

What is done is written in the event log in the same transaction, so an interrupted build goes on where it stopped,
and a finished one is left alone.
"""

from __future__ import annotations

from collections.abc import Callable
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
from livingroom.world.loading.claims import load_claims
from livingroom.world.loading.clicking import load_channel_links, load_clicks
from livingroom.world.loading.community import load_community
from livingroom.world.loading.conversations import load_conversations
from livingroom.world.loading.experiments import load_experiments
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

ACTOR = "world"
BUILT = "built"
WORLD_VERSION = "2"  # raise it when the same seed would make another world

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
    Step("reach", 4, lambda world, now: load_reach(world)),
    Step("posts", 34, load_desk),
    Step("links of other channels", 1, load_channel_links),
    Step("clicks", 30, load_clicks),
    Step("orders", 20, lambda world, now: load_orders(world)),
    Step("segments", 4, load_segments),
    Step("costs", 4, lambda world, now: load_costs(world)),
    Step("experiments", 4, lambda world, now: load_experiments(now)),
    Step("mentions", 10, load_mentions),
    Step("conversations", 3, load_conversations),
    Step("ratings", 2, load_ratings),
    Step("promises", 1, load_promises),
    Step("community", 2, load_community),
    Step("ideas", 6, load_ideas),
    Step("truth", 2, lambda world, now: write_truth(world, Path(settings.HOME))),
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
    if missing:
        progress(0.0, "Opening the accounts")
        furnish(BRANCHES)
        progress(0.04, "Imagining three years")
        build_steps(generate(seed, scale), missing, progress)
    if measure:
        progress(0.85, "Measuring")
        run_attribution(timezone.now())
        measure_whole(timezone.now())
        progress(0.93, "Writing claims")
        load_claims(timezone.now())
    progress(1.0, "Done")
    return bool(missing)


def build_steps(world: World, missing: list[Step], progress: Progress) -> None:
    total, before = sum(step.weight for step in STEPS), 0.0
    before = total - sum(step.weight for step in missing)
    for step in missing:
        progress(0.08 + 0.77 * before / total, f"Building {step.name}")
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
            raise OtherWorld(
                f"This demo was built with seed {event.change.get('seed')}, not {seed}. "
                f"To build another, delete {settings.HOME} first."
            )
    return {event.subject for event in events}
