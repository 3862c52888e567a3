from datetime import UTC, datetime, timedelta

import pytest

from livingroom.branches import tasks
from livingroom.branches.audience import reading
from livingroom.branches.audience.models import Audience
from livingroom.branches.audience.queries import fresh_audiences, over_all, overlaps, reach_by_network
from livingroom.branches.models import Branch
from livingroom.measure.audience import people_in
from livingroom.networks.errors import Invalid, RateLimited
from livingroom.networks.interface import Followers
from livingroom.networks.models import SandboxAccount, SandboxFollow
from livingroom.networks.sandbox.network import SandboxNetwork
from tests.posts import cast
from tests.posts.cast import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def two_branches(db):
    """300 people follow the first, 250 the second, and 100 of them both."""
    cast.open_house()
    branches = [cast.branch("Outlet"), cast.branch("Deals")]
    people = SandboxAccount.objects.bulk_create(
        SandboxAccount(handle=f"p{n}", name=f"P {n}", token=f"t{n}", created_at=NOON) for n in range(450)
    )
    for branch, followers in zip(branches, (people[:300], people[200:]), strict=True):
        account = SandboxAccount.objects.get(handle=branch.handle)
        SandboxFollow.objects.bulk_create(
            SandboxFollow(follower=one, followed=account, created_at=NOON) for one in followers
        )
        Branch.objects.filter(pk=branch.pk).update(followers=len(followers))
    return [Branch.objects.get(pk=branch.pk) for branch in branches]


def test_people_of_one_network_are_counted_once_and_their_overlap_is_known(two_branches):
    reading.read_audiences(NOON)

    known = fresh_audiences(two_branches, NOON)
    [network] = reach_by_network(two_branches, known)
    [shared] = overlaps(two_branches, known)

    assert (network.people.value, network.low, network.high, network.sum) == (450, 450, 450, 550)
    assert (shared.people.value, shared.share) == (100, 0.4)
    assert network.as_of == NOON.date()


def test_the_worker_reads_every_branch_once_a_day(two_branches):
    assert tasks.read_followers.func() == 2
    assert tasks.read_followers.func() == 0


def test_networks_are_never_added_up_to_people(two_branches):
    reading.read_audiences(NOON)
    elsewhere = cast.branch("Page", connected=False, network="facebook", handle="page", followers=1000)
    everywhere = [*two_branches, elsewhere]

    bounds = over_all(reach_by_network(everywhere, fresh_audiences(everywhere, NOON)))

    assert (bounds.low, bounds.high) == (1000, 1450)


def test_a_branch_whose_followers_are_not_told_widens_its_network_only_by_what_is_possible(two_branches):
    reading.read_some(two_branches[0], NOON)

    [network] = reach_by_network(two_branches, fresh_audiences(two_branches, NOON))

    assert (network.n_known, network.low, network.high) == (1, 300, 550)


def test_a_list_much_shorter_than_the_count_is_not_taken_for_the_whole(two_branches):
    outlet = two_branches[0]
    reading.read_some(outlet, NOON)
    outlet.followers = 400

    assert not fresh_audiences([outlet], NOON)


def test_a_large_account_is_read_in_steps_and_goes_on_where_it_was(two_branches):
    outlet = two_branches[0]

    first = reading.read_some(outlet, NOON, n_pages=1)
    assert (first.n_read, first.finished_at) == (200, None)
    assert not fresh_audiences([outlet], NOON)

    later = NOON + timedelta(days=1)
    second = reading.read_some(outlet, later, n_pages=1)

    assert (second.pk, second.n_read, second.finished_at) == (first.pk, 300, later)
    assert people_in([Audience.objects.get().people]).value == 300


def test_a_network_that_is_asked_too_much_is_left_alone_until_it_says(two_branches, monkeypatch):
    outlet, back_at = two_branches[0], NOON + timedelta(minutes=15)
    pages = iter([Followers(("a", "b"), "2"), RateLimited("too many", back_at)])
    monkeypatch.setattr(SandboxNetwork, "followers", lambda self, cursor: _next(pages))

    row = reading.read_some(outlet, NOON)

    assert (row.n_read, row.cursor, row.waits_until) == (2, "2", back_at)
    assert outlet not in reading.branches_to_read(back_at - timedelta(seconds=1))
    assert outlet in reading.branches_to_read(back_at)


def test_a_forgotten_place_begins_the_list_anew_and_counts_nobody_twice(two_branches, monkeypatch):
    outlet = two_branches[0]
    pages = iter([Followers(("a", "b"), "2"), Invalid("unknown"), Followers(("b", "c"), "")])
    monkeypatch.setattr(SandboxNetwork, "followers", lambda self, cursor: _next(pages))

    reading.read_some(outlet, NOON)
    row = reading.read_some(outlet, NOON + timedelta(hours=2))

    assert row.finished_at
    assert people_in([row.people]).value == 3


def test_a_step_that_two_workers_take_counts_once(two_branches, monkeypatch):
    outlet = two_branches[0]
    honest = SandboxNetwork.followers

    def while_another_steps(self, cursor):
        monkeypatch.setattr(SandboxNetwork, "followers", honest)
        reading.read_some(outlet, NOON, n_pages=1)
        return honest(self, cursor)

    monkeypatch.setattr(SandboxNetwork, "followers", while_another_steps)
    reading.read_some(outlet, NOON, n_pages=1)

    assert Audience.objects.get().n_read == 200


def test_old_days_thin_out_to_the_last_of_each_month(two_branches):
    now = datetime(2026, 11, 22, tzinfo=UTC)
    for days in (1, 40, 50, 52, 60):
        at = now - timedelta(days=days)
        Audience.objects.create(branch=two_branches[0], on=at.date(), begun_at=at, read_at=at, finished_at=at)

    reading.thin_out(now)

    kept = Audience.objects.order_by("on").values_list("on", flat=True)
    assert [f"{on:%m-%d}" for on in kept] == ["09-23", "10-13", "11-21"]


def test_the_page_shows_people_overlap_and_what_is_only_bounded(two_branches, client):
    reading.read_audiences(NOON)
    cast.branch("Page", connected=False, network="facebook", handle="page", followers=1000)
    client.force_login(cast.ian())

    page = client.get("/branches/-/reach/").content.decode()
    told = client.get("/branches/-/reach/?format=json&table=networks").json()

    assert "Each counted once" in page
    assert "Followers that two branches share" in page
    assert (told["at_least"], told["at_most"]) == (1000, 1450)
    [facebook, sandbox] = told["rows"]
    assert (facebook["people"], facebook["method"]) == ("", "bounds")
    assert (sandbox["people"], sandbox["followers_added_up"]) == (450, 550)
    assert told["overlaps"][0]["people_in_both"] == 100


def _next(answers):
    answer = next(answers)
    if isinstance(answer, Exception):
        raise answer
    return answer
