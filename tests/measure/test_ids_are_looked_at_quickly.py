"""The quick look at ids and rows says the same as the thorough one, and sends to it whatever is not surely sound."""

import pyarrow as pa
import pyarrow.parquet as pa_parquet
import pytest

from livingroom.measure import checking, credit, repeated
from livingroom.measure.engine import DuckWorkspace, connect
from livingroom.measure.repeated import may_repeat
from tests.measure.tables import DAY


def asked(ids, **ceiling):
    with connect(threads=1, **ceiling) as connection, DuckWorkspace(connection) as workspace:
        workspace.keep("things", pa.table({"id": ids}))
        return may_repeat(workspace, "things", "id", len(ids))


@pytest.mark.parametrize("ids", [[], ["a"], ["a", "A", "b"], [1, 2, 3], list(range(5_000))])
def test_different_ids_do_not_repeat(ids):
    assert not asked(ids)


@pytest.mark.parametrize("ids", [["a", "b", "a"], [7, 7], [*range(5_000), 4_321]])
def test_equal_ids_do(ids):
    assert asked(ids)


@pytest.mark.parametrize(("ids", "repeats"), [(range(5_000), False), ([*range(5_000), 4_321], True)])
def test_many_small_looks_say_what_one_says(ids, repeats, monkeypatch):
    monkeypatch.setattr(repeated, "SHARE_OF_MEMORY", 1e-6)

    assert asked(list(ids), memory="1GB") is repeats


# Sound rows with a note each, by which nothing may be lost: an odd kind, a bot, a time in 1970, a negative order.
TOUCHES = {
    "touch_id": ["t1", "t2", "t3", "t4"], "customer_id": ["ann", "bob", "ann", "cem"],
    "at": [40 * DAY * 300, DAY, 40 * DAY * 300 + 5, 40 * DAY * 300], "channel": ["x", " mail ", "x", "Search"],
    "kind": ["click", "banner", None, " VISIT "], "Class": ["human", "bot", None, "human"],
}  # fmt: skip
ORDERS = {
    "order_id": ["o1", "o2"], "customer_id": ["ann", None], "at": [40 * DAY * 300 + 9, 40 * DAY * 300],
    "revenue": ["12.50", "-3.999"], "currency": ["usd", "JPY"],
}  # fmt: skip


def reported(tmp_path, touches, orders):
    for name, columns in (("touches", touches), ("orders", orders)):
        pa_parquet.write_table(pa.table(columns), tmp_path / f"{name}.parquet")
    with connect(threads=1) as connection:
        paths = {name: tmp_path / f"{name}.parquet" for name in ("touches", "orders")}
        return credit.totals(connection, **paths).report


def spoilt(table, column, value):
    return table | {column: [value, *table[column][1:]]}


@pytest.mark.parametrize(
    ("touches", "orders", "n_rejected"),
    [
        (TOUCHES, ORDERS, 0),
        (spoilt(TOUCHES, "touch_id", ""), ORDERS, 1),
        (spoilt(TOUCHES, "touch_id", "t3"), ORDERS, 1),
        (spoilt(TOUCHES, "customer_id", None), ORDERS, 1),
        (spoilt(TOUCHES, "at", -1), ORDERS, 1),
        (spoilt(TOUCHES, "channel", " "), ORDERS, 1),
        (spoilt(TOUCHES, "channel", "unattributed"), ORDERS, 1),
        (spoilt(TOUCHES, "Class", "robot"), ORDERS, 1),
        (TOUCHES, spoilt(ORDERS, "currency", "XYZ"), 1),
        (TOUCHES, spoilt(ORDERS, "revenue", "much"), 1),
        (TOUCHES, spoilt(ORDERS, "order_id", "o2"), 1),
    ],
)
def test_the_quick_look_reports_what_the_thorough_one_does(
    tmp_path, monkeypatch, touches, orders, n_rejected
):
    quick = reported(tmp_path, touches, orders)

    monkeypatch.setattr(checking, "look_quickly", lambda *_: None)
    monkeypatch.setattr(checking, "may_repeat", lambda *_: True)
    thorough = reported(tmp_path, touches, orders)

    assert quick == thorough
    assert quick.n_rejected == n_rejected
    assert len(quick.noted) >= 3
