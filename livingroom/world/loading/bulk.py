"""Write many rows at once: COPY on PostgreSQL, one prepared statement on SQLite."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models

Rows = Mapping[str, Sequence[Any]]


def first_free_id(model: type[models.Model]) -> int:
    """Return the number the next row may have."""
    newest = model._default_manager.aggregate(newest=models.Max("pk"))["newest"]
    return int(newest or 0) + 1


def insert(model: type[models.Model], rows: Rows) -> int:
    """Insert columns of values, by field name (`branch_id` for a key). Fields not named get their default.

    Must run inside a transaction: on PostgreSQL the numbering of ids is set behind the rows.
    """
    columns = with_defaults(model, rows)
    fields = [model._meta.get_field(name) for name in columns]
    values = prepare_columns(fields, list(columns.values()))
    names = ", ".join(
        connection.ops.quote_name(str(field.column)) for field in fields if hasattr(field, "column")
    )
    table = connection.ops.quote_name(model._meta.db_table)
    written = list(zip(*values, strict=True))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in written:
                    copy.write_row(row)
            for statement in connection.ops.sequence_reset_sql(no_style(), [model]):
                cursor.execute(statement)
        else:
            places = ", ".join(["%s"] * len(fields))
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", written)  # noqa: S608 - our own names
    return len(next(iter(columns.values())))


def with_defaults(model: type[models.Model], rows: Rows) -> dict[str, Sequence[Any]]:
    """Add a column of the default for every field that was not given."""
    columns = dict(rows)
    size = len(next(iter(columns.values())))
    for field in model._meta.concrete_fields:
        is_given = field.attname in columns or field.primary_key or field.has_db_default()
        if not is_given:
            columns[field.attname] = [field.get_default()] * size
    return columns


def prepare_columns(fields: Sequence[Any], columns: Sequence[Iterable[Any]]) -> list[list[Any]]:
    """Prepare every column; one that is given for several fields of a kind is prepared once."""
    known: dict[tuple[int, str], list[Any]] = {}
    for field, values in zip(fields, columns, strict=True):
        key = (id(values), field.get_internal_type())
        if key not in known:
            known[key] = prepare(field, values)
    return [
        known[id(values), field.get_internal_type()] for field, values in zip(fields, columns, strict=True)
    ]


def prepare(field: Any, values: Iterable[Any]) -> list[Any]:
    """Turn Python values into what the database driver takes, as the ORM would on saving."""
    if isinstance(field, models.DateTimeField):
        return [database_time(value) for value in values] if connection.vendor == "sqlite" else list(values)
    if isinstance(field, models.JSONField):
        return [
            None if value is None else connection.ops.adapt_json_value(value, field.encoder)
            for value in values
        ]
    if not isinstance(field, models.DecimalField | models.DateField | models.BooleanField):
        return list(values)
    kept: dict[Any, Any] = {}
    for value in values:
        if value not in kept:
            kept[value] = field.get_db_prep_save(value, connection)
    return [kept[value] for value in values]


def database_time(moment: datetime | None) -> str | None:
    """Write a moment as SQLite keeps it: UTC, without a zone."""
    return None if moment is None else str(moment.astimezone(UTC).replace(tzinfo=None))
