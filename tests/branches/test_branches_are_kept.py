from datetime import date

import pytest

from livingroom.branches.models import Branch
from livingroom.branches.operations import record_reach
from livingroom.networks.sandbox.faults import arm_fault
from livingroom.networks.sandbox.public import follow_as, join
from livingroom.shared.models import Event
from tests.posts import cast
from tests.posts.cast import NOON

pytestmark = pytest.mark.django_db

ANSWERS = {
    "name": "Corner Outlet",
    "slug": "",
    "network": "sandbox",
    "handle": "@outlet",
    "purpose": "sales",
    "country": "US",
    "language": "en",
    "time_zone": "America/Chicago",
    "interests": "laptops, gaming",
    "new_hosts": "Ana Souza (AS)\nBob",
    "opened_on": "2007-06-01",
}


@pytest.fixture
def admin(db, client):
    cast.open_house()
    client.force_login(cast.ada())
    return client


def connect(admin, branch, **typed):
    """The way from the branch's page over the network's guided page."""
    guide = admin.get(f"/branches/{branch.slug}/connect/").headers["Location"]
    return admin.post(guide.replace("?", "connect/?"), typed)


def test_a_branch_is_opened_with_its_hosts(admin):
    answer = admin.post("/branches/new/", ANSWERS)

    branch = Branch.objects.get()
    assert answer.headers["Location"] == "/branches/corner-outlet/"
    assert (branch.handle, branch.interests) == ("outlet", ["laptops", "gaming"])
    assert [(host.name, host.initials) for host in branch.hosts.all()] == [("Ana Souza", "AS"), ("Bob", "B")]


def test_one_account_is_one_branch(admin):
    admin.post("/branches/new/", ANSWERS)

    answer = admin.post("/branches/new/", {**ANSWERS, "name": "Second", "slug": "second"})

    assert answer.status_code == 422
    assert Branch.objects.count() == 1


def test_the_sandbox_is_connected_in_one_step(admin):
    branch = cast.branch(connected=False)

    connect(admin, branch, handle="outlet.cornerpc", name="Outlet")

    branch.refresh_from_db()
    assert branch.connection.state == "connected"
    assert "Connected" in admin.get(f"/branches/{branch.slug}/").content.decode()


def test_a_wrong_handle_is_said_next_to_its_field(admin):
    branch = cast.branch(connected=False)

    answer = connect(admin, branch, handle="!")

    assert answer.status_code == 422
    assert "id_handle_error" in answer.content.decode()


def test_an_account_of_another_branch_is_refused(admin):
    cast.branch("Outlet", handle="outlet.cornerpc")
    second = cast.branch("Second", connected=False)

    answer = connect(admin, second, handle="outlet.cornerpc")

    assert "One account is one branch" in answer.content.decode()


def test_checking_counts_the_followers(admin):
    branch = cast.branch()
    follow_as(join("fan.example", now=NOON), cast.account(branch), now=NOON)

    admin.post(f"/branches/{branch.slug}/check/")

    branch.refresh_from_db()
    assert branch.followers == 1
    assert branch.reach.count() == 1


def test_checking_says_what_is_wrong(admin):
    branch = cast.branch()
    arm_fault(cast.account(branch), "revoked")

    answer = admin.post(f"/branches/{branch.slug}/check/", follow=True)

    assert "Revoked" in answer.content.decode()


def test_a_reach_day_is_written_once_and_the_latest_is_shown(db):
    branch = cast.branch(connected=False)

    record_reach(branch=branch, on=date(2009, 12, 2), followers=200)
    record_reach(branch=branch, on=date(2009, 12, 1), followers=100)
    record_reach(branch=branch, on=date(2009, 12, 2), followers=210, n_posts=3)

    branch.refresh_from_db()
    assert branch.followers == 210
    assert list(branch.reach.order_by("on").values_list("followers", "n_posts")) == [(100, 0), (210, 3)]


def test_a_closed_branch_leaves_the_front_door_and_is_recorded(admin):
    branch = cast.branch()

    admin.post(f"/branches/{branch.slug}/close/")

    assert not Branch.objects.open().exists()
    assert Event.objects.filter(verb="closed branch").exists()


@pytest.mark.parametrize("path", ["new/", "outlet/edit/", "outlet/connect/"])
def test_only_admins_set_branches_up(client, path):
    cast.branch()
    client.force_login(cast.staff())

    assert client.get("/branches/").status_code == 200
    assert client.get(f"/branches/{path}").status_code == 403


def test_a_place_that_is_not_postable_is_a_branch_too(admin):
    admin.post("/branches/new/", {**ANSWERS, "network": "forum"})

    page = admin.get("/branches/corner-outlet/").content.decode()
    assert "Not postable" in page
    assert "/connect/" not in page


def test_a_long_list_needs_few_queries(admin, django_assert_max_num_queries):
    for number in range(20):
        cast.branch(f"Branch {number}", connected=False)

    with django_assert_max_num_queries(8):
        admin.get("/branches/")
