"""A page's figures as files: CSV for spreadsheets, JSON with definitions for programs."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.utils import timezone


def csv_file(name: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> HttpResponse:
    """A whole table, for one that is small; the ledger's export streams."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    response = HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = _attachment(name, "csv")
    return response


def json_file(name: str, content: dict[str, Any]) -> JsonResponse:
    response = JsonResponse(content, json_dumps_params={"indent": 2, "ensure_ascii": False})
    response["Content-Disposition"] = _attachment(name, "json")
    return response


def harmless(cell: object) -> object:
    """A spreadsheet takes a text that begins so for a formula; what a shop sends must not run on our desks."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def _attachment(name: str, kind: str) -> str:
    return f'attachment; filename="{name}-{timezone.now():%Y-%m-%d}.{kind}"'
