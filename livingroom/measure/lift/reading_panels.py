"""The ways in: a CSV or Parquet file, or an Arrow table, with a row per unit and time, becomes a panel."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from livingroom.measure.lift.cells import as_text, flags, numbers, order_times
from livingroom.measure.lift.panel import Panel
from livingroom.measure.lift.tables import found_columns, read_table
from livingroom.measure.problems import InputError

Integers = NDArray[np.int64]


def read_panel(
    source: str | Path | pa.Table,
    *,
    unit: str = "unit",
    time: str = "time",
    outcome: str = "outcome",
    treated: str | None = "treated",
    treated_value: str | None = None,
    pre: str | None = None,
    block: str | None = None,
    stratum: str | None = None,
) -> Panel:
    """Read a panel with one row per unit and time.

    Parameters
    ----------
    source : path or pyarrow.Table
        CSV (comma, semicolon, tab or bar; also .gz), Parquet, or a table in memory.
    unit, time, outcome, treated : str
        The columns' names. `treated` may be None: then nobody is treated until `with_treated_units` says who.
    treated_value : str, optional
        The value of `treated` that means yes, where it is a word of its own.
    pre, block, stratum : str, optional
        Columns that say which times lie before the test, which block of a switchback a time belongs to, and inside
        which stratum or pair of units chance decided. Columns of these names are used unless told otherwise.

    Returns
    -------
    Panel
        Units in the file's order, times in order; cells without a row are nan, and a note says how many.

    Raises
    ------
    InputError
        If a column is missing or cannot be read, a cell comes twice, or a flag contradicts itself.
    """
    table = source if isinstance(source, pa.Table) else read_table(source)
    needed = {"unit": unit, "time": time, "outcome": outcome} | ({"treated": treated} if treated else {})
    columns = found_columns(table, needed)
    optional = {
        name: _optional(table, name, given)
        for name, given in (("pre", pre), ("block", block), ("stratum", stratum))
    }
    rows, units = _coded(columns["unit"], unit)
    places, times = _timed(columns["time"], time)
    _refuse_duplicates(rows, places, units, times)
    shape = (len(units), len(times))
    values = np.full(shape, np.nan)
    values[rows, places] = numbers(columns["outcome"], outcome)
    is_treated = np.zeros(shape, bool)
    if treated:
        is_treated[rows, places] = flags(columns["treated"], treated, treated_value)
    empty = np.ones(shape, bool)
    empty[rows, places] = False
    notes = _notes(np.isnan(values), units, times)
    return Panel(
        units,
        times,
        values,
        _filled(is_treated, empty),
        _pre(optional["pre"], pre or "pre", places, is_treated),
        _block(optional["block"], block or "block", places, len(times)),
        _stratum(optional["stratum"], stratum or "stratum", rows, units),
        notes,
    )


def _optional(table: pa.Table, name: str, given: str | None) -> pa.ChunkedArray | None:
    if given is not None:
        return found_columns(table, {name: given})[name]
    return table.column(name) if name in table.column_names else None


def _coded(column: pa.ChunkedArray, name: str) -> tuple[Integers, tuple[str, ...]]:
    text = as_text(column)
    if text.null_count:
        raise InputError([f"`{name}` is empty in {text.null_count:,} rows."])
    coded = pc.dictionary_encode(text).combine_chunks()
    return np.asarray(coded.indices, dtype=np.int64), tuple(coded.dictionary.to_pylist())


def _timed(column: pa.ChunkedArray, name: str) -> tuple[Integers, tuple[str, ...]]:
    codes, written = _coded(column, name)
    ordered = order_times(list(written))
    keys = [ordered[text][0] for text in written]
    places = {key: at for at, key in enumerate(sorted(set(keys)))}
    shown = {places[key]: label for key, label in ordered.values()}
    return np.array([places[key] for key in keys])[codes], tuple(shown[at] for at in range(len(places)))


def _refuse_duplicates(
    rows: Integers, places: Integers, units: tuple[str, ...], times: tuple[str, ...]
) -> None:
    counts = np.bincount(rows * len(times) + places, minlength=1)
    twice = np.flatnonzero(counts > 1)
    if len(twice):
        examples = "; ".join(
            f"{units[cell // len(times)]} at {times[cell % len(times)]}" for cell in twice[:3]
        )
        cells = "1 cell" if len(twice) == 1 else f"{len(twice):,} cells"
        raise InputError(
            [f"{cells} come more than once. For example: {examples}. A panel has one row per unit and time."]
        )


def _notes(missing: NDArray[np.bool_], units: tuple[str, ...], times: tuple[str, ...]) -> tuple[str, ...]:
    if not missing.any():
        return ()
    at = np.argwhere(missing)[:3]
    examples = "; ".join(f"{units[row]} at {times[column]}" for row, column in at)
    return (f"{missing.sum():,} of {missing.size:,} cells are empty. For example: {examples}.",)


def _filled(treated: NDArray[np.bool_], empty: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """A cell without a row takes the arm of the unit's time before, so that a hole is no switch."""
    filled = treated.copy()
    for column in range(1, treated.shape[1]):
        filled[:, column] = np.where(empty[:, column], filled[:, column - 1], treated[:, column])
    return filled


def _pre(
    column: pa.ChunkedArray | None, name: str, places: Integers, treated: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    n_times = treated.shape[1]
    if column is None:
        first = int(np.argmax(treated.any(axis=0))) if treated.any() else n_times
        return np.arange(n_times) < first
    says = np.bincount(places, weights=flags(column, name), minlength=n_times) / np.bincount(
        places, minlength=n_times
    )
    if ((says > 0) & (says < 1)).any():
        raise InputError(
            [f"`{name}` says yes and no for the same time: the test begins for all units at once."]
        )
    return np.asarray(says > 0)


def _block(column: pa.ChunkedArray | None, name: str, places: Integers, n_times: int) -> Integers | None:
    if column is None:
        return None
    text = pc.fill_null(as_text(column), "-1")
    coded = pc.dictionary_encode(text).combine_chunks()
    codes, written = np.asarray(coded.indices, dtype=np.int64), coded.dictionary.to_pylist()
    low, high = np.full(n_times, len(written)), np.full(n_times, -1)
    np.minimum.at(low, places, codes)
    np.maximum.at(high, places, codes)
    if (low != high).any():
        raise InputError([f"`{name}` names two blocks for the same time: blocks are the same for all units."])
    block = np.array(
        [-1 if name in ("-1", "-1.0") else code for code, name in enumerate(written)], dtype=np.int64
    )[low]
    return _in_order(block)


def _in_order(block: Integers) -> Integers:
    """Number blocks from 0 as they come; -1 stays."""
    seen: dict[int, int] = {}
    for code in block.tolist():
        if code >= 0:
            seen.setdefault(code, len(seen))
    return np.array([seen.get(code, -1) for code in block.tolist()], dtype=np.int64)


def _stratum(
    column: pa.ChunkedArray | None, name: str, rows: Integers, units: tuple[str, ...]
) -> tuple[str, ...] | None:
    if column is None:
        return None
    coded = pc.dictionary_encode(pc.fill_null(as_text(column), "")).combine_chunks()
    codes = np.asarray(coded.indices, dtype=np.int64)
    low, high = np.full(len(units), len(coded.dictionary)), np.full(len(units), -1)
    np.minimum.at(low, rows, codes)
    np.maximum.at(high, rows, codes)
    if (low != high).any():
        torn = units[int(np.flatnonzero(low != high)[0])]
        raise InputError([f"`{name}` names two strata for the same unit. For example: {torn}."])
    written = coded.dictionary.to_pylist()
    return tuple(written[code] for code in low)
