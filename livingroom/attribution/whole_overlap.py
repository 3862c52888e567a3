"""Which channels met on the same orders, for each span of months.

The measuring room's `overlap` counts the same for one table of orders, by grade; here one pass serves every span.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import duckdb

from livingroom.attribution.difference import apply_difference
from livingroom.attribution.models import Overlap, WholeRun
from livingroom.attribution.named_sql import named_sql
from livingroom.attribution.spans import Months
from livingroom.attribution.whole_tables import set_span


def prepare(duck: duckdb.DuckDBPyConnection, whole_run: WholeRun, spans: list[Months]) -> Callable[[], int]:
    """Measure now; write what differs when the returned function is called."""
    duck.execute(
        """
        CREATE TEMP TABLE overlap (
            first VARCHAR, last VARCHAR, channel VARCHAR, other VARCHAR, n_orders BIGINT, revenue_minor BIGINT,
            n_alone BIGINT, alone_minor BIGINT
        )
        """
    )
    for first, last in spans:
        set_span(duck, (first, last))
        duck.execute(
            """
            CREATE OR REPLACE TEMP TABLE settings AS
            SELECT CAST(? AS BIGINT) AS window_us, ? AS first, ? AS last
            """,
            [timedelta(days=whole_run.window_days) // timedelta(microseconds=1), str(first), str(last)],
        )
        duck.execute(f"INSERT INTO overlap {named_sql('overlap_rows')}")
    return partial(apply_difference, duck, Overlap, "overlap")
