"""A panel: units by times, with an outcome and who was treated when."""

from dataclasses import dataclass, replace

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
    notes : tuple of str
        What was found while reading that a person should know, such as missing cells.
    """

    units: tuple[str, ...]
    times: tuple[str, ...]
    outcome: NDArray[np.float64]
    treated: NDArray[np.bool_]
    pre: NDArray[np.bool_]
    block: NDArray[np.int64] | None = None
    stratum: tuple[str, ...] | None = None
    notes: tuple[str, ...] = ()

    @property
    def ever_treated(self) -> NDArray[np.bool_]:
        """Which units are treated at any time outside the pre-period, shape (n,)."""
        return np.asarray(self.treated[:, ~self.pre].any(axis=1))

    def only(
        self,
        units: NDArray[np.bool_] | None = None,
        times: NDArray[np.bool_] | None = None,
        because: str | None = None,
    ) -> "Panel":
        """Return the panel of the chosen units and times; with a reason, a note says which units were left away."""
        rows = np.ones(len(self.units), bool) if units is None else units
        columns = np.ones(len(self.times), bool) if times is None else times
        if rows.all() and columns.all():
            return self
        gone = [name for name, kept in zip(self.units, rows, strict=True) if not kept]
        note = (f"Left away, because {because}: {first_of(gone)}.",) if because and gone else ()
        strata = None if self.stratum is None else tuple(np.array(self.stratum, dtype=object)[rows])
        return replace(
            self,
            units=tuple(name for name, kept in zip(self.units, rows, strict=True) if kept),
            times=tuple(name for name, kept in zip(self.times, columns, strict=True) if kept),
            outcome=self.outcome[np.ix_(rows, columns)],
            treated=self.treated[np.ix_(rows, columns)],
            pre=self.pre[columns],
            block=None if self.block is None else self.block[columns],
            stratum=strata,
            notes=(*self.notes, *note),
        )


def first_of(names: list[str]) -> str:
    """Return the first three names, and how many more there are."""
    shown = ", ".join(names[:3])
    return shown if len(names) <= 3 else f"{shown} and {len(names) - 3} more"
