import csv
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from livingroom.measure import credit, evidence
from livingroom.measure.engine import connect
from livingroom.measure.problems import InputError, RowsRejected
from tests.measure.tables import mail, order, order_table, touch_table

NO_TOUCHES = pa.table({"customer_id": ["zoe"], "at": [1_243_857_600_000_000], "channel": ["mail"]})
GOOD = {
    "order_id": "o1",
    "customer_id": "ann",
    "at": "2009-06-01T12:00:00Z",
    "revenue": "12.50",
    "currency": "USD",
}


def write_csv(path, rows):
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def run(touches, orders, **options):
    with connect(threads=1) as connection:
        return credit.assign(connection, touches=touches, orders=orders, models=("last",), **options)


def problems_of(tmp_path, *rows, **options):
    return run(NO_TOUCHES, write_csv(tmp_path / "orders.csv", [GOOD, *rows]), **options).report


def sentences(problems):
    return [(problem.sentence, problem.n_rows) for problem in problems]


def test_missing_columns_are_named_with_what_was_found():
    touches = pa.table({"customer": ["ann"], "at": [1]})
    orders = pa.table({"order_id": ["o"], "customer_id": ["ann"], "at": [1], "total": [1]})

    with pytest.raises(InputError) as error:
        run(touches, orders)

    assert error.value.sentences == (
        "touches: the column customer_id is missing. Is it customer? Found: customer, at.",
        "touches: the column channel is missing. Found: customer, at.",
        "orders: the column currency is missing. Name one for all orders with --currency. "
        "Found: order_id, customer_id, at, total.",
        "orders: the column revenue is missing. A column of whole minor units may be called revenue_minor. "
        "Found: order_id, customer_id, at, total.",
    )


def test_one_currency_may_be_named_for_all_orders():
    orders = pa.table(
        {"order_id": ["o"], "customer_id": ["ann"], "at": [1_243_857_600_000_000], "revenue": ["500"]}
    )

    (row,) = run(NO_TOUCHES, orders, currency="JPY").rows.to_pylist()

    assert (row["amount_minor"], row["currency"]) == (500, "JPY")


def test_times_without_a_zone_are_refused_as_a_column():
    touches = pa.table({"customer_id": ["a"], "at": [datetime(2009, 6, 1)], "channel": ["mail"]})  # noqa: DTZ001

    with pytest.raises(InputError, match="touches: at holds TIMESTAMP without a time zone"):
        run(touches, order_table([order("o", "a", 1)]))


def test_a_time_without_a_zone_in_a_text_column_is_rejected_as_a_row(tmp_path):
    report = problems_of(tmp_path, GOOD | {"order_id": "o2", "at": "2009-06-01 12:00:00"})

    (problem,) = report.orders.rejected
    assert problem.sentence.startswith("at has no time zone")
    assert problem.examples == ("order_id o2, at 2009-06-01 12:00:00",)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"order_id": ""}, "order_id is empty"),
        ({"at": ""}, "at is empty"),
        ({"at": "yesterday"}, "at is no time (ISO 8601 with zone, or whole microseconds UTC)"),
        ({"at": "-5"}, "at lies before 1970"),
        ({"at": "1243857600000000000"}, "at lies after 2200; are these nanoseconds?"),
        ({"revenue": ""}, "revenue is empty"),
        ({"revenue": "12,50"}, "revenue is not a decimal number, such as 12.50"),
        ({"revenue": "100000000000000.00"}, "revenue is larger than can be divided exactly"),
        ({"currency": ""}, "currency is empty"),
        ({"currency": "EURO"}, "currency is no currency code of ISO 4217"),
    ],
)
def test_a_bad_row_is_left_out_counted_and_shown(tmp_path, change, sentence):
    report = problems_of(tmp_path, GOOD | {"order_id": "o2"} | change)

    assert sentences(report.orders.rejected) == [(sentence, 1)]
    assert report.orders.n_rows == 2
    (problem,) = report.orders.rejected
    assert change[next(iter(change))][:20] in problem.examples[0]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"customer_id": ""}, "customer_id is empty; only the order's own click and answer can speak for it"),
        ({"at": "1243857600"}, "at lies in 1970; are these seconds or milliseconds instead of microseconds?"),
        ({"revenue": "12.345"}, "revenue is finer than the currency goes; rounded half away from zero"),
        ({"revenue": "-12"}, "revenue is negative; its credit is negative too"),
    ],
)
def test_an_odd_row_is_used_and_noted(tmp_path, change, sentence):
    report = problems_of(tmp_path, GOOD | {"order_id": "o2"} | change, strict=True)

    assert sentences(report.orders.noted) == [(sentence, 1)]
    assert report.n_rejected == 0


def test_of_equal_ids_the_first_by_time_is_kept_whatever_the_order_of_rows(tmp_path):
    later = GOOD | {"at": "2009-06-02T12:00:00Z", "revenue": "99"}

    for number, rows in enumerate(([GOOD, later], [later, GOOD])):
        result = run(NO_TOUCHES, write_csv(tmp_path / f"{number}.csv", rows))

        assert [row["amount_minor"] for row in result.rows.to_pylist()] == [1250]
        assert sentences(result.report.rejected) == [("order_id is there already; the first is kept", 1)]


def test_equal_touches_without_ids_are_counted_each(tmp_path):
    touch = {"customer_id": "ann", "at": "2009-06-01T00:00:00Z", "channel": "mail"}
    touches = write_csv(tmp_path / "touches.csv", [touch, touch, touch | {"channel": "x"}])

    with connect(threads=1) as connection:
        rows = credit.assign(
            connection, touches=touches, orders=write_csv(tmp_path / "o.csv", [GOOD]), models=("linear",)
        ).rows.to_pylist()

    assert sorted((row["channel"], row["amount_minor"]) for row in rows) in (
        [("mail", 416), ("mail", 417), ("x", 417)],
        [("mail", 417), ("mail", 417), ("x", 416)],
    )
    assert len({row["touch_id"] for row in rows}) == 3


def test_made_ids_do_not_depend_on_the_order_of_rows(tmp_path):
    rows = [
        {"customer_id": "ann", "at": f"2009-05-{d:02}T00:00:00Z", "channel": "mail"} for d in (20, 20, 21, 22)
    ]
    orders = write_csv(tmp_path / "o.csv", [GOOD])

    forth = run(write_csv(tmp_path / "1.csv", rows), orders).rows.column("touch_id").to_pylist()
    back = run(write_csv(tmp_path / "2.csv", rows[::-1]), orders).rows.column("touch_id").to_pylist()

    assert sorted(forth) == sorted(back)


def test_an_unknown_class_is_rejected_and_an_unknown_kind_noted():
    touches = [
        mail("m1", "ann", 10**15) | {"class": "robot"},
        mail("m2", "ann", 10**15) | {"kind": "billboard"},
    ]

    report = run(touch_table(touches), order_table([order("o", "ann", 10**15)])).report

    assert sentences(report.touches.rejected) == [
        ("class is none of human, preview, bot, prefetch, head, suspect, test", 1)
    ]
    assert sentences(report.touches.noted) == [("kind is not one of the known kinds; counted as a touch", 1)]


def test_the_channel_unattributed_is_kept_for_orders_without_a_touch():
    touches = [mail("m1", "ann", 10**15) | {"channel": "unattributed"}]

    report = run(touch_table(touches), order_table([order("o", "ann", 10**15)])).report

    assert sentences(report.rejected) == [("channel is a name kept for orders without a touch", 1)]


def test_a_line_that_is_no_row_is_shown_with_its_number(tmp_path):
    path = write_csv(tmp_path / "orders.csv", [GOOD])
    path.write_text(path.read_text() + "o2,ann,2009\n" + "o3,ann,2009-06-01T12:00:00Z,1.00,USD\n")

    result = run(NO_TOUCHES, path)

    (problem,) = result.report.rejected
    assert (problem.sentence, problem.n_rows) == ("the line does not have the header's columns", 1)
    assert problem.examples == ("line 3: o2,ann,2009",)
    assert [row["order_id"] for row in result.rows.to_pylist()] == ["o1", "o3"]
    assert result.report.orders.n_rows == 3


def test_bad_rows_go_to_a_side_file_as_they_came(tmp_path):
    side = tmp_path / "side.csv"
    bad = [
        GOOD | {"order_id": "o2", "currency": "EURO", "note": 'said "hi"'},
        GOOD | {"revenue": "99", "note": ""},
    ]
    path = write_csv(tmp_path / "orders.csv", [GOOD | {"note": "fine"}, *bad])
    path.write_text(path.read_text() + "broken,line\n")

    report = run(NO_TOUCHES, path, rejected_path=side).report

    rows = list(csv.DictReader(side.open()))
    assert report.rejected_file == str(side)
    assert {(row["table"], row["problem"], row["order_id"]) for row in rows} == {
        ("orders", "currency is no currency code of ISO 4217", "o2"),
        ("orders", "order_id is there already; the first is kept", "o1"),
        ("orders", "the line does not have the header's columns", ""),
    }
    assert {row["text"] for row in rows} == {"", "broken,line"}
    assert {row["note"] for row in rows} >= {'said "hi"'}


def test_a_side_file_of_an_earlier_run_does_not_stay(tmp_path):
    side = tmp_path / "side.csv"
    side.write_text("old")

    report = problems_of(tmp_path, rejected_path=side)

    assert not side.exists()
    assert report.rejected_file is None


def test_strict_stops_at_bad_rows(tmp_path):
    with pytest.raises(RowsRejected, match="orders: 1 row: currency is no currency code"):
        problems_of(tmp_path, GOOD | {"order_id": "o2", "currency": "EURO"}, strict=True)


def test_minor_units_must_be_whole(tmp_path):
    rows = [{"order_id": "o1", "customer_id": "ann", "at": "5", "revenue_minor": "12.5", "currency": "USD"}]

    report = run(NO_TOUCHES, write_csv(tmp_path / "orders.csv", rows)).report

    assert sentences(report.rejected) == [("revenue_minor is not a whole number of minor units", 1)]


@pytest.mark.parametrize(
    ("revenue", "currency", "minor"),
    [
        ("12.50", "USD", 1250),
        ("500", "JPY", 500),
        ("1.234", "KWD", 1234),
        ("1.2345", "CLF", 12345),
        ("7", "brl", 700),
    ],
)
def test_a_currency_has_its_own_decimals(tmp_path, revenue, currency, minor):
    orders = write_csv(tmp_path / "orders.csv", [GOOD | {"revenue": revenue, "currency": currency}])

    (row,) = run(NO_TOUCHES, orders).rows.to_pylist()

    assert (row["amount_minor"], row["currency"]) == (minor, currency.upper())


def test_floats_are_read_as_the_amounts_they_stand_for():
    orders = pa.table(
        {"order_id": [1, 2], "customer_id": [1, 2], "at": [10**15] * 2, "revenue": [0.1 + 0.2, 1234.56]}
    ).append_column("currency", pa.array(["USD"] * 2))

    result = run(pa.table({"customer_id": [1.0], "at": [10**15], "channel": ["mail"]}), orders)

    assert sorted((row["order_id"], row["amount_minor"]) for row in result.rows.to_pylist()) == [
        (1, 30),
        (2, 123_456),
    ]
    assert result.report.noted == ()


@pytest.mark.parametrize(
    "at",
    [
        "2009-06-01T12:00:00Z",
        "2009-06-01 14:00:00+02:00",
        "2009-06-01T07:30:00.000000-0430",
        "1243857600000000",
    ],
)
def test_times_may_be_written_in_several_ways(tmp_path, at):
    orders = write_csv(tmp_path / "orders.csv", [GOOD | {"at": at}])
    touches = pa.table(
        {
            "customer_id": ["ann"] * 2,
            "at": [1_243_857_600_000_000, 1_243_857_600_000_001],
            "channel": ["mail", "x"],
        }
    )

    (row,) = run(touches, orders).rows.to_pylist()

    assert row["channel"] == "mail"


def test_a_parquet_time_with_a_zone_is_read_whatever_its_unit(tmp_path):
    at = datetime(2009, 6, 1, 12, tzinfo=UTC)
    for unit in ("s", "ms", "us", "ns"):
        touches = pa.table(
            {"customer_id": ["ann"], "at": pa.array([at], pa.timestamp(unit, "UTC")), "channel": ["mail"]}
        )
        pq.write_table(touches, tmp_path / "touches.parquet")

        (row,) = run(
            tmp_path / "touches.parquet", write_csv(tmp_path / "orders.csv", [GOOD])
        ).rows.to_pylist()

        assert row["channel"] == "mail"


def test_what_is_no_table_is_said(tmp_path):
    (tmp_path / "broken.parquet").write_text("no parquet")
    (tmp_path / "empty.csv").write_text("")

    for source, sentence in (
        (tmp_path / "none.csv", "touches: there is no file"),
        (tmp_path / "notes.docx", "is neither Parquet"),
        (tmp_path / "broken.parquet", "cannot be read as Parquet"),
        (tmp_path / "empty.csv", "is empty; a header line is needed"),
    ):
        with pytest.raises(InputError, match=sentence):
            run(source, order_table([order("o", "ann", 1)]))


def test_empty_tables_give_empty_results():
    with connect(threads=1) as connection:
        credited = credit.assign(connection, touches=touch_table([]), orders=order_table([]))
        graded = evidence.grade(connection, touches=touch_table([]), orders=order_table([]))

    assert (credited.rows.num_rows, graded.rows.num_rows) == (0, 0)
    assert credited.rows.column_names[0] == graded.rows.column_names[0] == "order_id"
