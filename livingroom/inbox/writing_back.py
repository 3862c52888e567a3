"""Many conversations written back at once: one prepared statement, not one for each nor a forest of CASEs."""

from collections.abc import Iterable, Sequence

from django.db import connection
from django.db.models import F

from livingroom.inbox.models import Conversation


def write_back(rows: Sequence[Conversation], names: Sequence[str]) -> None:
    """Write these fields of conversations that are locked."""
    if not rows:
        return
    fields = [Conversation._meta.get_field(name) for name in names]
    columns = ", ".join(f"{connection.ops.quote_name(str(field.column))} = %s" for field in fields)  # type: ignore[union-attr]  # our own columns
    table = connection.ops.quote_name(Conversation._meta.db_table)
    values = [
        (*(field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields), row.pk)  # type: ignore[union-attr]  # as above
        for row in rows
    ]
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE {table} SET {columns} WHERE id = %s", values)  # noqa: S608 - our own names


def bump(numbers: Iterable[int]) -> None:
    """Say that they changed: who wrote to what stood before is told at sending."""
    Conversation.objects.filter(pk__in=list(numbers)).update(version=F("version") + 1)
