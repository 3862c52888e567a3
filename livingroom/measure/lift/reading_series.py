"""One series with others to lean on: from a file with a column for each, or from a panel."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from livingroom.measure.lift.cells import flags, numbers, order_times
from livingroom.measure.lift.panel import Panel
from livingroom.measure.lift.tables import found_columns
from livingroom.measure.lift.windows import place_of
from livingroom.measure.problems import InputError

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Series:
    """A series, and what it is compared with.

    Parameters
    ----------
    times : tuple of str, length t
        Times in order.
    outcome : array, shape (t,)
        What may have been moved.
    controls : array, shape (k, t)
        What was not.
    names : tuple of str, length k
        The controls' names.
    pre : array of bool, shape (t,)
        Times before.
    notes : tuple of str
        What was found while reading.
    """

    times: tuple[str, ...]
    outcome: Floats
    controls: Floats
    names: tuple[str, ...]
    pre: NDArray[np.bool_]
    notes: tuple[str, ...] = ()


def series_of(panel: Panel, controls: tuple[str, ...] = ()) -> Series:
    """Return the treated units' total beside the units that were never treated (or the named ones)."""
    ever = np.asarray(panel.treated.any(axis=1))
    if not ever.any():
        raise InputError(
            ["No unit is treated. Name the column with --treated, or units with --treated-units and --from."]
        )
    strangers = [name for name in controls if name not in panel.units]
    if strangers:
        raise InputError([f"There is no unit {', '.join(map(repr, strangers))}."])
    others = np.array([name in controls for name in panel.units]) if controls else ~ever
    whole = np.asarray(np.isfinite(panel.outcome).all(axis=1))
    kept = others & ~ever & whole
    notes = panel.notes
    if (others & ~whole).any():
        notes += (f"{int((others & ~whole).sum())} controls with empty cells are left away.",)
    names = tuple(name for name, is_kept in zip(panel.units, kept, strict=True) if is_kept)
    return Series(panel.times, panel.outcome[ever].sum(axis=0), panel.outcome[kept], names, panel.pre, notes)


def wide_series(
    table: pa.Table,
    *,
    time: str,
    outcome: str,
    treated: str,
    controls: tuple[str, ...],
    start: str | None,
    end: str | None,
) -> Series:
    """Read a file with one row per time and one column per series. Raises InputError if no start is told."""
    columns = found_columns(
        table, {"time": time, "outcome": outcome} | {f"control {name}": name for name in controls}
    )
    written = [str(value).strip() for value in columns["time"].to_pylist()]
    ordered = order_times(written)
    keys = [ordered[text][0] for text in written]
    if len(set(keys)) < len(keys):
        raise InputError([f"`{time}` names a time twice: a series has one row per time."])
    order = np.array(sorted(range(len(keys)), key=keys.__getitem__))
    times = tuple(ordered[written[row]][1] for row in order)
    values = numbers(columns["outcome"], outcome)[order]
    names = controls or _other_numbers(table, {time, outcome, treated, "pre"})
    found = [numbers(table.column(name), name)[order] for name in names]
    if start is not None:
        pre = np.arange(len(times)) < place_of(times, start, "--from")
    elif treated in table.column_names:
        moved = flags(table.column(treated), treated)[order]
        pre = np.arange(len(times)) < (int(np.argmax(moved)) if moved.any() else len(times))
    else:
        raise InputError(["Say with --from when the change came, or name a column with --treated."])
    last = place_of(times, end, "--to") + 1 if end is not None else len(times)
    whole = [bool(np.isfinite(values).all()) for values in found]
    notes = () if all(whole) else (f"{whole.count(False)} controls with empty cells are left away.",)
    kept = [values[:last] for values, is_whole in zip(found, whole, strict=True) if is_whole]
    matrix = np.array(kept) if kept else np.zeros((0, last))
    kept_names = tuple(name for name, is_whole in zip(names, whole, strict=True) if is_whole)
    return Series(times[:last], values[:last], matrix, kept_names, pre[:last], notes)


def _other_numbers(table: pa.Table, taken: set[str]) -> tuple[str, ...]:
    """Return the other columns that hold numbers only."""
    found = []
    for name in table.column_names:
        if name in taken:
            continue
        try:
            values = numbers(table.column(name), name)
        except InputError:
            continue
        if np.isfinite(values).any() and np.nanstd(values) > 0:
            found.append(name)
    return tuple(found)
