"""The uses of every code by day, as arrays."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Counts = NDArray[np.int64]
SIGNS = ("from_site", "from_elsewhere", "late")
_KEYS = ("code", "currency", "day")
_COUNTS = ("n_touched", "n_untouched", "n_signed", *(f"n_{sign}" for sign in SIGNS))
_MONEY = (
    "touched_minor",
    "untouched_minor",
    "suspect_minor",
    "untouched_squares",
    *(f"{sign}_minor" for sign in SIGNS),
)


@dataclass(frozen=True)
class CodeDays:
    """One code's uses: counts over all currencies by day, and money by currency and day.

    Parameters
    ----------
    code : str
        The code.
    placement_id, branch_id : str or None
        Whose code it is.
    days : array of int, shape (n,)
        The days on which it was used, since 1970, ascending.
    counts : dict of str to array of int, shape (n,)
        n_touched, n_untouched, n_signed, n_from_site, n_from_elsewhere, n_late.
    money : dict of str to dict of str to array, shape (n,)
        By currency, the same counts and touched_minor, untouched_minor, untouched_squares, …
    """

    code: str
    placement_id: str | None
    branch_id: str | None
    days: Counts
    counts: dict[str, Counts]
    money: dict[str, dict[str, Any]]


def add_up(parts: list[pa.Table]) -> pa.Table:
    """Add the rows of `code_days` of all shards."""
    rows = pa.concat_tables(parts, promote_options="permissive")
    sums = [(name, "sum") for name in (*_COUNTS, *_MONEY)]
    added = rows.group_by(list(_KEYS)).aggregate([("placement_id", "min"), ("branch_id", "min"), *sums])
    names = [name.removesuffix("_sum").removesuffix("_min") for name in added.column_names]
    return added.rename_columns(names).sort_by([(key, "ascending") for key in _KEYS])


def split(rows: pa.Table, until_day: int | None = None) -> Iterator[CodeDays]:
    """Give every code its arrays; what happened after `until_day` is not looked at."""
    if until_day is not None:
        rows = rows.filter(pc.less_equal(rows["day"], until_day))
    if rows.num_rows == 0:
        return
    codes = rows["code"].combine_chunks()
    place = codes.dictionary_encode().indices.to_numpy(zero_copy_only=False)
    columns = {name: rows[name].to_numpy(zero_copy_only=False) for name in ("day", *_COUNTS, *_MONEY)}
    currencies = np.array(rows["currency"].to_pylist())
    whose = {name: rows[name].to_pylist() for name in ("placement_id", "branch_id")}
    edges = np.flatnonzero(np.diff(place, prepend=-1, append=-1))
    for start, end in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        inside = slice(start, end)
        yield _one_code(
            str(codes[start]),
            (whose["placement_id"][start], whose["branch_id"][start]),
            currencies[inside],
            {name: column[inside] for name, column in columns.items()},
        )


def _one_code(
    code: str, whose: tuple[str | None, str | None], currencies: NDArray[np.str_], rows: dict[str, Counts]
) -> CodeDays:
    if (currencies == currencies[0]).all():
        counts = {name: rows[name] for name in _COUNTS}
        amounts: dict[str, Any] = {name: rows[name] for name in (*_COUNTS, *_MONEY)}
        return CodeDays(code, *whose, rows["day"], counts, {str(currencies[0]): amounts})
    days, place = np.unique(rows["day"], return_inverse=True)

    def by_day(name: str, mask: NDArray[np.bool_]) -> NDArray[np.float64]:
        weights = np.where(mask, rows[name], 0).astype(np.float64)
        return np.asarray(np.bincount(place, weights=weights, minlength=len(days)), dtype=np.float64)

    every = np.ones(len(currencies), dtype=np.bool_)
    counts = {name: by_day(name, every).astype(np.int64) for name in _COUNTS}
    money: dict[str, dict[str, Any]] = {
        str(currency): {name: by_day(name, currencies == currency) for name in (*_COUNTS, *_MONEY)}
        for currency in np.unique(currencies)
    }
    return CodeDays(code, *whose, days, counts, money)
