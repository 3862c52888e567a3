import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from livingroom.orders import shops
from livingroom.orders.models import ApiKey, ColumnMapping, Cost, Import, Intake, Order, Shop
from livingroom.orders.tasks import read_import
from livingroom.shared.models import Event
from tests.orders.cast import FRIDAY, deliver, make_shop, order_event, order_of, refund_event, sell, signed_in

pytestmark = pytest.mark.django_db
PAGES = ["orders", "dead_letters", "import_orders", "shops", "costs", "new_mapping"]
CSV = (
    b"Name,Created at,Financial Status,Total,Currency\n"
    b"#1,2009-11-20 10:00:00 +0000,paid,10.00,USD\n"
    b"#2,2009-11-20 10:00:00 +0000,paid,ten,USD\n"
)


@pytest.fixture
def client():
    return signed_in("manager")


def test_every_page_needs_a_login():
    for name in PAGES:
        assert Client().get(reverse(name)).status_code == 302


def test_every_page_opens_when_nothing_is_there_yet(client):
    for name in PAGES:
        assert client.get(reverse(name)).status_code == 200, name


def test_an_empty_till_says_what_to_do_next(client):
    assert b"Make a shop" in client.get("/orders/").content


def test_the_orders_page_shows_health_and_orders_in_few_queries(client, django_assert_max_num_queries):
    shop, secret = make_shop()
    for number in range(60):
        sell(shop, f"#{number}", codes=("LOUNGE7",), country="BR")
    deliver(shop, secret, "no json")
    deliver(shop, "whsec_c29tZWJvZHkgZWxzZQ==", order_event())

    with django_assert_max_num_queries(14):
        page = client.get("/orders/").content.decode()

    assert "Needs a person" in page
    assert "$100.00" in page
    assert page.count("LOUNGE7") == 50


def test_older_orders_are_one_link_away_and_none_is_missed(client):
    shop, _ = make_shop()
    for number in range(120):
        sell(shop, f"#{number}", placed_at=FRIDAY)

    seen, url = [], "/orders/"
    while url:
        response = client.get(url)
        seen += [order.external_id for order in response.context["orders"]]
        older = response.context["older_url"]
        url = f"/orders/{older}" if older else ""

    assert len(seen) == len(set(seen)) == 120


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("country=BR", {"#1"}),
        ("state=refunded", {"#2"}),
        ("state=code", {"#1"}),
        ("text=2", {"#2"}),
        ("shop=nowhere", set()),
    ],
)
def test_orders_are_found(client, query, found):
    shop, _ = make_shop()
    sell(shop, "#1", country="BR", codes=("X",))
    sell(shop, "#2", refunded_minor=100)

    orders = client.get(f"/orders/?{query}").context["orders"]

    assert {order.external_id for order in orders} == found


def test_a_nonsense_key_of_an_older_page_does_no_harm(client):
    assert client.get("/orders/?before=9e99_x").status_code == 200
    assert client.get("/orders/dead/?before=x&file_import=y&state=z").status_code == 200
    assert client.get("/orders/costs/?before=x_1").status_code == 200


def test_an_order_shows_each_movement_of_its_money(client):
    shop, _ = make_shop()
    sell(shop, currency="EUR", refunded_minor=2_500)

    page = client.get(reverse("order", args=[order_of(shop).pk])).content.decode()

    assert "€100.00" in page
    assert "−€25.00" in page
    assert "1.4815" in page


def test_a_dead_letter_is_corrected_and_replayed(client):
    shop, secret = make_shop()
    deliver(shop, secret, order_event(total="much"))
    dead = Intake.objects.get()
    url = reverse("dead_letter", args=[dead.pk])

    page = client.get(url).content.decode()
    still = client.post(f"{url}replay/", {"body": order_event(total="more")})
    done = client.post(f"{url}replay/", {"body": order_event(total="100.00")})

    assert "no amount such as 129.90" in page
    assert (still.status_code, done.status_code) == (422, 302)
    assert order_of(shop).gross_minor == 10_000
    assert list(Event.objects.order_by("id").values_list("verb", flat=True))[-2:] == ["corrected", "replayed"]


def test_a_broken_row_is_corrected_cell_by_cell(client, tmp_path):
    make_shop("csv")
    upload(client)
    dead = Intake.objects.get()
    url = reverse("dead_letter", args=[dead.pk])

    page = client.get(url).content.decode()
    client.post(f"{url}replay/", {"cell-0-Total": "10.00"})

    assert 'name="cell-0-Total" value="ten" aria-invalid="true"' in page
    assert Order.objects.filter(external_id="#2").exists()


def upload(client, name="orders.csv", content=CSV, layout="shopify"):
    file = SimpleUploadedFile(name, content, "text/csv")
    shop = Shop.objects.get()
    answer = client.post("/orders/imports/", {"shop": shop.pk, "layout": layout, "file": file})
    for running in Import.objects.filter(state="running"):
        read_import.func(running.pk)
    return answer


def test_a_file_is_uploaded_read_and_reported(client):
    make_shop("csv")

    answer = upload(client)

    report = client.get(answer.url).content.decode()
    assert Import.objects.get().n_new == 1
    assert "Row 3: Total is" in report
    assert "every 1s" not in report, "a file that was read asks for nothing more"


def test_a_file_under_way_asks_for_itself_again(client):
    shop, _ = make_shop("csv")
    running = Import.objects.create(
        shop=shop,
        file_name="x.csv",
        digest="",
        state="running",
        started_at=timezone.now(),
        bytes_read=5,
        bytes_total=10,
    )

    report = client.get(reverse("order_import", args=[running.pk])).content.decode()

    assert 'hx-trigger="every 1s"' in report
    assert 'value="5" max="10"' in report


def test_a_wrong_file_is_said_at_its_field(client):
    make_shop("csv")

    answer = upload(client, content=b"a,b\n1,2\n")

    assert b"These columns are missing: Name" in answer.content
    assert not Import.objects.exists()


def test_dead_letters_are_replayed_together(client):
    shop, secret = make_shop()
    for number in range(3):
        deliver(shop, secret, order_event(str(number), currency="XYZ"), delivery=f"m{number}")
    for dead in Intake.objects.all():
        Intake.objects.filter(pk=dead.pk).update(body=dead.body.replace("XYZ", "USD"))

    client.post("/orders/dead/replay/")

    assert Order.objects.count() == 3


def test_a_dead_letter_is_dismissed_and_stays_on_record(client):
    shop, secret = make_shop()
    deliver(shop, secret, "no json")
    dead = Intake.objects.get()

    client.post(reverse("dismiss", args=[dead.pk]), {"why": "a test"})
    again = client.post(reverse("replay", args=[dead.pk]), {"body": "x"}, follow=True)

    dead.refresh_from_db()
    assert (dead.state, dead.body) == ("dismissed", "no json")
    assert b"already" in again.content


def test_waiting_refunds_are_listed(client):
    shop, secret = make_shop()
    deliver(shop, secret, refund_event())

    assert b"Order 1001 is not here yet" in client.get("/orders/dead/?state=waiting").content


@pytest.mark.parametrize("role", ["analyst", "community_manager"])
def test_who_may_not_record_sees_but_does_not_change(role):
    shop, secret = make_shop()
    deliver(shop, secret, order_event(total="much"))
    dead = Intake.objects.get()
    client = signed_in(role)

    seen = client.get(reverse("dead_letter", args=[dead.pk]))
    answers = [
        client.post(reverse("replay", args=[dead.pk]), {"body": order_event()}),
        client.post(reverse("dismiss", args=[dead.pk])),
        client.post("/orders/dead/replay/"),
        client.post("/orders/imports/"),
        client.post("/orders/costs/", {}),
        client.post("/orders/shops/new/", {}),
    ]

    assert seen.status_code == 200
    assert b">Replay<" not in seen.content
    assert [answer.status_code for answer in answers] == [403] * 6
    assert not Order.objects.exists()


def test_a_shop_is_made_and_its_secret_shown_once():
    admin = signed_in("admin")

    made = admin.post("/orders/shops/new/", {"name": "Corner Shop", "kind": "generic", "currency": "usd"})

    shop = Shop.objects.get()
    [secret] = shops.secrets_of(shop, timezone.now())
    assert secret in made.content.decode()
    assert "/hooks/orders/corner-shop/" in made.content.decode()
    assert secret not in admin.get(reverse("shop", args=[shop.slug])).content.decode()


def test_a_secret_is_rotated_and_stripes_is_given():
    admin = signed_in("admin")
    make_shop()
    stripe, _ = make_shop("stripe", slug="pay")

    made = admin.post("/orders/shops/outlet/secret/").content.decode()
    empty = admin.post("/orders/shops/pay/secret/", {"secret": ""})
    given = admin.post("/orders/shops/pay/secret/", {"secret": "whsec_fresh"}).content.decode()

    stripe.refresh_from_db()
    assert "whsec_" in made
    assert empty.status_code == 422
    assert shops.secrets_of(stripe, timezone.now())[0] == "whsec_fresh"
    assert "whsec_fresh" not in given


def test_a_key_is_made_shown_once_and_revoked():
    admin = signed_in("admin")

    made = admin.post("/orders/shops/keys/", {"name": "Till in Austin"}).content.decode()
    key = ApiKey.objects.get()
    admin.post(reverse("revoke_key", args=[key.pk]))

    key.refresh_from_db()
    assert f"lrk_{key.prefix}_" in made
    assert key.revoked_at is not None


def test_a_kind_of_file_is_described_and_used(client):
    make_shop("csv")
    described = {
        "name": "Till",
        "time_zone": "Europe/Berlin",
        "column_order_id": "No",
        "column_placed_at": "At",
        "column_total": "Sum",
    }

    client.post("/orders/mappings/new/", described)
    upload(client, content=b"No;At;Sum\n7;2009-11-20 10:00;12.00\n", layout="Till")

    assert ColumnMapping.objects.get().columns == {"order_id": "No", "placed_at": "At", "total": "Sum"}
    assert Order.objects.get().external_id == "7"
    assert client.get(reverse("mapping", args=[ColumnMapping.objects.get().pk])).status_code == 200


def test_a_cost_is_added_and_listed(client):
    told = {"kind": "staff", "on": "2009-11-20", "minutes": "60", "currency": "USD", "text": "Answering"}

    client.post("/orders/costs/", told)

    page = client.get("/orders/costs/").content.decode()
    assert Cost.objects.get().amount_minor == 3_500
    assert "Answering" in page


def test_costs_can_be_kept_to_months_and_to_no_branch(client):
    for on, text in (("2009-10-31", "October"), ("2009-11-30", "November")):
        client.post(
            "/orders/costs/", {"kind": "staff", "on": on, "minutes": "60", "currency": "USD", "text": text}
        )

    page = client.get("/orders/costs/?from=2009-11&to=2009-11&branch=none").content.decode()

    assert "November" in page
    assert "October" not in page
    assert "$35" in page


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"amount": "1.234"}, "finer than USD goes"),
        ({}, "Say what it cost"),
        ({"amount": "1", "currency": "XYZ"}, "no ISO 4217 currency code"),
        ({"amount": "1", "currency": "EUR", "on": "2100-01-01"}, "no exchange rate"),
    ],
)
def test_a_wrong_cost_is_said_at_its_field(client, changes, text):
    answer = client.post(
        "/orders/costs/", {"kind": "tools", "on": "2009-11-20", "currency": "USD", **changes}
    )

    assert answer.status_code == 422
    assert text in answer.content.decode()


def test_the_shops_page_tells_of_refused_deliveries(client):
    shop, _ = make_shop()
    deliver(shop, "whsec_c29tZWJvZHkgZWxzZQ==", order_event())

    assert b"the signature does not match" in client.get(reverse("shop", args=[shop.slug])).content


def test_a_kept_body_is_written_for_people(client):
    shop, secret = make_shop()
    deliver(shop, secret, json.dumps(json.loads(order_event(total="much"))))

    page = client.get(reverse("dead_letter", args=[Intake.objects.get().pk])).content.decode()

    assert "&quot;total&quot;: &quot;much&quot;" in page
    assert shops.secrets_of(shop, timezone.now())[0] not in page
