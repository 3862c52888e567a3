"""Write only what differs: fresh rows against those of a database table, whole rows compared as values.

A row that changed is removed and written anew, so nothing may refer to these rows by their id. Equal rows are not
touched at all, so measuring again without news writes nothing.
"""

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

import duckdb
import pyarrow as pa
import pyarrow.compute
from django.db import connection, models

from livingroom.attribution.inputs import microseconds, read_table

Field = models.Field[Any, Any]
_ARROW: list[tuple[type[Field], pa.DataType]] = [
    (models.BooleanField, pa.bool_()),
    (models.FloatField, pa.float64()),
    (models.DateTimeField, pa.int64()),
    (models.DateField, pa.string()),
    (models.IntegerField, pa.int64()),
    (models.ForeignKey, pa.int64()),
    (models.CharField, pa.string()),
]
Row = TypeVar("Row")
SCOPE_BY_NAME_AT_MOST = 10_000
ROWS_AT_A_TIME = 20_000


def apply_difference(
    duck: duckdb.DuckDBPyConnection,
    model: type[models.Model],
    fresh: str,
    *,
    orders: Sequence[int] | None = None,
) -> int:
    """Make the rows of `model` equal to the relation `fresh`, whose columns are called as the table's.

    Times are microseconds and days are texts in `fresh`. With `orders`, only those orders' rows are looked at: `fresh`
    holds these orders' rows and no others. Return how many rows were removed or written.
    """
    fields = [field for field in model._meta.concrete_fields if not isinstance(field, models.AutoField)]
    columns = [str(field.column) for field in fields]
    duck.register("existing", _existing(model, fields, orders))
    alike = " AND ".join(f'fresh."{column}" IS NOT DISTINCT FROM existing."{column}"' for column in columns)
    gone = duck.execute(
        f"SELECT existing.row_key FROM existing ANTI JOIN {fresh} AS fresh ON {alike}"  # noqa: S608 - names of columns
    ).fetchall()
    _remove(model, gone)
    listed = ", ".join(_as_stored(field) for field in fields)
    duck.execute(f"SELECT {listed} FROM {fresh} AS fresh ANTI JOIN existing ON {alike}")  # noqa: S608 - names of columns
    n_new = _write(model, columns, duck)
    duck.unregister("existing")
    return len(gone) + n_new


def _existing(model: type[models.Model], fields: Sequence[Field], orders: Sequence[int] | None) -> pa.Table:
    key = model._meta.pk.column
    listed = ", ".join([f'"{key}"', *(_as_read(field) for field in fields)])
    schema = pa.schema([("row_key", pa.int64()), *((field.column, _arrow_type(field)) for field in fields)])
    query = f'SELECT {listed} FROM "{model._meta.db_table}"'  # noqa: S608 - names of columns
    if orders is None:
        return read_table(query, schema)
    if len(orders) > SCOPE_BY_NAME_AT_MOST:
        everything = read_table(query, schema)
        wanted = pa.array(orders, pa.int64())
        return everything.filter(pa.compute.is_in(everything["order_id"], value_set=wanted))
    parts = [
        read_table(f"{query} WHERE order_id IN ({', '.join(['%s'] * len(part))})", schema, part)
        for part in _parts(orders, 500)
    ]
    return pa.concat_tables(parts) if parts else schema.empty_table()


def _as_read(field: Field) -> str:
    """The SQL that reads a column in the form in which rows are compared."""
    quoted = f'"{field.column}"'
    if isinstance(field, models.DateTimeField):
        return microseconds(quoted)
    return f"CAST({quoted} AS TEXT)" if isinstance(field, models.DateField) else quoted


def _as_stored(field: Field) -> str:
    """The SQL that turns a fresh column into what the database is handed: times in Django's own notation."""
    quoted = f'fresh."{field.column}"'
    if not isinstance(field, models.DateTimeField):
        return quoted
    zone = "+00" if connection.vendor == "postgresql" else ""
    whole = f"strftime(make_timestamp({quoted}), '%Y-%m-%d %H:%M:%S')"
    return f"{whole} || CASE WHEN {quoted} % 1000000 = 0 THEN '' ELSE printf('.%06d', {quoted} % 1000000) END || '{zone}'"


def _arrow_type(field: Field) -> pa.DataType:
    return next(arrow for kind, arrow in _ARROW if isinstance(field, kind))


def _remove(model: type[models.Model], keys: list[tuple[int]]) -> None:
    table, key = model._meta.db_table, model._meta.pk.column
    with connection.cursor() as cursor:
        for part in _parts(keys, 500):
            marks = ", ".join(["%s"] * len(part))
            cursor.execute(f'DELETE FROM "{table}" WHERE "{key}" IN ({marks})', [key for (key,) in part])  # noqa: S608


def _write(model: type[models.Model], columns: Sequence[str], rows: duckdb.DuckDBPyConnection) -> int:
    table = model._meta.db_table
    names = ", ".join(f'"{column}"' for column in columns)
    n = 0
    with connection.cursor() as cursor:
        while part := rows.fetchmany(ROWS_AT_A_TIME):
            n += len(part)
            if connection.vendor == "postgresql":
                with cursor.cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
                    for row in part:
                        copy.write_row(row)
            else:
                marks = ", ".join(["%s"] * len(columns))
                cursor.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', part)  # noqa: S608
    return n


def _parts(rows: Sequence[Row], size: int) -> Iterator[Sequence[Row]]:
    return (rows[start : start + size] for start in range(0, len(rows), size))
