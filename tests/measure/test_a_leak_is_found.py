"""The leak meter: found soon, seldom in vain, and corrected by what leaked and no more."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest

from livingroom.measure import evidence, leaks
from livingroom.measure.engine import connect
from livingroom.measure.leaking.baseline import Baseline
from livingroom.measure.leaking.change import find_change
from livingroom.measure.leaking.days import split
from tests.measure.leak_stage import SPREAD, UNTOUCHED_SHARE, a_leaked_code, day_row, draw_codes
from tests.measure.tables import ORDER_TYPES, TOUCH_TYPES, click, code, day, order

FIRST = date(2009, 6, 5)  # day 14,400
KNOWN = Baseline(UNTOUCHED_SHARE * SPREAD, (1 - UNTOUCHED_SHARE) * SPREAD, 0.01, False, 100)


def tables(touches, orders):
    touch_types = TOUCH_TYPES | {"country": pa.string()}
    order_types = ORDER_TYPES | {"country": pa.string(), "referrer_host": pa.string()}
    return {
        "touches": pa.Table.from_pylist(touches, schema=pa.schema(list(touch_types.items()))),
        "orders": pa.Table.from_pylist(orders, schema=pa.schema(list(order_types.items()))),
    }


def found_in(touches, orders, **options):
    with connect(threads=1) as connection:
        verdicts = leaks.find_leaks(connection, **tables(touches, orders), **options)
    return {verdict.code: verdict for verdict in verdicts}


def test_without_a_leak_it_rings_less_than_once_in_a_code_year():
    drawn = draw_codes(11, 300, n_days=120, leak_share=0)

    rings = sum(found.found is not None for uses in split(drawn.rows) if (found := find_change(uses, KNOWN)))

    code_years = 300 * 120 / 365
    assert rings <= code_years / 2


def test_it_rings_as_seldom_when_it_must_learn_what_is_usual():
    drawn = draw_codes(12, 200, n_days=120, leak_share=0)

    rings = sum(verdict.is_leaking for verdict in leaks.judge(drawn.rows))

    assert rings <= 200 * 120 / 365 / 2


@pytest.mark.parametrize("share", [0.05, 0.25, 0.5])
def test_leaks_are_found_within_three_days(share):
    drawn = draw_codes(13, 120, leak_share=share)

    verdicts = {verdict.code: verdict for verdict in leaks.judge(drawn.rows)}

    leaking = [name for name, start in drawn.starts.items() if start >= 0]
    delays = [
        (verdicts[name].found_on - FIRST).days - drawn.starts[name] if verdicts[name].found_on else 99
        for name in leaking
    ]
    assert np.mean([delay <= 3 for delay in delays]) >= 0.95
    off = [
        (verdicts[name].leaks_from_on - FIRST).days - drawn.starts[name]
        for name in leaking
        if verdicts[name].is_leaking
    ]
    assert np.median(np.abs(off)) == 0


@pytest.mark.parametrize("seed", range(4))
def test_what_remains_is_true_within_five_per_cent(seed):
    drawn = draw_codes(100 + seed, 80)

    verdicts = leaks.judge(drawn.rows)

    remaining = sum(verdict.remaining_minor for verdict in verdicts)
    claimed = sum(verdict.revenue_minor for verdict in verdicts)
    truth = claimed - 5_000 * sum(drawn.leaked.values())
    assert claimed > 1.1 * truth
    assert remaining == pytest.approx(truth, rel=0.05)


def test_the_interval_of_what_remains_holds_the_truth():
    inside = []
    for seed in range(8):
        drawn = draw_codes(200 + seed, 60)
        for verdict in leaks.judge(drawn.rows):
            if verdict.is_leaking and drawn.leaked[verdict.code]:
                truth = verdict.revenue_minor - 5_000 * drawn.leaked[verdict.code]
                inside.append(verdict.remaining.low <= truth <= verdict.remaining.high)

    assert len(inside) > 100
    assert 0.88 <= np.mean(inside) <= 0.99


def test_a_share_that_only_drifts_is_no_leak():
    rows = [day_row("BIG", number, 750 - number, 250 + number) for number in range(40)]
    rows += [day_row(f"OTHER{other}", number, 75, 25) for number in range(40) for other in range(5)]

    assert not any(verdict.is_leaking for verdict in leaks.judge(pa.Table.from_pylist(rows)))


def test_a_codes_verdict_does_not_depend_on_the_order_of_rows():
    drawn = draw_codes(14, 30)
    shuffled = drawn.rows.take(np.random.default_rng(3).permutation(drawn.rows.num_rows))

    with_shards = evidence.add_up([shuffled.slice(0, 100), shuffled.slice(100)])

    assert leaks.judge(evidence.add_up([drawn.rows])) == leaks.judge(with_shards)


def test_a_leaked_code_has_its_day_its_reasons_and_what_remains():
    verdicts = found_in(*a_leaked_code())

    assert {name: verdict.is_leaking for name, verdict in verdicts.items()} == {
        "SUMMER": True, "AUTUMN": False, "WINTER": False,
    }  # fmt: skip
    summer = verdicts["SUMMER"]
    assert summer.leaks_from_on == date(2009, 6, 1) + timedelta(days=6)
    assert (summer.found_on - summer.leaks_from_on).days <= 3
    assert (summer.n_uses, summer.n_touched) == (12 * 6 + 6 * 8, 12 * 4)
    assert {reason.name: reason.n_uses for reason in summer.reasons} == {
        "no touch": 6 * 10, "burst": 6 * 10, "coupon site": 6 * 4, "geography": 6,
    }  # fmt: skip
    assert summer.remaining.low <= 72 * 5_000 <= summer.remaining.high
    assert summer.remaining_minor == pytest.approx(72 * 5_000, rel=0.05)
    assert summer.proposal == "rotate"


def test_a_leaking_code_that_nobody_uses_on_his_own_should_stop():
    touches, orders = a_leaked_code()
    late = [
        row
        for row in orders
        if row["at"] >= day(6) and "SUMMER" in row["order_id"] and "seen" in row["order_id"]
    ]
    gone = {row["customer_id"] for row in late}

    verdicts = found_in(
        [row for row in touches if row["customer_id"] not in gone],
        [row for row in orders if row["customer_id"] not in gone],
    )

    assert verdicts["SUMMER"].proposal == "stop"


def test_a_code_that_does_not_leak_keeps_all_it_earned():
    winter = found_in(*a_leaked_code())["WINTER"]

    assert (winter.proposal, winter.leaks_from_on, winter.reasons) == ("keep", None, ())
    assert winter.revenue_minor == winter.remaining.high == 12 * 6 * 5_000
    assert winter.remaining_minor == pytest.approx(winter.revenue_minor, rel=1e-3)
    assert winter.n_expected_untouched == pytest.approx(12 * 2, rel=1e-3)


def test_what_comes_later_is_not_looked_at():
    before = found_in(*a_leaked_code(), now=datetime(2009, 6, 6, 23, tzinfo=UTC))

    assert not any(verdict.is_leaking for verdict in before.values())
    assert before["SUMMER"].n_uses == 6 * 6


def test_a_brand_may_name_its_own_coupon_sites():
    touches, orders = a_leaked_code()
    elsewhere = [row | {"referrer_host": row["referrer_host"] and "sparfuchs.example"} for row in orders]

    def n_from_site(**options):
        reasons = found_in(touches, elsewhere, **options)["SUMMER"].reasons
        return sum(reason.n_uses for reason in reasons if reason.name == "coupon site")

    assert (n_from_site(), n_from_site(coupon_sites=("sparfuchs",))) == (0, 24)


def test_a_code_used_after_the_window_says_so():
    touches, orders = a_leaked_code(n_days=8, leaks_from=8)
    late = [order(f"late{number}", f"late{number}", day(60 + number // 6), 5_000) for number in range(24)]
    touches += [code(f"rl{number}", row["customer_id"], row["at"]) for number, row in enumerate(late)]

    summer = found_in(touches, orders + late)["SUMMER"]

    assert ("after the window", 24) in [(reason.name, reason.n_uses) for reason in summer.reasons]


def test_a_single_use_code_is_not_looked_at():
    single = {"code": "ONCE", "code_kind": "single"}
    touches = [click("c", "ann", day(18), **single), code("r", "ann", day(20), **single)]

    assert found_in(touches, [order("o", "ann", day(20))]) == {}


def test_the_ceiling_loses_only_what_stands_on_the_code_alone():
    touches, orders = a_leaked_code()
    strangers = [
        row for row in orders if row["order_id"].startswith("o-SUMMER") and row["order_id"].endswith("new")
    ]
    # Half of the strangers had clicked a post of another branch: that click is evidence of its own.
    touches += [
        click(f"other-{row['order_id']}", row["customer_id"], row["at"] - 1, branch=2, placement=21)
        for row in strangers[::2]
    ]

    summer = found_in(touches, orders)["SUMMER"]

    assert summer.leaked_from_ceiling_minor == pytest.approx(summer.leaked_minor / 2, rel=0.05)
