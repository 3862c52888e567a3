from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from livingroom.networks.errors import RateLimited
from livingroom.networks.x import reacting
from tests.networks.conformance import Fault
from tests.networks.x_stage import XStage

DAY = timedelta(days=1)


@pytest.fixture
def stage() -> XStage:
    return XStage(budget="5.00")


def later(stage: XStage, days: int) -> None:
    at = datetime.now(UTC) + days * DAY
    stage.network.transport.now = lambda: at  # type: ignore[method-assign]  # a clock that we set
    stage.network.__dict__.pop("budget", None)  # it holds the clock from before


def spent(stage: XStage) -> Decimal:
    return stage.readings.spent(stage.network.transport.now().date())


def test_likes_and_reposts_of_our_posts_come_with_their_people(stage: XStage) -> None:
    post = stage.post(stage.new_post().id)
    post.liked_by, post.reposted_by = {"501", "502"}, ["601"]

    page = stage.network.poll("reactions")

    assert sorted((e.kind, e.actor.handle) for e in page.events) == [
        ("like", "u501"), ("like", "u502"), ("repost", "u601"),
    ]  # fmt: skip
    assert {e.subject.id for e in page.events if e.subject} == {post.id}


def test_reactions_are_asked_for_once_a_day_and_only_where_the_count_rose(stage: XStage) -> None:
    post = stage.post(stage.new_post().id)
    post.liked_by = {"501"}
    first = stage.network.poll("reactions")
    before = spent(stage)

    again = stage.network.poll("reactions", first.cursor)
    assert (again.events, again.cursor, spent(stage)) == ((), first.cursor, before)

    later(stage, 1)
    quiet = stage.network.poll("reactions", first.cursor)
    assert (quiet.events, spent(stage)) == ((), Decimal("0.001"))

    later(stage, 2)
    post.liked_by |= {"502"}
    new = stage.network.poll("reactions", quiet.cursor)
    assert [e.actor.id for e in new.events] == ["502"]
    assert spent(stage) == Decimal("0.001") + Decimal("0.005")


def test_a_post_that_everybody_likes_costs_no_fortune(stage: XStage) -> None:
    stage.post(stage.new_post().id).liked_by = {str(1000 + n) for n in range(300)}
    before = spent(stage)

    page = stage.network.poll("reactions")

    assert len(page.events) == reacting.PEOPLE_A_DAY
    assert spent(stage) - before <= stage.network.estimate_read("reactions").amount


def test_without_money_nothing_is_asked_and_a_lost_place_begins_anew() -> None:
    poor, stage = XStage(budget="0.01"), XStage(budget="5.00")
    stage.post(stage.new_post().id).liked_by = {"501"}

    with pytest.raises(RateLimited):
        poor.network.poll("reactions")
    page = stage.network.poll("reactions", "no place any more")

    assert page.restarted
    assert len(page.events) == 1


def test_a_network_that_is_asked_too_much_says_so_and_keeps_our_place(stage: XStage) -> None:
    stage.post(stage.new_post().id).liked_by = {"501"}
    stage.fail_next(Fault.TOO_MANY, writes=False)

    with pytest.raises(RateLimited):
        stage.network.poll("reactions")
