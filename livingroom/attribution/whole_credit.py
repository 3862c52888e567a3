"""Credit by channel under every rule and model, with intervals, for each span of months."""

import math
from collections.abc import Callable
from functools import partial

import duckdb
import pyarrow as pa

from livingroom.attribution.difference import apply_difference
from livingroom.attribution.models import ChannelCredit, WholeRun
from livingroom.attribution.named_sql import named_sql
from livingroom.attribution.spans import Months
from livingroom.attribution.whole_tables import set_span
from livingroom.measure import credit

RULES = ("last", "first", "linear", "time_decay", "position")
LEARNED = ("markov", "markov_2", "shapley")
RATE = "shapley_rate"
UNATTRIBUTED = "unattributed"
# A channel whose buyers' clicks alone are known looks as if nobody who clicked ever stayed away. Where one channel's share
# of clicks without an order is not even this part of another's, the two cannot be compared by such clicks.
COMPARABLE = 0.1
SCHEMA = pa.schema(
    [
        ("first", pa.string()), ("last", pa.string()), ("model", pa.string()), ("channel", pa.string()),
        ("orders", pa.float64()), ("share", pa.float64()), ("amount_minor", pa.int64()), ("low_minor", pa.int64()),
        ("high_minor", pa.int64()), ("level", pa.float64()), ("effect", pa.float64()), ("effect_low", pa.float64()),
        ("effect_high", pa.float64()),
    ]
)  # fmt: skip
Row = dict[str, object]


def prepare(duck: duckdb.DuckDBPyConnection, whole_run: WholeRun, spans: list[Months]) -> Callable[[], int]:
    """Measure now; write what differs when the returned function is called."""
    rows: list[Row] = []
    if spans:
        with_nulls = _add_unknown_visitors(duck, whole_run)
        for span in spans:
            rows += _span_rows(duck, whole_run, span, with_nulls)
    duck.register("channel_credit", pa.Table.from_pylist(rows, schema=SCHEMA))
    return partial(apply_difference, duck, ChannelCredit, "channel_credit")


def _add_unknown_visitors(duck: duckdb.DuckDBPyConnection, whole_run: WholeRun) -> bool:
    """Let clicks without an order take part, if they are known of every channel alike; else say why not."""
    shares = dict(
        duck.sql(
            """
            SELECT channel, avg(is_unknown) FROM (
                SELECT channel, 0.0 AS is_unknown FROM touches_of_people
                UNION ALL SELECT channel, 1.0 FROM unknown_people
            ) GROUP BY channel
            """
        ).fetchall()
    )
    largest = max(shares.values(), default=0.0)
    unseen = sorted(channel for channel, share in shares.items() if share < COMPARABLE * largest)
    if not largest:
        whole_run.notes.append("No click without an order is known, so the rate model is left out.")
        return False
    if unseen:
        whole_run.notes.append(
            f"Clicks that led to no order are known of some channels and hardly of others ({', '.join(unseen)}). Models that "
            "weigh orders against such clicks would lean against the channels that we see best, so journeys without an "
            "order take no part here, and the rate model is left out."
        )
        return False
    duck.execute(
        "INSERT INTO touches_of_people SELECT customer_id, unknown_people.at, channel, touch_id FROM unknown_people"
    )
    return True


def _span_rows(
    duck: duckdb.DuckDBPyConnection, whole_run: WholeRun, span: Months, with_nulls: bool
) -> list[Row]:
    orders = set_span(duck, span)
    if not orders.num_rows:
        return []
    touches = duck.sql(named_sql("span_touches")).to_arrow_table()
    found = credit.totals(
        duck,
        touches=touches,
        orders=orders,
        models=(*RULES, *LEARNED, *((RATE,) if with_nulls else ())),
        window_days=whole_run.window_days,
    )
    whole_run.n_null_journeys = max(whole_run.n_null_journeys, found.n_null_journeys)
    whole_run.notes += [note for note in found.notes if note not in whole_run.notes]
    total = sum(row.amount_minor for row in found.summary.rows if row.model == RULES[0]) or 1
    effects = {(one.model, one.channel): one for one in found.channels}
    rows: list[Row] = []
    for row in found.summary.rows:
        effect = effects.get((row.model, row.channel))
        rows.append(
            {
                "first": span[0].isoformat(),
                "last": span[1].isoformat(),
                "model": row.model,
                "channel": row.channel,
                # Rounded, so that the last bit of a sum over threads makes no difference.
                "orders": round(row.shares, 6),
                "share": round(row.amount_minor / total, 9),
                "amount_minor": row.amount_minor,
                "low_minor": row.amount_minor if row.low_minor is None else row.low_minor,
                "high_minor": row.amount_minor if row.high_minor is None else row.high_minor,
                "level": found.bootstrap.level,
                "effect": _rounded(effect.value if effect else None),
                "effect_low": _rounded(effect.low if effect else None),
                "effect_high": _rounded(effect.high if effect else None),
            }
        )
    return rows


def _rounded(number: float | None) -> float | None:
    return None if number is None or math.isnan(number) else round(number, 9)
