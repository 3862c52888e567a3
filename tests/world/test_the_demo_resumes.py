from pathlib import Path
from unittest.mock import patch

import pytest

from livingroom.ideas.models import InAction
from livingroom.links.models import ClickSegment, Link
from livingroom.orders.models import Cost, LedgerEntry, Order
from livingroom.posts.models import Placement
from livingroom.world import load
from livingroom.world.load import load_demo, steps_done

SEED, SCALE = 4, 0.01
TABLES = (Link, Placement, ClickSegment, Order, LedgerEntry, Cost)
STOPPED_AT = ("posts", "clicks", "orders", "conversations", "truth")
# What the portal prepared for branches waits for a person, and is no part of the simulated history.
PREPARED = InAction.objects.values("post")


class Stopped(BaseException):
    """Somebody pressed Ctrl-C."""


def test_a_build_that_is_stopped_again_and_again_goes_on_where_it_stood(small_house: Path) -> None:
    done: list[set[str]] = []
    for step in STOPPED_AT:
        with patch.object(load, "STEPS", stopping_at(step)), pytest.raises(Stopped):
            load_demo(SEED, scale=SCALE, measure=False)
        done.append(steps_done(SEED, SCALE))

    assert load_demo(SEED, scale=SCALE, measure=False)

    names = [step.name for step in load.STEPS]
    assert done == [set(names[: names.index(step)]) for step in STOPPED_AT]
    assert steps_done(SEED, SCALE) == set(names)
    assert counts() == undisturbed()


def counts() -> list[int]:
    rows = {Placement: Placement.objects.exclude(post__in=PREPARED)}
    return [rows.get(model, model._default_manager.all()).count() for model in TABLES]


def stopping_at(name: str) -> tuple[load.Step, ...]:
    return tuple(
        load.Step(each.name, each.weight, stop_after(each) if each.name == name else each.build)
        for each in load.STEPS
    )


def stop_after(step: load.Step):  # type: ignore[no-untyped-def]  # the step's own signature
    def write_and_stop(world, now):  # type: ignore[no-untyped-def]
        step.build(world, now)
        raise Stopped

    return write_and_stop


def undisturbed() -> list[int]:
    """What a build that nobody stops writes; counted from the world itself."""
    from livingroom.world.clicks import n_links
    from livingroom.world.generate import generate

    world = generate(SEED, SCALE)
    n_placements = len(world.placements)
    entries = len(world.orders) + len(world.refunds)
    return [n_links(n_placements), n_placements, 1, len(world.orders), entries, len(world.costs)]
