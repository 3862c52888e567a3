"""A panel: units by times, with an outcome and who was treated when."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Panel:
    """Outcomes of units over times.

    Parameters
    ----------
    units : tuple of str, length n
        Names of the units: countries, regions, branches.
    times : tuple of str, length t
        Times in order, as the file had them: days, weeks, years.
    outcome : array of float, shape (n, t)
        The outcome; nan where the file had no row.
    treated : array of bool, shape (n, t)
        Whether the unit was treated at the time.
    pre : array of bool, shape (t,)
        Times before the experiment. Without such a column: all before the first treatment of any unit.
    block : array of int, shape (t,), optional
        The block of a switchback that a time belongs to; -1 outside any.
    stratum : tuple of str, length n, optional
        The stratum or pair inside which chance decided.
    """

    units: tuple[str, ...]
    times: tuple[str, ...]
    outcome: NDArray[np.float64]
    treated: NDArray[np.bool_]
    pre: NDArray[np.bool_]
    block: NDArray[np.int64] | None = None
    stratum: tuple[str, ...] | None = None
