"""The conversations behind a figure."""

from collections.abc import Callable
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from livingroom.inbox.reports.columns import Column, Columns, Kind, Table
from livingroom.inbox.reports.packing import NEVER
from livingroom.inbox.reports.reading import HOUR
from livingroom.measure.moments import as_microseconds
from livingroom.measure.service.outcomes import GOOD

FIGURES = {
    "all": "All conversations",
    "answered": "Answered by a person",
    "unanswered": "Not answered by a person",
    "late_1h": "Not answered within an hour",
    "late_24h": "Not answered within a day",
    "resolved": "Resolved",
    "unresolved": "Not resolved",
    "rated": "Rated",
    "unhappy": "Rated 1 to 3",
    "again": "Wrote again within seven days of a close",
    "by_customers": "First answered by another customer",
}


def cases_of(
    packed: Columns, figure: str, now: datetime, *, at_most: int | None = None
) -> tuple[NDArray[np.int64], int]:
    """Return the numbers of the conversations behind a figure, the newest first, and how many there are.

    Raises KeyError for a figure that is none.
    """
    is_behind = _MASKS[figure](packed, as_microseconds(now))
    opened = packed.cases["opened"]
    chosen, n = np.flatnonzero(is_behind), int(is_behind.sum())
    if at_most is not None and n > at_most:
        # Only the newest are put in order, all of the last moment among them.
        since = np.partition(opened[chosen], n - at_most)[n - at_most]
        chosen = chosen[opened[chosen] >= since]
    newest = chosen[np.argsort(-opened[chosen], kind="stable")][:at_most]
    numbers: NDArray[np.int64] = packed.cases["conversation"][newest]
    return numbers, n


def _any(packed: Columns, kind: Kind, rows: Callable[[Table], Column]) -> NDArray[np.bool_]:
    """Return for each case whether one of such rows belongs to it."""
    found = np.zeros(len(packed.cases), bool)
    table = packed.of(kind)
    found[table["case"][rows(table)]] = True
    return found


def _is_open(rows: Table) -> Column:
    found: Column = rows["end"] == NEVER
    return found


def _is_over(rows: Table) -> Column:
    return ~_is_open(rows)


def _late(packed: Columns, limit: int, as_of: int) -> NDArray[np.bool_]:
    def is_late(first: Table) -> Column:
        is_old = first["start"] + limit <= as_of
        late: Column = is_old & (_is_open(first) | (first["end"] - first["start"] > limit))
        return late

    return _any(packed, "first", is_late)


_MASKS: dict[str, Callable[[Columns, int], NDArray[np.bool_]]] = {
    "all": lambda packed, as_of: np.ones(len(packed.cases), bool),
    "answered": lambda packed, as_of: _any(packed, "first", _is_over),
    "unanswered": lambda packed, as_of: _any(packed, "first", _is_open),
    "late_1h": lambda packed, as_of: _late(packed, HOUR, as_of),
    "late_24h": lambda packed, as_of: _late(packed, 24 * HOUR, as_of),
    "resolved": lambda packed, as_of: _any(packed, "resolution", _is_over),
    "unresolved": lambda packed, as_of: _any(packed, "resolution", _is_open),
    "rated": lambda packed, as_of: packed.cases["rating"] > 0,
    "unhappy": lambda packed, as_of: (packed.cases["rating"] > 0) & (packed.cases["rating"] < GOOD),
    "again": lambda packed, as_of: _any(packed, "closes", lambda closes: closes["again"] > 0),
    "by_customers": lambda packed, as_of: packed.cases["by_customer"] == 1,
}
