"""Where a share of the values lies below."""

import statistics
from collections.abc import Sequence


def percentile(values: Sequence[float], share: int) -> float:
    """Nothing measured is as bad as can be: no bar is met by silence."""
    if len(values) < 2:
        return values[0] if values else float("inf")
    return statistics.quantiles(values, n=100, method="inclusive")[share - 1]
