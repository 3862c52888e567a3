import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from livingroom.dashboards import ledger as ledger_rows
from livingroom.people.models import Staff
from tests.attribution.scene import DAY, HOUR, NOON

MOST_QUERIES = 14


@pytest.fixture
def staff(client, db):
    staff = Staff.objects.create_user("maya@example.com", name="Maya", role=Staff.Role.ANALYST)
    client.force_login(staff)
    return staff


@pytest.fixture
def shop(scene):
    """A, C, D and none, an hour apart, newest last; the D is Canadian."""
    scene.brazil = scene.branch()
    placement = scene.placement(scene.brazil)
    scene.code_text = scene.code(placement)
    scene.click_id = scene.click(placement, NOON - DAY, visitor="d:ana")
    scene.a = scene.order(at=NOON, codes=[scene.code_text], click_id=scene.click_id, amount=500_00)
    scene.c = scene.order(at=NOON + HOUR, click_id=scene.click(placement, NOON - HOUR))
    scene.d = scene.order(at=NOON + 2 * HOUR, codes=[scene.code_text], country="CA", currency="CAD")
    scene.none = scene.order(at=NOON + 3 * HOUR, currency="JPY", amount=5_000)
    scene.measure()
    return scene


def listed(response):
    return [row.order_id for row in response.context["page"].rows]


def test_every_order_is_listed_newest_first(client, staff, shop):
    assert listed(client.get("/ledger/")) == [shop.none.pk, shop.d.pk, shop.c.pk, shop.a.pk]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("grade=floor", "a"),
        ("grade=ceiling", "d c a"),
        ("grade=C", "c"),
        ("grade=none", "none"),
        ("branch=none", "none"),
        ("country=CA", "d"),
        ("currency=JPY", "none"),
        ("grade=A&country=CA", ""),
        ("from=2009-06&to=2009-06", "none d c a"),
        ("from=2009-05&to=2009-05", ""),
        ("grade=nonsense&branch=x&from=never&after=zzz", "none d c a"),
    ],
)
def test_filters_show_what_they_say(client, staff, shop, query, names):
    assert listed(client.get(f"/ledger/?{query}")) == [getattr(shop, name).pk for name in names.split()]


def test_a_filter_by_branch_shows_its_orders(client, staff, shop):
    assert listed(client.get(f"/ledger/?branch={shop.brazil.pk}")) == [shop.d.pk, shop.c.pk, shop.a.pk]


@pytest.mark.parametrize("query", ["", "country=BR&", "grade=ceiling&"])
def test_pages_forth_and_back_miss_and_repeat_nothing(client, staff, shop, monkeypatch, query):
    monkeypatch.setattr(ledger_rows, "PAGE", 3)
    for number in range(7):
        shop.order(at=NOON + 5 * HOUR + timedelta(minutes=number // 2), codes=[shop.code_text])
    shop.measure()
    whole = [
        row.order_id
        for row in ledger_rows.every_row(
            ledger_rows.LedgerFilter(
                grade="ceiling" if "grade" in query else "", country="BR" if "BR" in query else ""
            )
        )
    ]

    forth, key = [], ""
    while True:
        response = client.get(f"/ledger/?{query}after={key}")
        forth += listed(response)
        key = response.context["page"].older
        if not key:
            break
    back, key = listed(response), response.context["page"].newer
    while key:
        response = client.get(f"/ledger/?{query}before={key}")
        back = listed(response) + back
        key = response.context["page"].newer

    assert forth == back == whole
    assert len(whole) >= 10


def test_the_export_holds_every_row_and_no_formula(client, staff, shop):
    shop.order(codes=["=CMD()"], product="=1+1", at=NOON + DAY)
    shop.measure()

    response = client.get("/ledger/export.csv?currency=USD")
    rows = list(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode())))

    assert [row["grade"] for row in rows] == ["none", "C", "A"]
    assert rows[2]["net"] == "500.00"
    assert rows[0]["product"] == "'=1+1"


def test_the_export_writes_yen_without_decimals(client, staff, shop):
    response = client.get("/ledger/export.csv?currency=JPY")

    assert (
        next(iter(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode()))))["net"]
        == "5000"
    )


def test_a_receipt_tells_the_path_the_click_and_the_credit(client, staff, shop):
    response = client.get(f"/ledger/{shop.a.pk}/")
    page, receipt = response.content.decode(), response.context["receipt"]

    assert next((step.touch.touch_id, step.is_proof) for step in receipt.steps) == (shop.click_id, True)
    assert receipt.steps[0].click.referrer_host == "t.co"
    assert "Laptops at 20 % off" in page
    assert "Brazil" in page
    assert receipt.models == ["Last touch", "First touch", "Linear", "Time decay", "Position"]
    assert {cell.amount_minor for row in receipt.credit for cell in row.cells} == {500_00}


def test_a_receipt_lists_sale_and_refund_with_their_rate(client, staff, shop):
    shop.refund(shop.a, 100_00, NOON + DAY)
    shop.measure()

    page = client.get(f"/ledger/{shop.a.pk}/").content.decode()

    assert "Refund" in page
    assert "−$100.00" in page


def test_a_receipt_says_what_nobody_knows(client, staff, shop):
    unknown = " ".join(client.get(f"/ledger/{shop.a.pk}/").context["receipt"].unknown)

    assert "would have bought anyway" in unknown
    assert "for one day only" in unknown


def test_a_receipt_before_measuring_says_so(client, staff, scene):
    order = scene.order()

    assert b"has not been measured yet" in client.get(f"/ledger/{order.pk}/").content


def test_an_unknown_order_is_not_found(client, staff, shop):
    assert client.get("/ledger/999999/").status_code == 404


@pytest.mark.parametrize("path", ["/ledger/", "/ledger/export.csv", "/ledger/1/", "/clicks/"])
def test_an_outsider_sees_nothing(client, shop, path):
    assert client.get(path).status_code == 302


@pytest.mark.parametrize("query", ["", "?grade=ceiling&country=BR"])
def test_a_full_page_takes_as_many_queries_as_a_short_one(client, staff, shop, query):
    with CaptureQueriesContext(connection) as few:
        client.get(f"/ledger/{query}")
    for number in range(60):
        shop.order(at=NOON + DAY + timedelta(minutes=number), codes=[shop.code_text])
    shop.measure()

    with CaptureQueriesContext(connection) as many:
        assert len(listed(client.get(f"/ledger/{query}"))) == 50

    assert len(many) == len(few) <= MOST_QUERIES


def test_a_receipt_takes_few_queries(client, staff, shop):
    with CaptureQueriesContext(connection) as queries:
        client.get(f"/ledger/{shop.a.pk}/")

    assert len(queries) <= MOST_QUERIES
