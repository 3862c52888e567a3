"""What followed an answer has a page, a tile and a place in the ledger, and is added to nothing."""

import csv
import io

import pytest

from livingroom.inbox.reports.rolling import roll_day
from livingroom.people.models import Staff
from tests.attribution.answering import answered
from tests.attribution.scene import DAY, HOUR, NOON


@pytest.fixture
def staff(client, db):
    staff = Staff.objects.create_user("maya@example.com", name="Maya", role=Staff.Role.ANALYST)
    client.force_login(staff)
    return staff


@pytest.fixture
def shop(scene):
    """Ana clicked and was answered, Ben was only answered (by another branch), Cem neither."""
    scene.outlet, scene.home = scene.branch("Outlet"), scene.branch("Home")
    ana, ben = scene.customer(), scene.customer()
    scene.said = answered(scene.outlet, NOON - DAY, ana)
    answered(scene.home, NOON - 2 * DAY, ben)
    click = scene.click(scene.placement(scene.outlet), NOON - HOUR)
    scene.ana = scene.order(customer=ana, click_id=click, amount=500_00)
    scene.ben = scene.order(customer=ben, at=NOON + HOUR, amount=300_00)
    scene.cem = scene.order(at=NOON + 2 * HOUR, amount=900_00)
    scene.measure()
    return scene


def test_the_receipt_opens_the_case_and_says_that_it_earns_nothing(client, shop, staff):
    page = client.get(f"/ledger/{shop.ana.pk}/").content.decode()

    assert f'<a href="/inbox/{shop.said.conversation_id}/">#{shop.said.conversation_id}</a>' in page
    assert "It earns no credit here." in page
    assert "Whether our answer made them buy." in page


def test_the_page_has_a_row_for_each_branch_that_answered_and_every_sum_opens_its_orders(client, shop, staff):
    page = client.get("/after-answers/")

    found = page.context["found"]
    sums = {row.name: (row.sales.n_orders, row.sales.net_minor, row.sales.alone_minor) for row in found.rows}
    assert sums == {"Outlet": (1, 500_00, 0), "Home": (1, 300_00, 300_00)}
    assert (found.total.net_minor, found.total.n_alone, found.total.alone_minor) == (800_00, 1, 300_00)
    assert f"/ledger/?answered={shop.home.pk}&amp;grade=none" in page.content.decode()


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("answered=any", "ben ana"),
        ("answered=any&grade=none", "ben"),
        ("answered=none", ""),
        ("", "cem ben ana"),
    ],
)
def test_the_ledger_shows_what_followed_an_answer(client, shop, staff, asked, names):
    page = client.get(f"/ledger/?{asked}")

    orders = [getattr(shop, name) for name in names.split()]
    assert [row.order_id for row in page.context["page"].rows] == [order.pk for order in orders]
    assert page.context["sums"].net_minor == sum(order.net_minor for order in orders)


def test_the_overview_keeps_it_out_of_the_revenue_with_social_evidence(client, shop, staff):
    roll_day((NOON - DAY).date(), NOON)

    page = client.get("/overview/")

    tiles = {tile.label: tile for tile in [*page.context["tiles"], *page.context["service"]]}
    assert (tiles["Sales after an answer"].value, tiles["Net revenue with social evidence"].high) == (
        "$800",
        "$500",
    )
    assert tiles["Sales after an answer"].url.startswith("/after-answers/")


def test_the_file_has_what_the_page_has(client, shop, staff):
    lines = list(csv.DictReader(io.StringIO(client.get("/after-answers/export.csv").content.decode())))
    told = client.get("/after-answers/export.json").json()

    assert [(line["orders_after_an_answer"], line["net_revenue"]) for line in lines] == [
        ("1", "500.00"),
        ("1", "300.00"),
    ]
    assert [row["net_without_other_evidence"] for row in told["branches"]] == ["0.00", "300.00"]


def test_an_empty_house_says_what_to_do_next_and_strangers_see_nothing(client, scene):
    assert client.get("/after-answers/").status_code == 302
    client.force_login(Staff.objects.create_user("m@example.com", name="M", role=Staff.Role.ANALYST))

    page = client.get("/after-answers/")

    assert "Nobody was answered yet" in page.content.decode()
