"""Shares of counts, with Wilson's interval."""

from math import sqrt

from livingroom.measure.estimate import Estimate, NotEnoughData

METHOD = "Wilson"


def wilson(
    n_yes: int, n: int, *, fewest: int = 1, level: float = 0.95, of: str = "cases"
) -> Estimate | NotEnoughData:
    """Return a share with Wilson's interval.

    Parameters
    ----------
    n_yes, n : int
        How many of how many.
    fewest : int
        Below so many it is not shown.
    level : float
        Of the interval.
    of : str
        What is counted, for the reason of a refusal.

    Source
    ------
    Wilson, Journal of the American Statistical Association 22 (1927).
    """
    from scipy.special import ndtri

    if not 0 <= n_yes <= n:
        raise ValueError(f"{n_yes} of {n} is no share.")
    if n < max(fewest, 1):
        return NotEnoughData(f"{n:,} of the {max(fewest, 1)} {of} needed are there")
    reach = float(ndtri((1 + level) / 2))
    share, more = n_yes / n, reach**2 / n
    middle = (share + more / 2) / (1 + more)
    half = reach * sqrt(share * (1 - share) / n + more / (4 * n)) / (1 + more)
    # At 0 and 1 the ends are exact; rounding must not push them past the share.
    return Estimate(
        share, min(max(middle - half, 0.0), share), max(min(middle + half, 1.0), share), level, n, METHOD
    )
