"""What is kept of a delivery whose topic stands in a header: the topic, and those fields that we read.

Names, streets and telephone numbers of buyers come along in every order of Shopify and WooCommerce; none is stored.
"""

import json
from collections.abc import Mapping
from typing import Any

from livingroom.orders.facts import Unusable
from livingroom.orders.intake.generic import parse

# A field to its own wanted fields; an empty one is taken as it is. A list is trimmed item by item.
Wanted = Mapping[str, "Wanted"]
WHOLE: Wanted = {}


def wanted(*names: str, **deeper: Wanted) -> Wanted:
    return {**dict.fromkeys(names, WHOLE), **deeper}


def kept(topic: str, body: bytes, fields: Wanted) -> str:
    """The envelope as text; a body that is no object is kept as it came, for a person to look at."""
    try:
        # Amounts stay the very digits that were sent.
        data = json.loads(body, parse_float=str)
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict):
        return body.decode("utf-8", errors="replace")
    return json.dumps({"topic": topic, "data": _trimmed(data, fields)}, ensure_ascii=False)


def opened(body: str) -> tuple[str, dict[str, Any]]:
    """The topic and the data. Raises Unusable."""
    envelope = parse(body)
    topic, data = envelope.get("topic"), envelope.get("data")
    if not isinstance(topic, str) or not isinstance(data, dict):
        raise Unusable("topic or data is missing: this is no delivery of this shop.", field="data")
    return topic, data


def part(data: object, *path: str) -> Any:
    """What lies at a path of names, or None where the path breaks off."""
    for name in path:
        data = data.get(name) if isinstance(data, dict) else None
    return data


def rows(data: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """The objects in a list; [] when the shop sent none."""
    found = data.get(name)
    return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []


def notes(pairs: list[dict[str, Any]], name: str) -> dict[str, str]:
    """Pairs of a name and a value, as both shops note them, by the name in lower case."""
    return {
        str(pair.get(name) or "").lower(): pair["value"].strip()
        for pair in pairs
        if isinstance(pair.get("value"), str)
    }


def _trimmed(value: Any, fields: Wanted) -> Any:
    if not fields:
        return value
    if isinstance(value, list):
        return [_trimmed(each, fields) for each in value]
    if isinstance(value, dict):
        return {name: _trimmed(value[name], deeper) for name, deeper in fields.items() if name in value}
    return value
