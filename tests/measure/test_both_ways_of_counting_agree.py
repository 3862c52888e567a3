"""Sums are counted in memory, rows by the named results: the same input must give the same figures on both ways."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livingroom.measure import bins, credit, engine
from livingroom.measure.channels import in_memory
from livingroom.measure.channels.bootstrap import Bootstrap
from tests.measure.tables import DAY, NOON, click, day, mail, order, order_table, touch_table

WINDOW = 30 * DAY
# The hash of 0 is 0.
PLACES = [None, 0, 11, 12]
CHANNELS = ["x", "mail", "search", "bluesky", "blog", "ad"]


def crowd(seed, n_touches=220, n_orders=45, n_people=25):
    """Everything that makes journeys hard to tell: see the comments."""
    dice = np.random.default_rng(seed)
    pick = lambda values: values[dice.integers(len(values))]  # noqa: E731
    # Coarse times make ties; people differ in how many touches they have.
    grain = int(pick([1, 3_600_000_000, DAY // 2, DAY]))
    when = lambda: NOON + int(dice.integers(0, 80 * DAY // grain)) * grain  # noqa: E731
    who = lambda: f"p{int(dice.integers(n_people) ** 2 // n_people)}"  # noqa: E731
    orders = [
        order(
            f"o{number:03}",
            None if dice.random() < 0.05 else who(),
            when(),
            # Refunded to nothing, refunded beyond, too little for a cent each, and ordinary.
            int(pick([0, -777, 1, 2, int(dice.integers(100, 90_000))])),
            currency=pick(["USD", "USD", "JPY", "KWD"]),
            click_id=f"t{int(dice.integers(n_touches)):03}" if dice.random() < 0.1 else None,
            code=pick([None, "A", "B", "ONE"]),
        )
        for number in range(n_orders)
    ]
    touches = []
    for number in range(n_touches):
        buyer = orders[int(dice.integers(n_orders))]
        # Some lie at an order's instant, exactly a window before one, or a microsecond beyond it.
        at = max(0, int(pick([when(), when(), buyer["at"], buyer["at"] - WINDOW, buyer["at"] - WINDOW - 1])))
        kind = pick(["click", "click", "code", "mail", "answer", "odd kind"])
        touches.append(
            {
                "touch_id": f"t{number:03}",
                "customer_id": pick([who(), buyer["customer_id"] or who()]),
                "at": at,
            }
            | {"channel": pick(CHANNELS), "placement_id": pick(PLACES), "kind": kind}
            | {"class": pick(["human"] * 5 + ["bot", None]), "code": pick([None, "A", "ONE"])}
            | {"code_kind": pick([None, "single"])}
        )
    return touches, orders


def counted(touches, orders, *, by_queries=False, **options):
    with pytest.MonkeyPatch.context() as patch:
        if by_queries:
            patch.setattr(in_memory, "can_count", lambda *_: False)
        with engine.connect(threads=2) as connection:
            tables = {"touches": touch_table(touches), "orders": order_table(orders)}
            defaults = {"models": credit.ALL_MODELS, "bootstrap": Bootstrap(100)}
            return credit.totals(connection, **tables, **(defaults | options))


def assert_same(one, other):
    def exact(found):
        return [
            (r.model, r.channel, r.currency, r.amount_minor, r.low_minor, r.high_minor)
            for r in found.summary.rows
        ]

    assert exact(one) == exact(other)
    assert [row.shares for row in one.summary.rows] == pytest.approx(
        [row.shares for row in other.summary.rows]
    )
    assert one.channels == other.channels
    assert (one.notes, one.n_orders, one.n_null_journeys) == (
        other.notes,
        other.n_orders,
        other.n_null_journeys,
    )
    assert one.report == other.report


OPTIONS = st.fixed_dictionaries(
    {
        "self_transitions": st.booleans(),
        "merge_rare": st.sampled_from([None, 3]),
        "window_days": st.sampled_from([30, 0.5]),
        "models": st.sampled_from(
            [
                credit.ALL_MODELS,
                credit.MODELS,
                ("shapley", "linear"),
                ("markov",),
                ("shapley_rate",),
                ("markov_3", "last"),
            ]
        ),
    }
)


@settings(max_examples=7, deadline=None)
@given(st.integers(0, 10_000), OPTIONS, st.booleans())
def test_the_same_input_gives_the_same_figures(seed, options, in_small_bins):
    touches, orders = crowd(seed)

    with pytest.MonkeyPatch.context() as patch:
        if in_small_bins:
            patch.setattr(bins, "_ROWS_PER_BIN", 30)
        quick = counted(touches, orders, **options)

    assert_same(quick, counted(touches, orders, by_queries=True, **options))


def test_people_who_share_a_hash_stay_apart(monkeypatch):
    touches, orders = crowd(3)
    orders += [order("of nobody", None, day(4))]
    monkeypatch.setattr(in_memory, "hash_of", lambda column: f"hash({column}) % 4")

    quick = counted(touches, orders)

    assert_same(quick, counted(touches, orders, by_queries=True))


def test_a_low_ceiling_sends_columns_to_files_and_changes_nothing(monkeypatch):
    touches, orders = crowd(5)
    in_room = counted(touches, orders)
    written = []
    write = bins.Bins._write
    monkeypatch.setattr(bins.Bins, "_write", lambda self: (written.append(self), write(self)))
    monkeypatch.setattr(in_memory, "SHARE_OF_MEMORY", 1e-9)
    monkeypatch.setattr(bins, "_ROWS_PER_BIN", 30)

    in_files = counted(touches, orders)

    assert len(written) >= 3
    assert_same(in_files, in_room)


def test_centuries_fit_beside_many_people(monkeypatch):
    touches, orders = crowd(7)
    touches += [mail(f"old{number}", f"p{number}", 0) for number in range(20)]
    orders += [order("future", "p1", 7_258_118_400_000_000)]
    monkeypatch.setattr("livingroom.measure.channels.finding._MOST_BITS", 55)

    quick = counted(touches, orders)

    assert_same(quick, counted(touches, orders, by_queries=True))


def test_nobody_and_nothing_are_counted():
    only_touches = counted([click("t", "ann", day(1))], [])
    only_orders = counted([], [order("o", None, day(1))])
    nothing = counted([], [])

    assert only_touches.n_null_journeys == 1
    assert {row.channel for row in only_orders.summary.rows} == {"unattributed"}
    assert (nothing.summary.rows, nothing.n_orders) == ((), 0)


def test_sums_are_those_of_the_rows():
    touches, orders = crowd(11)

    with engine.connect(threads=2) as connection:
        rows = credit.assign(
            connection, touches=touch_table(touches), orders=order_table(orders), models=credit.ALL_MODELS
        )

    sums = {}
    for row in rows.rows.to_pylist():
        key = (row["model"], row["channel"], row["currency"])
        sums[key] = sums.get(key, 0) + row["amount_minor"]
    assert {(r.model, r.channel, r.currency): r.amount_minor for r in rows.summary.rows} == sums
