import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from livingroom.attribution.whole import measure_whole
from livingroom.people.models import Staff
from tests.attribution.scene import DAY, HOUR, NOON

MOST_QUERIES = 14


@pytest.fixture
def staff(client, db):
    staff = Staff.objects.create_user("maya@example.com", name="Maya", role=Staff.Role.ANALYST)
    client.force_login(staff)
    return staff


@pytest.fixture
def journeys(scene):
    """100 $ by a post alone, 200 $ by a mail and then a post, 400 $ by a mail alone, 800 $ untouched."""
    post, mail = scene.placement(scene.branch()), scene.link("mail")
    for amount, links in ((100_00, [post]), (200_00, [mail, post]), (400_00, [mail]), (800_00, [])):
        customer, click = scene.customer(), ""
        for number, link in enumerate(links):
            click = scene.click(link, NOON - (5 - number) * HOUR, visitor=f"c:{amount}")
        scene.order(customer=customer, click_id=click, amount=amount)
    scene.measure()
    measure_whole(NOON + 6 * DAY)
    return scene


def alone(response, channel):
    return next(one for one in response.context["page"].alone if one.channel == channel)


def test_it_says_what_credit_cannot(client, staff, journeys):
    assert b"never what caused it" in client.get("/credit/").content


def test_rules_stand_side_by_side(client, staff, journeys):
    page = client.get("/credit/").context["page"]

    x = next(row for row in page.rows if row.channel == "x")
    assert (x.cells["last"].amount, x.cells["first"].amount, x.cells["linear"].amount) == (
        300_00,
        100_00,
        200_00,
    )
    assert page.unattributed.cells["last"].amount == 800_00


def test_where_rules_disagree_the_page_says_so(client, staff, journeys):
    page = client.get("/credit/").context["page"]

    x = next(row for row in page.rows if row.channel == "x")
    assert x.spread == pytest.approx((300 - 100) / 200)
    assert x.verdict == ("Disagree", "warn")


def test_a_channel_alone_with_others_and_others_only_add_up(client, staff, journeys):
    x = alone(client.get("/credit/"), "x")

    assert (x.alone, x.shared, x.others_only) == (100_00, 200_00, 400_00)
    assert x.is_social


def test_the_picture_shows_every_channel_under_every_model(client, staff, journeys):
    response = client.get("/credit/")

    shown = {(one["channel"], one["model"]) for one in response.context["chart"].rows}
    assert len(shown) == 2 * len(response.context["page"].models)


def test_months_that_were_not_measured_fall_back_to_the_whole(client, staff, journeys):
    response = client.get("/credit/?from=2001-01&to=2001-02")

    assert response.context["period"].last.year == 2009


def test_it_exports_every_channel_under_every_model(client, staff, journeys):
    lines = client.get("/credit/export.csv").content.decode().splitlines()
    content = json.loads(client.get("/credit/export.json").content)

    assert len(lines) == 1 + len(content["credit"]) == 1 + 3 * 8
    x = next(row for row in content["credit"] if (row["channel"], row["model"]) == ("x", "last"))
    assert (x["amount"], x["currency"], x["window_days"]) == ("300.00", "USD", 30)
    assert content["alone"][0]["channel"] == "mail"


def test_before_the_first_measuring_it_says_that_it_is_coming(client, staff, scene):
    scene.order(click_id=scene.click(scene.placement(scene.branch()), NOON - HOUR))
    scene.measure()

    assert b"Credit is being counted" in client.get("/credit/").content


def test_an_empty_house_says_what_to_do(client, staff):
    assert b"Write a post" in client.get("/credit/").content


def test_it_needs_a_login(client, journeys):
    for path in ("/credit/", "/credit/export.json"):
        assert client.get(path).status_code == 302


def test_it_reads_few_rows_however_many_orders_there_are(client, staff, journeys):
    with CaptureQueriesContext(connection) as queries:
        client.get("/credit/")

    assert len(queries) <= MOST_QUERIES
    assert not any(
        "attribution_credit" in query["sql"] or "orders_order" in query["sql"] for query in queries
    )
