"""Rows of people or visitors: one line each, with an arm, outcomes, and what was known before."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from livingroom.measure.lift.cells import as_text, flags, numbers
from livingroom.measure.lift.tables import found_columns
from livingroom.measure.problems import InputError

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Rows:
    """People in an experiment.

    Parameters
    ----------
    outcomes : dict of str to array, shape (n,)
        By name, in the order asked for.
    treated : array of bool, shape (n,)
        Who was drawn.
    pre : dict of str to array, shape (n,)
        What was known before the test.
    stratum : array of int, shape (n,), optional
        The stratum inside which chance decided.
    taken : array of bool, shape (n,), optional
        Who made use of it, such as redeemed the code.
    denominator : array, shape (n,), optional
        What the outcome is divided by, such as orders.
    notes : tuple of str
        What was found while reading.
    """

    outcomes: dict[str, Floats]
    treated: NDArray[np.bool_]
    pre: dict[str, Floats]
    stratum: NDArray[np.int64] | None = None
    taken: NDArray[np.bool_] | None = None
    denominator: Floats | None = None
    notes: tuple[str, ...] = ()


def read_rows(
    table: pa.Table,
    *,
    outcomes: tuple[str, ...] = ("outcome",),
    treated: str = "treated",
    person: str = "unit",
    treated_value: str | None = None,
    held_out_value: str | None = None,
    pre: str | None = None,
    stratum: str | None = None,
    taken: str | None = None,
    denominator: str | None = None,
) -> Rows:
    """Read one row per person; several rows of one person are added up.

    Parameters
    ----------
    table : pyarrow.Table
        As `read_table` gives it.
    outcomes : tuple of str
        Columns that may be moved.
    treated : str
        Column of the arm.
    person : str
        Column of the person, if the table has it.
    treated_value, held_out_value : str, optional
        Values of the arm's column; with the second, rows of other arms are left away.
    pre : str, optional
        Columns between commas of what was known before; a column `pre` is used where there is one.
    stratum, taken, denominator : str, optional
        Columns; `stratum` is used where there is one.

    Raises
    ------
    InputError
        If a column is missing or cannot be read, or a person has two arms.
    """
    befores = (
        tuple(name.strip() for name in pre.split(","))
        if pre
        else (("pre",) if "pre" in table.column_names else ())
    )
    stratum = stratum or ("stratum" if "stratum" in table.column_names else None)
    needed = (
        {"treated": treated}
        | {f"outcome {name}": name for name in outcomes}
        | {f"pre {name}": name for name in befores}
    )
    needed |= {
        role: name
        for role, name in (("stratum", stratum), ("taken", taken), ("denominator", denominator))
        if name
    }
    columns = found_columns(table, needed)
    notes: tuple[str, ...] = ()
    if held_out_value is not None:
        if treated_value is None:
            raise InputError(["--held-out-value says one arm: say the other with --treated-value."])
        text = pc.utf8_lower(pc.fill_null(as_text(columns["treated"]), ""))
        wanted = pc.is_in(
            text, value_set=pa.array([treated_value.strip().lower(), held_out_value.strip().lower()])
        )
        n_others = table.num_rows - (pc.sum(wanted).as_py() or 0)
        table = table.filter(wanted)
        columns = found_columns(table, needed)
        if n_others:
            notes += (f"{n_others:,} rows of other arms are left away.",)
    rows = Rows(
        {name: numbers(columns[f"outcome {name}"], name) for name in outcomes},
        flags(columns["treated"], treated, treated_value),
        {name: numbers(columns[f"pre {name}"], name) for name in befores},
        _codes(columns["stratum"]) if stratum else None,
        flags(columns["taken"], taken) if taken else None,
        numbers(columns["denominator"], denominator) if denominator else None,
        notes,
    )
    return _added_up(_without_gaps(rows), table, person)


def _codes(column: pa.ChunkedArray) -> NDArray[np.int64]:
    coded = pc.dictionary_encode(pc.fill_null(as_text(column), "")).combine_chunks()
    return np.asarray(coded.indices, dtype=np.int64)


def _without_gaps(rows: Rows) -> Rows:
    """An outcome that is empty is zero, as nothing was bought; what was known before is filled with its mean."""
    notes = rows.notes
    filled: dict[str, Floats] = {}
    for name, values in rows.outcomes.items():
        n_empty = int(np.isnan(values).sum())
        if n_empty:
            notes += (f"{n_empty:,} rows have no `{name}`; it is counted as 0.",)
        filled[name] = np.nan_to_num(values, nan=0.0)
    before: dict[str, Floats] = {}
    for name, values in rows.pre.items():
        known = np.isfinite(values)
        if not known.all():
            notes += (f"{int((~known).sum()):,} rows have no `{name}`; its mean stands in.",)
        before[name] = np.where(known, values, values[known].mean() if known.any() else 0.0)
    below = None if rows.denominator is None else np.nan_to_num(rows.denominator, nan=0.0)
    return Rows(filled, rows.treated, before, rows.stratum, rows.taken, below, notes)


def _added_up(rows: Rows, table: pa.Table, person: str) -> Rows:
    """Bring several rows of one person together: a person is what chance drew, so a person is what counts."""
    if person not in table.column_names or len(rows.treated) == 0:
        return rows
    coded = pc.dictionary_encode(pc.fill_null(as_text(table.column(person)), "")).combine_chunks()
    codes, n = np.asarray(coded.indices, dtype=np.int64), len(coded.dictionary)
    if n == len(codes):
        return rows
    counts = np.bincount(codes, minlength=n)
    share = np.bincount(codes, weights=rows.treated, minlength=n) / counts
    if ((share > 0) & (share < 1)).any():
        torn = coded.dictionary[int(np.flatnonzero((share > 0) & (share < 1))[0])].as_py()
        raise InputError(
            [f"{int(((share > 0) & (share < 1)).sum()):,} people are in both arms. For example: {torn}."]
        )

    def total(values: NDArray[np.float64]) -> Floats:
        return np.asarray(np.bincount(codes, weights=values, minlength=n), dtype=np.float64)

    first = np.full(n, len(codes))
    np.minimum.at(first, codes, np.arange(len(codes)))
    return Rows(
        {name: total(values) for name, values in rows.outcomes.items()},
        share > 0,
        {name: total(values) / counts for name, values in rows.pre.items()},
        None if rows.stratum is None else rows.stratum[first],
        None if rows.taken is None else total(rows.taken.astype(float)) > 0,
        None if rows.denominator is None else total(rows.denominator),
        (*rows.notes, f"{len(codes):,} rows of {n:,} people are added up by person."),
    )
