"""Tables of branches as files."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpResponse, JsonResponse


def table_file(name: str, kind: str, rows: Sequence[Mapping[str, Any]], **definitions: Any) -> HttpResponse:
    """The rows as CSV, or as JSON together with what they mean."""
    response: HttpResponse
    if kind == "json":
        response = JsonResponse(
            {**definitions, "rows": list(rows)}, json_dumps_params={"indent": 2, "ensure_ascii": False}
        )
    else:
        text = io.StringIO()
        writer = csv.DictWriter(text, list(rows[0]) if rows else [])
        writer.writeheader()
        writer.writerows({key: _harmless(value) for key, value in row.items()} for row in rows)
        response = HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return response


def _harmless(value: object) -> object:
    """A spreadsheet takes a text that begins so for a formula."""
    return (
        f"'{value}"
        if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r"))
        else value
    )
