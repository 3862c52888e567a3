"""The conversations behind a figure."""

from collections.abc import Callable
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from livingroom.inbox.reports.packing import KINDS, NEVER, Packed
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


def cases_of(packed: Packed, figure: str, now: datetime) -> NDArray[np.int64]:
    """Return the numbers of the conversations behind a figure, the newest first. Raises KeyError for a figure that is none."""
    cases, first = packed.cases, packed.waits[packed.waits["kind"] == 0]
    resolution = packed.waits[packed.waits["kind"] == KINDS.index("resolution")]
    open_first, open_end = first["end"] == NEVER, resolution["end"] == NEVER
    as_of = as_microseconds(now)

    def of(rows: NDArray[np.void]) -> NDArray[np.bool_]:
        return np.isin(np.arange(len(cases)), rows["case"])

    def late(limit: int) -> NDArray[np.bool_]:
        old = first["start"] + limit <= as_of
        return of(first[old & (open_first | (first["end"] - first["start"] > limit))])

    masks: dict[str, Callable[[], NDArray[np.bool_]]] = {
        "all": lambda: np.ones(len(cases), bool),
        "answered": lambda: of(first[~open_first]),
        "unanswered": lambda: of(first[open_first]),
        "late_1h": lambda: late(HOUR),
        "late_24h": lambda: late(24 * HOUR),
        "resolved": lambda: of(resolution[~open_end]),
        "unresolved": lambda: of(resolution[open_end]),
        "rated": lambda: cases["rating"] > 0,
        "unhappy": lambda: (cases["rating"] > 0) & (cases["rating"] < GOOD),
        "again": lambda: of(packed.closes[packed.closes["again"] > 0]),
        "by_customers": lambda: cases["by_customer"] == 1,
    }
    found = cases[masks[figure]()]
    numbers: NDArray[np.int64] = found["conversation"][np.argsort(-found["opened"], kind="stable")]
    return numbers
