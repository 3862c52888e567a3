from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from livingroom.inbox.models import Author, Conversation, Message
from livingroom.inbox.reports.rolling import roll_day
from livingroom.people.models import Staff
from tests.attribution.scene import DAY, HOUR, NOON

MOST_QUERIES = 16


@pytest.fixture
def staff(client, db):
    staff = Staff.objects.create_user("maya@example.com", name="Maya", role=Staff.Role.ANALYST)
    client.force_login(staff)
    return staff


@pytest.fixture
def programme(scene):
    """One A of 1,000 $ and one C of 400 $ in Brazil, a D of 50 $ in Canada, and an order nobody knows about."""
    scene.brazil = scene.branch()
    scene.canada = scene.branch("Deals Canada", country="CA", network="sandbox")
    placement = scene.placement(scene.brazil)
    click = scene.click(placement, NOON - DAY)
    scene.a = scene.order(
        codes=[scene.code(placement)], click_id=click, amount=1_000_00, goods=600_00, discount=100_00
    )
    scene.c = scene.order(click_id=scene.click(placement, NOON - HOUR), amount=400_00, goods=200_00)
    scene.d = scene.order(codes=[scene.code(scene.placement(scene.canada))], amount=50_00, country="CA")
    scene.none = scene.order(amount=7_000_00)
    scene.click(placement, NOON, click_class="bot")
    scene.cost(90_00, scene.brazil)
    scene.cost(10_00, kind="tools")
    scene.reach(scene.brazil, 800)
    scene.reach(scene.canada, 200)
    scene.measure()
    return scene


def tile(response, label):
    return next(tile for tile in response.context["tiles"] if tile.label.startswith(label))


def test_the_overview_needs_a_login(client, programme):
    response = client.get("/overview/")

    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")


def test_revenue_goes_from_the_floor_to_the_ceiling(client, staff, programme):
    revenue = tile(client.get("/overview/"), "Net revenue")

    assert (revenue.value, revenue.high) == ("$1\N{NO-BREAK SPACE}K", "$1.45\N{NO-BREAK SPACE}K")


def test_profit_takes_off_goods_and_costs_but_no_discount_a_second_time(client, staff, programme):
    total = client.get("/overview/").context["total"].sums

    assert (total.profit.floor, total.profit.ceiling) == (
        1_000_00 - 600_00 - 100_00,
        1_450_00 - 800_00 - 100_00,
    )
    assert total.return_share == (3.0, 5.5)
    assert total.discount_given.ceiling == 100_00


def test_reach_names_the_largest_and_the_sum_and_is_never_called_people(client, staff, programme):
    reach = tile(client.get("/overview/"), "Reach")

    assert (reach.value, reach.high) == ("800", "1,000")
    assert "Not people" in reach.note


def test_machines_are_counted_apart(client, staff, programme):
    clicks = tile(client.get("/overview/"), "Clicks")

    assert clicks.value == "2"
    assert "1 by machines" in clicks.note


def test_the_page_says_what_attribution_cannot(client, staff, programme):
    assert b"They do not say what caused them" in client.get("/overview/").content


def test_each_branch_has_its_row_and_what_belongs_to_none_comes_last(client, staff, programme):
    rows = client.get("/overview/").context["rows"]

    assert [row.name for row in rows] == ["Outlet Brasil", "Deals Canada", "No single branch"]
    assert [row.sums.revenue.ceiling for row in rows] == [1_400_00, 50_00, 0]
    assert [row.sums.cost for row in rows] == [90_00, 0, 10_00]


@pytest.mark.parametrize("column", ["branch", "host", "followers", "posts", "clicks", "orders", "floor"])
def test_the_table_sorts_both_ways(client, staff, programme, column):
    rising = client.get(f"/overview/?sort={column}").context["rows"][:2]
    falling = client.get(f"/overview/?sort=-{column}").context["rows"][:2]

    if column != "posts":
        assert [row.name for row in rising] == [row.name for row in reversed(falling)]


def test_a_period_without_the_orders_shows_none_of_them(client, staff, programme):
    response = client.get("/overview/?from=2009-05&to=2009-05")

    assert response.context["total"].sums.revenue.ceiling == 0
    assert response.context["total"].n_posts == 2


def test_the_figures_open_the_rows_behind_them(client, staff, programme):
    page = client.get("/overview/").content.decode()

    for path in (
        f"/ledger/?branch={programme.brazil.pk}&amp;grade=floor",
        f"/clicks/?branch={programme.brazil.pk}&amp;class=human",
        f"/orders/costs/?branch={programme.brazil.slug}",
        "/ledger/?grade=ceiling",
    ):
        assert path in page


def test_the_ledger_behind_a_figure_adds_up_to_it(client, staff, programme):
    floor = client.get(f"/ledger/?branch={programme.brazil.pk}&grade=floor&from=2009-05&to=2009-06")

    assert [row.order_id for row in floor.context["page"].rows] == [programme.a.pk]
    assert floor.context["sums"].net_minor == 1_000_00


@pytest.mark.parametrize(
    "show", ["", "?show=monthly", "?by=country", "?by=country&show=monthly&from=2009-06&to=2009-06"]
)
def test_the_chart_adds_up_to_the_ceiling(client, staff, programme, show):
    chart = client.get(f"/overview/{show}").context["chart"]

    newest = max(row["at"] for row in chart.rows)
    assert sum(row["net"] for row in chart.rows if row["at"] == newest or "monthly" in show) == 1_450_00


def test_an_empty_house_says_what_to_do_first(client, staff):
    page = client.get("/overview/").content.decode()

    assert page.index("Connect a branch") < page.index("Write an offer") < page.index("Send a test order")


def test_steps_that_are_done_are_ticked(client, staff, scene):
    scene.branch()

    steps = client.get("/overview/").context["steps"]

    assert [step.is_done for step in steps] == [True, False, False]


def test_the_number_of_queries_does_not_grow_with_orders_or_branches(client, staff, programme):
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get("/overview/")
    for number in range(30):
        placement = programme.placement(programme.branch(f"Branch {number}"))
        click = programme.click(placement, NOON - number * HOUR)
        programme.order(click_id=click, at=NOON + timedelta(minutes=number))
    programme.measure()

    with CaptureQueriesContext(connection) as many:
        response = client.get("/overview/")

    assert len(response.context["rows"]) > 30
    assert len(many) == len(few) <= MOST_QUERIES
    assert not any("orders_order" in query["sql"] for query in many)


def test_how_customers_were_served_stands_beside_the_money_and_opens_its_cases(client, staff, programme):
    branch = programme.brazil
    for n in range(6):
        author = Author.objects.create(network="sandbox", author_id=str(n), first_seen_at=NOON)
        case = Conversation.objects.create(
            network="sandbox",
            thread_key=str(n),
            author=author,
            branch=branch,
            opened_at=NOON,
            last_message_at=NOON,
        )
        Message.objects.create(conversation=case, direction="in", author=author, at=NOON, text="Help")
        if n:
            at = NOON + timedelta(minutes=10 * n)
            Message.objects.create(
                conversation=case, direction="out", state="sent", staff=staff, at=at, text="Yes"
            )
    roll_day(NOON.date(), NOON + DAY)

    response = client.get("/overview/")

    served = {tile.label: tile for tile in response.context["service"]}
    assert served["Conversations"].value == "6"
    assert served["First answer, median"].value == "35 min"  # of 10 to 50, and one who waits still
    assert served["Answered within a day"].value.startswith("83")
    assert served["Satisfied"].note.startswith("Not enough data")
    assert len(client.get(served["Answered within a day"].url).context["rows"]) == 1
