"""What differs between two claims: figure by figure, and which rows of the frozen inputs are behind it."""

# ruff: noqa: S608 - names in these queries are our own; values are written by `quoted`.

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from livingroom.measure.claims.words import counted, rounded
from livingroom.measure.engine import quoted

# Made with chance: equal if they are equal but for the last digit.
ESTIMATED = (
    "figures.return",
    "figures.net_lift",
    "figures.lifts",
    "figures.leaks",
    "figures.ceiling_less_leaks_minor",
)
# Said when it was made, not what was found.
OF_THE_MAKING = {"digest", "made_at", "place", "version"}
KEYS = {"orders": "order_id", "touches": "touch_id"}
SUMS = {"orders": "revenue_minor", "costs": "amount_minor", "refunds": "amount_minor"}


@dataclass(frozen=True)
class Difference:
    """A figure that is not what it was."""

    figure: str
    was: Any
    now: Any

    def __str__(self) -> str:
        return f"{self.figure}: was {_said(self.was)}, is {_said(self.now)}"


@dataclass(frozen=True)
class TableChange:
    """What happened to one input table between two claims."""

    table: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.table}: {self.sentence}"


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Difference, ...]:
    """Compare two documents, leaf by leaf."""
    was, now = dict(_leaves(before)), dict(_leaves(after))
    names = sorted({*was, *now}, key=lambda name: (not name.startswith("figures."), name))
    missing = "nothing"
    return tuple(
        Difference(name, was.get(name, missing), now.get(name, missing))
        for name in names
        if name not in OF_THE_MAKING and not _alike(name, was.get(name, missing), now.get(name, missing))
    )


def table_changes(
    connection: duckdb.DuckDBPyConnection, before: Path, after: Path, currency: str
) -> tuple[TableChange, ...]:
    """Say, table by table, which rows came, went and changed between two folders of frozen inputs."""
    found = []
    for table in ("orders", "touches", "costs", "refunds"):
        old, new = before / f"{table}.parquet", after / f"{table}.parquet"
        if not old.exists() and not new.exists():
            continue
        if not (old.exists() and new.exists()):
            found.append(
                TableChange(table, "was not given before" if new.exists() else "is not given any more")
            )
            continue
        sentence = _compare(connection, table, old, new, currency)
        if sentence:
            found.append(TableChange(table, sentence))
    return tuple(found)


def _compare(connection: duckdb.DuckDBPyConnection, table: str, old: Path, new: Path, currency: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE OR REPLACE TEMP VIEW old_rows AS FROM read_parquet({quoted(str(old))})")
        cursor.execute(f"CREATE OR REPLACE TEMP VIEW new_rows AS FROM read_parquet({quoted(str(new))})")
        columns = [str(row[0]) for row in cursor.execute("DESCRIBE old_rows").fetchall()]
        if columns != [str(row[0]) for row in cursor.execute("DESCRIBE new_rows").fetchall()]:
            return "has other columns"
        if table in KEYS:
            return _keyed(cursor, table, currency)
        return _unkeyed(cursor, SUMS[table], currency)


def _keyed(cursor: duckdb.DuckDBPyConnection, table: str, currency: str) -> str:
    key, money = KEYS[table], SUMS.get(table)
    amount = f'"{money}"' if money else "0"
    cursor.execute(
        f"""CREATE OR REPLACE TEMP TABLE moved AS
            SELECT coalesce(CAST(o."{key}" AS VARCHAR), CAST(n."{key}" AS VARCHAR)) AS id,
                o."{key}" IS NULL AS is_new, n."{key}" IS NULL AS is_gone,
                coalesce(n.{amount}, 0) - coalesce(o.{amount}, 0) AS change
            FROM old_rows AS o FULL JOIN new_rows AS n ON o."{key}" = n."{key}"
            WHERE o IS DISTINCT FROM n"""
        if money
        else f"""CREATE OR REPLACE TEMP TABLE moved AS
            SELECT coalesce(CAST(o."{key}" AS VARCHAR), CAST(n."{key}" AS VARCHAR)) AS id,
                o."{key}" IS NULL AS is_new, n."{key}" IS NULL AS is_gone, 0 AS change
            FROM old_rows AS o FULL JOIN new_rows AS n ON o."{key}" = n."{key}" WHERE o IS DISTINCT FROM n"""
    )
    rows = cursor.execute(
        """SELECT CASE WHEN is_new THEN 'more' WHEN is_gone THEN 'fewer' WHEN change < 0 THEN 'worth less'
                       WHEN change > 0 THEN 'worth more' ELSE 'changed' END AS what, count(*), sum(change), min(id)
           FROM moved GROUP BY 1 ORDER BY 1"""
    ).fetchall()
    noun = {"orders": "order", "touches": "touch"}[table]
    return "; ".join(
        f"{_counted(n, noun)} {what}"
        + (f" ({_signed(int(change), currency)})" if change else "")
        + (f", such as {example}" if n <= 3 else "")
        for what, n, change, example in rows
    )


def _unkeyed(cursor: duckdb.DuckDBPyConnection, money: str, currency: str) -> str:
    (n_gone, gone), (n_new, new) = (
        cursor.execute(
            f'SELECT count(*), coalesce(sum("{money}"), 0) FROM (FROM {first} EXCEPT ALL FROM {second})'
        ).fetchall()[0]
        for first, second in (("old_rows", "new_rows"), ("new_rows", "old_rows"))
    )
    parts = []
    if n_new:
        parts.append(f"{counted(n_new, 'row')} more ({_signed(int(new), currency)})")
    if n_gone:
        parts.append(f"{counted(n_gone, 'row')} fewer ({_signed(-int(gone), currency)})")
    return "; ".join(parts)


def _counted(n: int, noun: str) -> str:
    return f"{n:,} touches" if noun == "touch" and n != 1 else counted(n, noun)


def _signed(minor: int, currency: str) -> str:
    return ("+" if minor > 0 else "") + rounded(minor, currency)


def _leaves(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for key, one in value.items():
            yield from _leaves(one, f"{name}.{key}" if name else str(key))
    elif isinstance(value, list):
        for place, one in enumerate(value):
            yield from _leaves(one, f"{name}[{_label(one, place)}]")
        yield f"{name}.length", len(value)
    else:
        yield name, value


def _label(one: Any, place: int) -> str:
    """Call an entry of a list by what it is about, so that a new month does not shift all the others."""
    if isinstance(one, Mapping):
        for key in ("month", "channel", "branch", "code", "who", "name", "incrementality"):
            if key in one:
                return str(one[key])
    return str(place)


def _alike(name: str, was: Any, now: Any) -> bool:
    if was == now:
        return True
    numbers = isinstance(was, (int, float)) and isinstance(now, (int, float))
    if not numbers or isinstance(was, bool) or isinstance(now, bool) or not name.startswith(ESTIMATED):
        return False
    return abs(was - now) <= max(1e-5, 1e-9 * abs(was)) or (
        isinstance(was, int) and isinstance(now, int) and abs(was - now) <= 1
    )


def _said(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
