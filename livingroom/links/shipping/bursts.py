"""Machines that dress as people give themselves away by their pace. Found over a batch, since one click shows nothing."""

from collections.abc import Mapping
from importlib.resources import files

import duckdb
import pyarrow as pa

BY_VISITOR = 5
BY_NETWORK = 10  # a mobile operator hides thousands of people behind one prefix
BY_POSTING = 5
POSTING_MICROSECONDS = 30 * 1_000_000

SQL = files(__package__).joinpath("bursts.sql").read_text(encoding="utf-8")


def mark_bursts(
    duck: duckdb.DuckDBPyConnection, batch: pa.Table, first_clicks: Mapping[int, int]
) -> pa.Table:
    """The batch with the clicks of bursts classed suspect. `first_clicks` holds young links' first click, microseconds."""
    young = pa.table(
        {
            "link_id": pa.array(list(first_clicks), pa.int64()),
            "first_at": pa.array(list(first_clicks.values()), pa.int64()),
        }
    )
    limits = {
        "by_visitor": BY_VISITOR,
        "by_network": BY_NETWORK,
        "by_posting": BY_POSTING,
        "posting_us": POSTING_MICROSECONDS,
    }
    with duck.cursor() as connection:
        connection.register("batch", batch)
        connection.register("young", young)
        suspects = dict(connection.execute(SQL, limits).fetchall())
    return _classed_suspect(batch, suspects) if suspects else batch


def _classed_suspect(batch: pa.Table, suspects: Mapping[str, str]) -> pa.Table:
    reasons = [suspects.get(click_id) for click_id in batch["click_id"].to_pylist()]
    old = zip(batch["class"].to_pylist(), batch["reason"].to_pylist(), reasons, strict=True)
    pairs = [("suspect", reason) if reason else (was, why) for was, why, reason in old]
    for position, name in enumerate(("class", "reason")):
        values = pa.array([pair[position] for pair in pairs], pa.string())
        batch = batch.set_column(batch.column_names.index(name), name, values)
    return batch
