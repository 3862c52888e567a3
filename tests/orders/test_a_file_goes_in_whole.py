import csv
import json
import tracemalloc

import pytest
from click.testing import CliRunner

from livingroom.orders.actors import COMMAND_LINE
from livingroom.orders.commands import import_orders
from livingroom.orders.intake.csv_files import WrongFile
from livingroom.orders.models import ColumnMapping, Import, Intake, LedgerEntry, Order
from livingroom.orders.operations import import_file, replay_intake
from livingroom.orders.tasks import read_import, take_up_silent_imports
from tests.orders.cast import NOW, make_shop, order_of

pytestmark = pytest.mark.django_db

HEADER = [
    "Name",
    "Email",
    "Financial Status",
    "Paid at",
    "Fulfillment Status",
    "Currency",
    "Subtotal",
    "Shipping",
    "Taxes",
    "Total",
    "Discount Code",
    "Discount Amount",
    "Created at",
    "Lineitem quantity",
    "Lineitem name",
    "Lineitem price",
    "Billing Country",
    "Shipping Country",
    "Note Attributes",
    "Cancelled at",
    "Refunded Amount",
    "Outstanding Balance",
]
FIRST = {
    "Email": "ana@example.com", "Financial Status": "paid", "Paid at": "2009-11-20 10:31:00 -0500", "Currency": "USD",
    "Subtotal": "90.00", "Shipping": "5.00", "Taxes": "5.00", "Total": "100.00", "Discount Code": "LOUNGE7",
    "Discount Amount": "10.00", "Created at": "2009-11-20 10:30:00 -0500", "Lineitem quantity": "1", "Lineitem name": "Laptop",
    "Lineitem price": "100.00", "Billing Country": "BR", "Refunded Amount": "0.00",
}  # fmt: skip


def a_row(name="#1001", **changes):
    return {"Name": name, **FIRST, **{key.replace("_", " "): value for key, value in changes.items()}}


def a_line(name="#1001", quantity="2", product="Mouse"):
    return {"Name": name, "Lineitem quantity": quantity, "Lineitem name": product, "Lineitem price": "9.00"}


@pytest.fixture
def shop(db):
    return make_shop("csv", slug="outlet")[0]


@pytest.fixture
def write(tmp_path):
    def write_rows(rows, header=HEADER, name="orders_export.csv", **options):
        path = tmp_path / name
        with path.open("w", newline="", encoding="utf-8") as file:
            out = csv.DictWriter(file, header, **options)
            out.writeheader()
            out.writerows(rows)
        return path

    return write_rows


def read(shop, path, layout="shopify", **options):
    return import_file(actor=COMMAND_LINE, shop=shop, path=path, layout=layout, now=NOW, **options)


def test_shopifys_export_is_read_as_it_is(shop, write):
    notes = "gift: yes\nlr: 06ABCDEFGHIJ\nHow did you hear of us: Twitter"
    path = write(
        [a_row(Note_Attributes=notes), a_line(), a_line(product="Bag", quantity="1"), a_row("#1002")]
    )

    done = read(shop, path)

    order = order_of(shop, "#1001")
    assert (done.state, done.n_rows, done.n_new, done.n_dead) == ("done", 4, 2, 0)
    assert (order.gross_minor, order.discount_reporting_minor, order.quantity, order.product) == (
        10_000,
        1_000,
        4,
        "Laptop",
    )
    assert (order.codes, order.click_id, order.said_channel, order.country) == (
        ["LOUNGE7"],
        "06abcdefghij",
        "Twitter",
        "BR",
    )
    assert order.placed_at.isoformat() == "2009-11-20T15:31:00+00:00"


def test_reading_a_file_twice_adds_nothing(shop, write):
    path = write([a_row(f"#{n}", Refunded_Amount="10.00") for n in range(5)])

    read(shop, path)
    again = read(shop, path)

    assert (again.n_new, again.n_changed, again.n_same) == (0, 0, 5)
    assert LedgerEntry.objects.count() == 10


def test_a_later_export_adds_what_changed_since(shop, write):
    read(shop, write([a_row("#1", Refunded_Amount="10.00"), a_row("#2"), a_row("#3")]))

    later = [
        a_row("#1", Refunded_Amount="30.00"),
        a_row("#2", Cancelled_at="2009-11-22 09:00:00 -0500"),
        a_row("#3", Total="120.00"),
    ]
    done = read(shop, write(later, name="later.csv"))

    assert done.n_changed == 3
    assert [order_of(shop, f"#{n}").net_minor for n in (1, 2, 3)] == [7_000, 0, 12_000]


def test_refunded_and_cancelled_is_not_taken_twice(shop, write):
    read(shop, write([a_row(Refunded_Amount="100.00", Cancelled_at="2009-11-22 09:00:00 -0500")]))

    assert order_of(shop, "#1001").net_minor == 0


@pytest.mark.parametrize("status", ["pending", "authorized", "partially_paid"])
def test_what_nobody_paid_is_not_sold(shop, write, status):
    done = read(shop, write([a_row(Financial_Status=status)]))

    assert (done.n_skipped, Order.objects.count()) == (1, 0)


def test_one_broken_row_stops_no_other_and_is_named(shop, write):
    rows = [a_row(f"#{n}", Email=f"p{n}@example.com") for n in range(1, 6001)]
    rows[4711 - 2]["Total"] = "12,34,5"

    done = read(shop, write(rows))

    dead = Intake.objects.get()
    assert (done.n_new, done.n_dead) == (5_999, 1)
    assert (dead.row_number, dead.problem_field) == (4711, "Total")
    assert dead.problem == "Row 4,711: Total is '12,34,5', which is no amount such as 129.90."
    assert "@" not in dead.body


def test_a_broken_row_is_corrected_and_replayed(shop, write):
    read(shop, write([a_row(Total="a hundred"), a_line()]))
    dead = Intake.objects.get()
    held = json.loads(dead.body)
    held["rows"][0]["Total"] = "100.00"

    outcome = replay_intake(actor=COMMAND_LINE, delivery=dead, now=NOW, body=json.dumps(held))

    order = order_of(shop, "#1001")
    assert (outcome.state, dead.state) == ("new", "applied")
    assert (order.gross_minor, order.quantity) == (10_000, 3)


def test_a_broken_row_read_again_is_one_dead_letter(shop, write):
    path = write([a_row(Total="a hundred")])

    read(shop, path)
    read(shop, path)

    assert Intake.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "field", "text"),
    [
        ({"Total": ""}, "Total", "Total is missing"),
        ({"Total": "-1"}, "Total", "cannot be negative"),
        ({"Currency": "DOLLAR"}, "Currency", "'DOLLAR'"),
        ({"Paid_at": "20/11/2009"}, "Paid at", "'20/11/2009', which is no time"),
        ({"Refunded_Amount": "100.01"}, "refunded", "more than the $100.00 it was sold for"),
        ({"Financial_Status": ""}, "Financial Status", "is missing"),
        ({"Lineitem_quantity": "two"}, "Lineitem quantity", "no whole number"),
    ],
)
def test_each_mistake_names_its_column(shop, write, changes, field, text):
    read(shop, write([a_row("#1"), a_row("#2", **changes)]))

    dead = Intake.objects.get()
    assert (dead.row_number, dead.problem_field) == (3, field)
    assert text in dead.problem
    assert Order.objects.count() == 1


def test_a_row_with_a_cell_too_many_is_put_aside(shop, write):
    path = write([a_row("#1"), a_row("#2"), a_row("#3")])
    lines = path.read_text().splitlines()
    lines[2] += ",one more"
    path.write_text("\n".join(lines))

    done = read(shop, path)

    assert (done.n_new, Intake.objects.get().row_number) == (2, 3)


def test_what_the_database_refuses_is_put_aside_alone(shop, write, monkeypatch):
    from livingroom.orders import book

    def explode(self):
        if "#13" in self.pages:
            from django.db import DataError

            raise DataError("value out of range")
        return save(self)

    save = book.Book.save
    monkeypatch.setattr(book.Book, "save", explode)

    done = read(shop, write([a_row(f"#{n}") for n in range(40)]))

    assert (done.n_new, done.n_dead) == (39, 1)
    assert "The database does not take it: value out of range" in Intake.objects.get().problem


def test_missing_columns_are_named_with_what_was_found(shop, write):
    path = write([{"Order": "1", "Sum": "2"}], header=["Order", "Sum"])

    with pytest.raises(
        WrongFile, match=r"missing: Name, Created at, Financial Status, Total\. Found: Order, Sum"
    ):
        read(shop, path)


@pytest.mark.parametrize("content", [b"", b"\xff\xfeN\x00a\x00m\x00e\x00"])
def test_a_file_that_is_no_csv_is_refused(shop, tmp_path, content):
    path = tmp_path / "x.csv"
    path.write_bytes(content)

    with pytest.raises(WrongFile):
        read(shop, path)


def test_any_other_file_goes_in_by_a_saved_mapping(shop, write):
    ColumnMapping.objects.create(
        name="Kasse",
        columns={
            "order_id": "Beleg",
            "placed_at": "Zeit",
            "total": "Summe",
            "customer_id": "Kunde",
            "code": "Gutschein",
        },
        decimal_comma=True,
        date_format="%d.%m.%Y %H:%M",
        time_zone="Europe/Berlin",
    )
    row = {
        "Beleg": "B-1",
        "Zeit": "20.11.2009 11:30",
        "Summe": "1.234,50",
        "Kunde": "77",
        "Gutschein": "lounge7",
        "Notiz": "x",
    }
    path = write([row, {**row, "Beleg": "B-2", "Summe": "1.5.0,0,0"}], header=list(row), delimiter=";")

    done = read(shop, path, layout="Kasse")

    order = order_of(shop, "B-1")
    assert (done.n_new, done.n_dead) == (1, 1)
    assert (order.gross_minor, order.codes, order.currency) == (123_450, ["LOUNGE7"], "USD")
    assert order.placed_at.isoformat() == "2009-11-20T10:30:00+00:00"
    assert Intake.objects.get().problem_field == "Summe"


def test_thousands_do_not_stay_in_memory(shop, write):
    few, many = (write([a_row(f"#{n}") for n in range(size)], name=f"{size}.csv") for size in (2_000, 8_000))

    peaks = []
    for path in (few, many):
        tracemalloc.start()
        read(shop, path)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()

    assert peaks[1] < peaks[0] * 1.5


def test_progress_reaches_the_end_of_the_file(shop, write):
    path = write([a_row(f"#{n}") for n in range(2_500)])
    seen = []

    read(shop, path, progress=seen.append)

    assert seen == sorted(seen)
    assert (len(seen), seen[-1]) == (3, path.stat().st_size)


def test_a_file_whose_reader_died_is_taken_up_and_counted_once(shop, write):
    path = write([a_row(f"#{n}") for n in range(3)])
    running = Import.objects.create(
        shop=shop,
        file_name="x.csv",
        digest="",
        state="running",
        started_at=NOW,
        layout="shopify",
        path=str(path),
        n_rows=7,
    )

    take_up_silent_imports(NOW)
    read_import.func(running.pk)
    read_import.func(running.pk)

    running.refresh_from_db()
    assert (running.state, running.n_rows, running.n_new) == ("done", 3, 3)
    assert not path.exists(), "the upload holds mail addresses"


def test_the_command_reports_in_json_and_by_exit_status(shop, write):
    path = write([a_row("#1"), a_row("#2", Total="x")])

    done = CliRunner().invoke(import_orders, [str(path), "--shop", "outlet", "--shopify", "--json"])

    said = json.loads(done.stdout)
    assert done.exit_code == 1
    assert (said["new"], said["broken"]) == (1, 1)


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (["--shop", "nowhere"], "Shops: outlet"),
        (["--shop", "outlet", "--mapping", "Till"], "No mapping is saved as 'Till'"),
        (["--shop", "outlet", "--mapping", "Till", "--shopify"], "not both"),
    ],
)
def test_the_command_says_what_is_wrong(shop, write, options, text):
    done = CliRunner().invoke(import_orders, [str(write([])), *options])

    assert done.exit_code == 2
    assert text in done.output
