from collections import defaultdict
from itertools import groupby

import numpy as np
import pyarrow as pa
import pytest

from livingroom.measure import credit, engine
from livingroom.measure.channels import in_memory
from livingroom.measure.channels.bootstrap import Bootstrap
from livingroom.measure.paths import markov, read_paths
from tests.measure.tables import day, order, order_table, touch_table
from tests.measure.test_models_learn_from_all_journeys import LEARNED, NO_DRAWS, met, totalled


@pytest.fixture
def crowd():
    dice = np.random.default_rng(3)
    some_touches = [
        met(
            f"t{number:04}",
            f"p{dice.integers(400)}",
            day(float(dice.uniform(0, 60))),
            f"c{int(dice.integers(5) ** 2 // 5)}",
        )
        for number in range(2_000)
    ]
    some_orders = [
        order(
            f"o{number:03}",
            f"p{dice.integers(400)}",
            day(float(dice.uniform(0, 70))),
            int(dice.integers(100, 9_000)),
        )
        for number in range(200)
    ]
    return some_touches, some_orders


@pytest.mark.parametrize("self_transitions", [True, False])
def test_chains_are_those_of_the_same_journeys_written_as_paths(crowd, tmp_path, self_transitions):
    some_touches, some_orders = crowd
    lines = defaultdict(lambda: [0, 0, 0])
    for way, revenue in journeys_of(some_touches, some_orders):
        counts = lines[">".join(way)]
        counts[0] += revenue is not None
        counts[1] += revenue or 0
        counts[2] += revenue is None
    (tmp_path / "paths.csv").write_text(
        "path,total_conversions,total_conversion_value,total_null\n"
        + "\n".join(f"{path},{','.join(map(str, counts))}" for path, counts in lines.items())
    )

    found = totalled(some_touches, some_orders, self_transitions=self_transitions)

    for number, model in enumerate(("markov", "markov_2", "markov_3"), start=1):
        expected = {
            row.channel: row for row in markov(read_paths(tmp_path / "paths.csv"), number, self_transitions)
        }
        for value in (value for value in found.channels if value.model == model):
            row = expected[value.channel]
            assert value.value == pytest.approx(row.removal_effect_conversions, abs=1e-9)
            assert value.conversions == pytest.approx(row.total_conversions)
            assert value.amount_minor == pytest.approx(row.total_conversion_value, abs=0.51)


def journeys_of(some_touches, some_orders):
    """The journeys of a crowd, by hand: (channels, revenue or None)."""
    for who in {touch["customer_id"] for touch in some_touches}:
        mine = sorted((t for t in some_touches if t["customer_id"] == who), key=lambda t: t["at"])
        sales = sorted((o for o in some_orders if o["customer_id"] == who), key=lambda o: o["at"])

        def belongs(touch, sales=sales):
            place = sum(sale["at"] < touch["at"] for sale in sales)
            within = place < len(sales) and sales[place]["at"] - touch["at"] <= 30 * 86_400_000_000
            return place, within

        for (place, within), group in groupby(mine, key=belongs):
            yield [touch["channel"] for touch in group], sales[place]["revenue_minor"] if within else None


def test_many_shards_give_what_one_gives(crowd, monkeypatch):
    some_touches, some_orders = crowd
    one = totalled(some_touches, some_orders, bootstrap=Bootstrap(100))

    monkeypatch.setattr(in_memory, "can_count", lambda *_: False)
    monkeypatch.setattr(engine.DuckWorkspace, "rows_per_shard", property(lambda self: 300))
    many = totalled(some_touches, some_orders, bootstrap=Bootstrap(100))

    assert one.summary == many.summary
    assert [value.value for value in one.channels] == pytest.approx(
        [value.value for value in many.channels], abs=1e-9
    )


def test_customers_may_be_numbers(crowd):
    some_touches, some_orders = crowd
    tables = [touch_table(some_touches), order_table(some_orders)]
    numbered = [
        table.set_column(
            table.column_names.index("customer_id"), "customer_id",
            pa.array([int(name[1:]) for name in table["customer_id"].to_pylist()]),
        )
        for table in tables
    ]  # fmt: skip

    with engine.connect(threads=1) as connection:
        found = credit.totals(
            connection, touches=numbered[0], orders=numbered[1], models=LEARNED, bootstrap=NO_DRAWS
        )

    assert found.summary == totalled(some_touches, some_orders).summary
