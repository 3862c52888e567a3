from pathlib import Path
from unittest.mock import patch

import pytest

from livingroom.ideas.models import InAction
from livingroom.links.models import ClickSegment, Link
from livingroom.orders.models import Cost, LedgerEntry, Order
from livingroom.posts.models import Placement
from livingroom.shared.models import Event
from livingroom.world import load
from livingroom.world.load import OtherWorld, load_demo, steps_done

SEED, SCALE = 4, 0.01
TABLES = (Link, Placement, ClickSegment, Order, LedgerEntry, Cost)
# What the portal prepared for branches waits for a person, and is no part of the simulated history.
PREPARED = InAction.objects.values("post")


class Stopped(BaseException):
    """Somebody pressed Ctrl-C."""


def counts() -> list[int]:
    rows = {Placement: Placement.objects.exclude(post__in=PREPARED)}
    return [rows.get(model, model._default_manager.all()).count() for model in TABLES]


def build() -> bool:
    return load_demo(SEED, scale=SCALE, measure=False)


def test_a_finished_demo_is_left_alone(small_house: Path) -> None:
    assert build()
    before = counts()

    with patch.object(load, "generate", side_effect=AssertionError("nothing is to be imagined again")):
        assert not build()

    assert counts() == before
    assert min(before) > 0


@pytest.mark.parametrize("step", ["posts", "clicks", "orders", "truth"])
def test_a_build_that_was_stopped_goes_on_where_it_stood(small_house: Path, step: str) -> None:
    stopping = tuple(
        load.Step(each.name, each.weight, stop_after(each) if each.name == step else each.build)
        for each in load.STEPS
    )
    with patch.object(load, "STEPS", stopping), pytest.raises(Stopped):
        build()
    done = steps_done(SEED, SCALE)

    assert build()

    assert step not in done
    assert len(steps_done(SEED, SCALE)) == len(load.STEPS)
    stopped = counts()
    assert stopped == undisturbed()


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


def test_another_seed_is_refused_with_the_way_out(small_house: Path) -> None:
    build()

    with pytest.raises(OtherWorld, match=r"built with seed 4, not 5.*delete"):
        load_demo(5, scale=SCALE, measure=False)

    assert Event.objects.filter(actor=load.ACTOR).count() == len(load.STEPS)


def test_progress_goes_from_nothing_to_done(small_house: Path) -> None:
    told: list[tuple[float, str]] = []

    load_demo(SEED, lambda share, text: told.append((share, text)), scale=SCALE, measure=False)

    shares = [share for share, _ in told]
    assert shares == sorted(shares)
    assert shares[0] == 0
    assert told[-1] == (1.0, "Done")
