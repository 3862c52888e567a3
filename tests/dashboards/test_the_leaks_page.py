import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from livingroom.attribution.whole import measure_whole
from livingroom.links.models import Code
from livingroom.people.models import Staff
from livingroom.posts.models import Placement
from livingroom.shared.models import Alarm, Event
from tests.attribution.scene import DAY, HOUR, NOON

MOST_QUERIES = 14


@pytest.fixture
def staff(client, db):
    staff = Staff.objects.create_user("maya@example.com", name="Maya", role=Staff.Role.COMMUNITY_MANAGER)
    client.force_login(staff)
    return staff


@pytest.fixture
def leaking(scene):
    """Eight codes redeemed by people who met their post, and one that two dozen strangers typed in."""
    branch = scene.branch()
    for _ in range(8):
        placement = scene.placement(branch)
        code = scene.code(placement)
        for number in range(6):
            at = NOON - number * DAY
            scene.order(codes=[code], click_id=scene.click(placement, at - HOUR), at=at)
    scene.leaky_placement = scene.placement(branch, "Everybody knows this one")
    scene.leaky = scene.code(scene.leaky_placement)
    for number in range(24):
        scene.order(codes=[scene.leaky], at=NOON - number * HOUR, referrer_host="coupons.example")
    scene.measure()
    measure_whole(NOON + 6 * DAY)
    return scene


def test_the_largest_leak_comes_first_with_its_figures(client, staff, leaking):
    response = client.get("/leaks/")

    (leak,) = response.context["page"].rows
    assert leak.code.text == leaking.leaky
    assert response.context["sums"].n_codes == 9
    assert response.context["sums"].leaked_minor == leak.leaked_minor > 0


def test_every_redeemed_code_can_be_seen(client, staff, leaking):
    assert len(client.get("/leaks/?show=all").context["page"].rows) == 9


def test_a_codes_days_add_up_to_its_redemptions(client, staff, leaking):
    response = client.get(f"/leaks/{leaking.leaky}/")

    rows = response.context["chart"].rows
    assert sum(row["n"] for row in rows) == 24
    assert [row["change"] for row in rows if row["change"]] == ["leaks from 9 Jun 2009"]
    assert len(response.context["redemptions"]) == 24


def test_the_overview_says_what_remains(client, staff, leaking):
    tile = client.get("/overview/").context["tiles"][0]

    assert "Without leaked codes" in tile.note


def test_stopping_a_code_ends_it_says_so_and_silences_the_alarm(client, staff, leaking):
    client.post(f"/leaks/{leaking.leaky}/stop/")

    assert Code.objects.get(text=leaking.leaky).stopped_at is not None
    assert Event.objects.get(verb="stopped code").change == {"code": leaking.leaky}
    assert not Alarm.objects.ringing().filter(kind="leak").exists()
    assert b"Stop code" not in client.get(f"/leaks/{leaking.leaky}/").content


def test_rotating_gives_the_placement_a_new_code_and_names_the_post_that_shows_the_old(
    client, staff, leaking
):
    Placement.objects.filter(pk=leaking.leaky_placement.pk).update(sent_text=f"Use {leaking.leaky}")

    response = client.post(f"/leaks/{leaking.leaky}/rotate/", follow=True)

    live = leaking.leaky_placement.link.codes.get(stopped_at=None)
    assert live.text != leaking.leaky
    said = response.content.decode()
    assert live.text in said
    assert f"Outlet Brasil still shows {leaking.leaky}" in said


def test_a_code_is_not_stopped_twice(client, staff, leaking):
    client.post(f"/leaks/{leaking.leaky}/stop/")

    response = client.post(f"/leaks/{leaking.leaky}/stop/", follow=True)

    assert b"was stopped already" in response.content
    assert Event.objects.filter(verb="stopped code").count() == 1


def test_a_single_use_code_is_not_rotated(client, staff, leaking):
    single = leaking.code(leaking.leaky_placement, issued_to="somebody")
    leaking.order(codes=[single])

    client.post(f"/leaks/{single}/rotate/")

    assert Code.objects.get(text=single).stopped_at is None


def test_an_analyst_looks_and_does_not_stop(client, staff, leaking):
    Staff.objects.update(role=Staff.Role.ANALYST)

    page = client.get(f"/leaks/{leaking.leaky}/")
    answer = client.post(f"/leaks/{leaking.leaky}/stop/")

    assert b"Stop code" not in page.content
    assert answer.status_code == 403
    assert Code.objects.get(text=leaking.leaky).stopped_at is None


def test_looking_never_stops_a_code(client, staff, leaking):
    assert client.get(f"/leaks/{leaking.leaky}/stop/").status_code == 405


def test_it_exports_every_code(client, staff, leaking):
    lines = client.get("/leaks/export.csv").content.decode().splitlines()
    content = json.loads(client.get("/leaks/export.json").content)

    assert len(lines) == 10
    assert content["codes"][0]["code"] == leaking.leaky
    assert content["codes"][0]["leaks"] is True


def test_an_empty_house_says_what_to_do(client, staff):
    assert b"Write a post with a code" in client.get("/leaks/").content


def test_an_unknown_code_is_not_found(client, staff):
    assert client.get("/leaks/NOTHING/").status_code == 404


def test_it_needs_a_login(client, leaking):
    for path in ("/leaks/", f"/leaks/{leaking.leaky}/", "/leaks/export.csv"):
        assert client.get(path).status_code == 302


def test_queries_do_not_grow_with_codes(client, staff, leaking):
    with CaptureQueriesContext(connection) as one:
        client.get("/leaks/")
    with CaptureQueriesContext(connection) as nine:
        client.get("/leaks/?show=all")
    with CaptureQueriesContext(connection) as detail:
        client.get(f"/leaks/{leaking.leaky}/")

    assert len(one) == len(nine) <= MOST_QUERIES
    assert len(detail) <= MOST_QUERIES
