"""One ZIP with all we know of a person: a JSON file for each room, and a page for people to read."""

import json
import tempfile
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import IO, Any

from django.template.loader import render_to_string

from livingroom.people.export.registry import exporters
from livingroom.people.models import Customer, Staff
from livingroom.people.persons import Person, person_of
from livingroom.people.policy import require
from livingroom.shared.events import record_event
from livingroom.shared.models import Brand

IN_MEMORY = 4 * 1024 * 1024
MOST_READ = 500  # rows of one kind on the page; the files hold all


def export_of(*, by: Staff | str, customer: Customer, now: datetime, mail: str = "") -> IO[bytes]:
    """The ZIP, open for reading from its start. `by` is staff, or words such as “the person”. Raises PermissionDenied."""
    if isinstance(by, Staff):
        require(by, "see_people")
    person = person_of(customer, mail=mail)
    file: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the caller closes it
    write_export(person, file, now)
    file.seek(0)
    record_event(actor=by, verb="exported", subject=f"customer {person.customers[0]}", now=now)
    return file


def write_export(person: Person, file: IO[bytes], now: datetime) -> None:
    """Write the ZIP of a person into an open file."""
    rooms = []
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for room, title, exporter in exporters():
            sheets = [(sheet, [_plain(row) for row in sheet.rows]) for sheet in exporter(person)]
            sheets = [(sheet, rows) for sheet, rows in sheets if rows]
            if not sheets:
                continue
            content = {sheet.name: rows for sheet, rows in sheets}
            packed.writestr(f"{room}.json", json.dumps(content, ensure_ascii=False, indent=1))
            rooms.append((title, f"{room}.json", [_table(sheet.title, rows) for sheet, rows in sheets]))
        context = {"brand": Brand.current(), "rooms": rooms, "now": now}
        packed.writestr("index.html", render_to_string("people/export/index.html", context))


def _table(title: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    return {
        "title": title,
        "columns": [name.replace("_", " ") for name in columns],
        "rows": [[_read(row.get(name)) for name in columns] for row in rows[:MOST_READ]],
        "n_more": max(0, len(rows) - MOST_READ),
    }


def _plain(row: Any) -> dict[str, Any]:
    return {name: _value(value) for name, value in row.items()}


def _value(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _read(value: Any) -> str:
    if value is None or value == "":
        return "–"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
