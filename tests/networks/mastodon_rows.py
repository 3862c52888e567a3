"""What the described Mastodon server answers with: rows that its document allows, pages of them, refusals."""

from datetime import UTC, datetime, timedelta
from html import escape
from typing import Any

import httpx

from tests.networks.spec_stage import AgainstSpecification, Asked, answered

Row = dict[str, Any]
START = datetime(2026, 11, 1, tzinfo=UTC)


def sample(document: Row, schema: Row) -> Any:
    """The least that fits a schema: what is required, empty."""
    while "$ref" in schema:
        place: Any = document
        for part in schema["$ref"].removeprefix("#/").split("/"):
            place = place[part]
        schema = place
    if "enum" in schema:
        return schema["enum"][0]
    for name in ("allOf", "anyOf"):
        if name in schema:
            found = [sample(document, part) for part in schema[name]]
            return (
                {key: value for part in found for key, value in part.items()} if name == "allOf" else found[0]
            )
    kinds = schema.get("type", "object")
    if "null" in kinds:
        return None
    if kinds == "object":
        properties = schema.get("properties", {})
        return {name: sample(document, properties[name]) for name in schema.get("required", [])}
    return {"array": [], "string": "", "integer": 0, "number": 0, "boolean": False}[kinds]


def not_found() -> httpx.Response:
    return answered({"error": "Record not found"}, 404)


def page_of(rows: list[Row], asked: Asked) -> list[Row]:
    """Newest first; `min_id` gives those right after a place, `max_id` those before it."""
    limit, after, before = int(asked.one("limit", "20")), asked.one("min_id"), asked.one("max_id")
    assert limit <= 40
    if after:
        return [row for row in rows if int(row["id"]) > int(after)][:limit][::-1]
    return [row for row in rows if not before or int(row["id"]) < int(before)][::-1][:limit]


def html_of(text: str) -> str:
    return f"<p>{escape(text)}</p>"


def time_of(minutes: int) -> str:
    return (START + timedelta(minutes=minutes)).isoformat().replace("+00:00", "Z")


def refuse(asked: Asked, names: set[str]) -> None:
    if names:
        raise AgainstSpecification(f"{asked.method} {asked.path}: Mastodon knows no {sorted(names)}.")
