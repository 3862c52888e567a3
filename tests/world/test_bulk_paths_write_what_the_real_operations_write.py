"""The demo is loaded by bulk paths. Here a small world is written both ways, and every row compared."""

from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from livingroom.branches.models import Branch, ReachDay
from livingroom.lake import Lake
from livingroom.links.models import Code
from livingroom.world.accounts import BRANCHES
from livingroom.world.generate import World, generate
from livingroom.world.loading.clicking import load_channel_links, load_clicks
from livingroom.world.loading.house import furnish
from livingroom.world.loading.reach import load_reach
from livingroom.world.loading.sending import load_desk
from livingroom.world.loading.tills import load_orders
from livingroom.world.period import DAY, END
from livingroom.world.posts import SHARED_CODE, SINGLE_CODE
from tests.world.rows import count_rows, desk_rows, till_rows
from tests.world.told_for_real import tell_channel_links, tell_clicks, tell_orders, tell_posts, tell_reach

SEED, SCALE = 3, 0.008
LAST_DAYS = 12


class Undo(Exception):
    """Take back what was written."""


@pytest.fixture(scope="module")
def small_world() -> World:
    world = generate(SEED, SCALE)
    assert {0, SHARED_CODE, SINGLE_CODE} == set(world.posts.code_kind.tolist())
    assert len(world.placements) > len(world.posts)
    assert world.refunds.is_whole.any()
    assert not world.refunds.is_whole.all()
    return world


@pytest.fixture
def house(small_house: Path) -> Path:
    furnish(BRANCHES)
    return small_house


def written_by(write: Callable[[], object], look: Callable[[], Any]) -> Any:
    """Write, look, and take it back."""
    seen: list[Any] = []

    def write_and_look() -> None:
        with transaction.atomic():
            write()
            seen.append(look())
            raise Undo

    with pytest.raises(Undo):
        write_and_look()
    return seen[0]


def assert_same(bulk: dict[str, list[Any]], real: dict[str, list[Any]]) -> None:
    assert bulk.keys() == real.keys()
    for table, rows in real.items():
        assert len(rows) == len(bulk[table]), table
        for ours, theirs in zip(bulk[table], rows, strict=True):
            assert ours == theirs, table
        assert rows, table


def write_desk(world: World) -> None:
    load_desk(world, timezone.now())
    load_channel_links(world, timezone.now())


def test_posts_links_codes_and_deliveries(house: Path, small_world: World) -> None:
    bulk = written_by(lambda: write_desk(small_world), desk_rows)

    tell_posts(small_world)
    tell_channel_links(small_world)

    assert_same(bulk, desk_rows())


def test_orders_refunds_and_customers(house: Path, small_world: World) -> None:
    with transaction.atomic():
        write_desk(small_world)
    bulk = written_by(lambda: load_orders(small_world), till_rows)

    tell_orders(small_world, redeemed={})

    assert_same(bulk, till_rows())


def test_followers_day_by_day(house: Path, small_world: World) -> None:
    index = max(range(len(BRANCHES)), key=lambda number: BRANCHES[number].opened_on)
    slug = BRANCHES[index].key.replace("_", "-")

    def look() -> Any:
        days = ReachDay.objects.filter(branch__slug=slug).order_by("on")
        return list(days.values_list("on", "followers", "n_posts")), Branch.objects.get(slug=slug).followers

    bulk = written_by(lambda: load_reach(small_world), look)

    tell_reach(small_world, index)

    assert bulk == look()
    assert len(bulk[0]) > 80


def test_clicks_and_their_counts(house: Path, small_world: World) -> None:
    with transaction.atomic():
        write_desk(small_world)
    recent = last_days(small_world)
    bulk_counts = written_by(lambda: load_clicks(recent, timezone.now()), count_rows)
    bulk_clicks = rows_of(Lake(settings.LAKE_URL))
    real_lake = Lake(house / "real")

    rounds = tell_clicks(recent, house, real_lake)

    assert rounds > 50
    assert rows_of(real_lake) == bulk_clicks
    assert_same(bulk_counts, count_rows())
    assert {"human", "bot", "preview", "head", "prefetch"} <= {row["class"] for row in bulk_clicks}


def test_a_burst_is_found_both_ways(house: Path, small_world: World) -> None:
    with transaction.atomic():
        write_desk(small_world)
    bursts = around_a_burst(small_world)

    written_by(lambda: load_clicks(bursts, timezone.now()), count_rows)
    bulk_clicks = rows_of(Lake(settings.LAKE_URL))
    tell_clicks(bursts, house, Lake(house / "real"))

    assert "suspect" in {row["class"] for row in bulk_clicks}
    assert rows_of(Lake(house / "real")) == bulk_clicks


def test_the_codes_that_were_handed_out_are_those_that_were_redeemed(house: Path, small_world: World) -> None:
    with transaction.atomic():
        write_desk(small_world)

    known = set(Code.objects.values_list("text", flat=True))
    assert {text for text in small_world.orders.code if text} <= known


def only(world: World, rows: np.ndarray[Any, Any]) -> World:
    """The same world with these clicks alone."""
    columns = {field.name: world.clicks.column(field.name)[rows] for field in fields(world.clicks)}
    return replace(world, clicks=replace(world.clicks, **columns))


def last_days(world: World) -> World:
    return only(world, np.flatnonzero(world.clicks.at >= END - LAST_DAYS * DAY))


def around_a_burst(world: World) -> World:
    """All clicks of the links that a script has hit."""
    from livingroom.world.machines import FIRST_BURST

    hit = np.unique(world.clicks.link[world.clicks.person >= FIRST_BURST])
    assert len(hit)
    return only(world, np.flatnonzero(np.isin(world.clicks.link, hit)))


def rows_of(lake: Lake) -> list[dict[str, Any]]:
    rows = lake.query("SELECT * EXCLUDE (day) FROM clicks ORDER BY click_id").to_pylist()
    assert rows
    return rows
