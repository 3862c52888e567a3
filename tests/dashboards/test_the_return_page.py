import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from livingroom.dashboards.earned import Earned
from livingroom.measure.estimate import Estimate, NotEnoughData
from livingroom.measure.returns import contribution
from livingroom.people.models import Staff
from tests.attribution.scene import DAY, HOUR, NOON

MOST_QUERIES = 14


@pytest.fixture
def staff(client, db):
    staff = Staff.objects.create_user("maya@example.com", name="Maya", role=Staff.Role.ANALYST)
    client.force_login(staff)
    return staff


@pytest.fixture
def programme(scene):
    """1,000 $ at a margin of 40 % and a discount of 100 $ in Brazil, 500 $ at 20 % in Canada; staff cost 100 $ and 50 $."""
    scene.brazil = scene.branch()
    scene.canada = scene.branch("Deals Canada", country="CA", network="sandbox")
    for branch, amount, goods, discount, country in (
        (scene.brazil, 1_000_00, 600_00, 100_00, "BR"),
        (scene.canada, 500_00, 400_00, 0, "CA"),
    ):
        click = scene.click(scene.placement(branch), NOON - HOUR)
        scene.order(click_id=click, amount=amount, goods=goods, discount=discount, country=country)
    scene.cost(100_00, scene.brazil)
    scene.cost(50_00, kind="tools")
    scene.measure()
    return scene


def row(response, name):
    return next(row for row in response.context["rows"] if row.name == name)


def test_break_even_is_cost_by_what_the_revenue_leaves(client, staff, programme):
    result = client.get("/returns/").context["result"]

    assert result.break_even.value == pytest.approx(150 / (1_500 - 1_000))
    assert result.break_even_after_discounts.value == pytest.approx((150 + 100) / (1_500 - 1_000 + 100))


def test_without_a_test_it_says_so_and_shows_the_line(client, staff, programme):
    response = client.get("/returns/")

    assert b"Nobody knows yet what these posts added" in response.content
    assert isinstance(response.context["result"].contribution, NotEnoughData)
    line = [one for one in response.context["chart"].rows if not one["label"]]
    assert (line[0]["left"], line[-1]["left"]) == (-250_00, 350_00)
    assert [one["label"] for one in response.context["chart"].rows if one["label"]] == ["Breaks even at 42%"]


def test_each_branch_carries_its_own_cost_and_what_is_shared_stands_apart(client, staff, programme):
    response = client.get("/returns/")

    assert [one.name for one in response.context["rows"]] == [
        "Outlet Brasil",
        "Deals Canada",
        "No single branch",
    ]
    assert row(response, "Outlet Brasil").left_all == pytest.approx(300_00)
    assert row(response, "Outlet Brasil").left_none == pytest.approx(-200_00)
    assert row(response, "No single branch").earned.cost == 50_00


def test_a_branch_whose_cost_is_more_than_it_leaves_never_pays(client, staff, programme):
    programme.cost(150_00, programme.canada)
    programme.measure()

    assert row(client.get("/returns/"), "Deals Canada").break_even == "never"


def test_by_country_a_branchs_costs_stand_where_it_sells(client, staff, programme):
    response = client.get("/returns/?by=country")

    assert row(response, "Brazil").earned.cost == 100_00
    assert row(response, "Canada").earned.cost == 0


def test_new_and_known_customers_are_told_apart(client, staff, programme):
    click = programme.click(programme.placement(programme.brazil), NOON - HOUR)
    programme.order(click_id=click, amount=70_00, is_first_order=True)
    programme.measure()

    new, known = client.get("/returns/").context["customers"]

    assert (new.earned.net, known.earned.net) == (70_00, 1_500_00)


def test_another_currency_is_turned_at_the_periods_last_rate(client, staff, programme):
    response = client.get("/returns/?currency=EUR")

    shown = response.context["shown"]
    assert (shown.currency, shown.rate_on.isoformat()) == ("EUR", "2009-07-01")
    assert row(response, "Outlet Brasil").earned.net == pytest.approx(1_000_00 * float(shown.rate))


def test_a_currency_without_a_rate_is_not_guessed(client, staff, programme):
    assert client.get("/returns/?currency=XAU").context["shown"].currency == "USD"


def test_months_add_up_to_the_whole(client, staff, programme):
    programme.order(
        click_id=programme.click(programme.placement(programme.brazil), NOON - 41 * DAY), at=NOON - 40 * DAY
    )
    programme.measure()

    chart = client.get("/returns/").context["months_chart"]

    last = [one for one in chart.rows if one["at"] == max(one["at"] for one in chart.rows)]
    total = client.get("/returns/").context["total"]
    assert [one["left"] for one in last] == [round(total.left_all), round(total.left_none)]


def test_orders_without_cost_of_goods_are_taken_to_be_like_the_others_and_counted(client, staff, programme):
    programme.order(
        click_id=programme.click(programme.placement(programme.brazil), NOON - HOUR), amount=500_00
    )
    programme.measure()

    response = client.get("/returns/")

    assert response.context["total"].margin == pytest.approx(500 / 1_500)
    assert b"1 orders without one are taken to be like the others" in response.content


def test_a_tested_share_becomes_what_is_left_with_its_interval():
    """The till shows 450 $ more: 500 $ were added, and 50 $ of discount went to orders that would have come anyway."""
    earned = Earned(n_orders=100, net=1_000_00, discount=100_00, goods=600_00, costs={"staff": 50_00})
    tested = Estimate(0.45, 0.34, 0.56, 0.95, 40, "test")

    result = contribution(earned.inputs("USD", tested), seed=1, n_draws=20_000)

    assert isinstance(result.contribution, Estimate)
    assert result.incrementality.value == pytest.approx(0.5, abs=0.005)
    assert result.contribution.value == pytest.approx(0.5 * 400_00 - 0.5 * 100_00 - 50_00, rel=0.01)
    assert result.contribution.low == pytest.approx(earned.left_at(0.4), rel=0.03)
    assert result.contribution.high == pytest.approx(earned.left_at(0.6), rel=0.03)
    assert earned.added_share(0.45) == pytest.approx(0.5)


def test_the_table_exports_with_its_version(client, staff, programme):
    lines = client.get("/returns/export.csv?by=country").content.decode().splitlines()

    assert lines[0].startswith("by,name,currency,orders")
    assert any(line.startswith("country,Brazil,USD,1,0.00,1000.00,100.00,600.00,0.4") for line in lines)
    assert all(line.endswith("return/1") for line in lines[1:])


def test_the_export_for_programs_says_refusals_with_their_reason(client, staff, programme):
    content = json.loads(client.get("/returns/export.json").content)

    assert "nothing was tested" in content["contribution_minor"]["refused"]
    assert content["break_even"]["value"] == pytest.approx(0.3)
    assert len(content["line"]) == 21


def test_an_empty_house_says_what_to_do(client, staff):
    assert b"Bring in orders" in client.get("/returns/").content


def test_it_needs_a_login(client, programme):
    for path in ("/returns/", "/returns/export.csv"):
        assert client.get(path).status_code == 302


def test_queries_do_not_grow_with_orders_or_branches(client, staff, programme):
    with CaptureQueriesContext(connection) as few:
        client.get("/returns/")
    for number in range(20):
        placement = programme.placement(programme.branch(f"Branch {number}"))
        programme.order(click_id=programme.click(placement, NOON - number * HOUR))
    programme.measure()

    with CaptureQueriesContext(connection) as many:
        client.get("/returns/")

    assert len(many) == len(few) <= MOST_QUERIES
    assert not any("orders_order" in query["sql"] for query in many)
