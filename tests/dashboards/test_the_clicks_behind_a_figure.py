import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from livingroom.dashboards import clicks as click_rows
from livingroom.people.models import Staff
from tests.attribution.scene import DAY, HOUR, NOON


@pytest.fixture
def visited(client, scene):
    """Three people and two bots on the Brazilian branch, one person on another, one by mail."""
    client.force_login(Staff.objects.create_user("maya@example.com", name="Maya", role=Staff.Role.ANALYST))
    scene.brazil = scene.branch()
    placement = scene.placement(scene.brazil)
    scene.people = [scene.click(placement, NOON + number * HOUR) for number in range(3)]
    scene.bots = [scene.click(placement, NOON, click_class="bot") for _ in range(2)]
    scene.other = scene.click(scene.placement(scene.branch("Other")), NOON - HOUR)
    scene.click(scene.link("mail"), NOON)
    scene.measure()
    return scene


def listed(response):
    return [row.click_id for row in response.context["page"].rows]


def test_people_and_machines_stand_beside_each_other_with_reasons(client, visited):
    response = client.get(f"/clicks/?branch={visited.brazil.pk}&reasons=1")

    assert response.context["by_class"] == {"human": 3, "bot": 2}
    assert {reason.click_class: reason.n for reason in response.context["reasons"]} == {"human": 3, "bot": 2}
    assert "says so itself" in response.content.decode()


def test_the_newest_come_first_and_other_channels_are_left_out(client, visited):
    assert listed(client.get("/clicks/?class=human")) == [*reversed(visited.people), visited.other]


def test_the_figure_of_the_overview_is_the_number_of_rows(client, visited):
    total = client.get("/overview/").context["total"]

    assert client.get("/clicks/").context["by_class"] == {
        "human": total.n_clicks,
        "bot": total.n_other_clicks,
    }


def test_pages_miss_and_repeat_nothing(client, visited, monkeypatch):
    monkeypatch.setattr(click_rows, "PAGE", 2)

    seen, after = [], ""
    while True:
        response = client.get(f"/clicks/?after={after}")
        seen += listed(response)
        after = response.context["page"].older
        if not after:
            break

    assert sorted(seen) == sorted([*visited.people, *visited.bots, visited.other])


def test_only_the_days_that_are_shown_are_read(client, visited, monkeypatch):
    monkeypatch.setattr(click_rows, "PAGE", 2)
    read = []
    monkeypatch.setattr(click_rows, "clicks_of_days", lambda days, sql, **values: read.extend(days) or [])
    for days in range(20):
        visited.click(visited.brazil.placements.get(), NOON - days * DAY)

    client.get("/clicks/?class=human")

    assert read == [NOON.date()]


def test_a_period_leaves_out_what_lies_outside(client, visited):
    assert listed(client.get("/clicks/?from=2009-05&to=2009-05")) == []


def test_nonsense_in_the_address_is_ignored(client, visited):
    assert len(listed(client.get("/clicks/?branch=zz&class=zz&after=zz&from=zz"))) == 6


def test_an_empty_lake_says_what_to_do(client, scene):
    client.force_login(Staff.objects.create_user("maya@example.com", name="Maya"))

    assert b"No clicks here" in client.get("/clicks/").content


def test_the_page_takes_few_queries(client, visited):
    with CaptureQueriesContext(connection) as queries:
        client.get("/clicks/")

    assert len(queries) <= 14
