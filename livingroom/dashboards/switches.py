"""Tabs that change one parameter of the address and keep the others."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest


@dataclass(frozen=True)
class Switch:
    label: str
    url: str
    is_current: bool
    n: str | None = None


def switch(
    request: HttpRequest, name: str, current: str, labels: Mapping[str, str], *, anchor: str
) -> list[Switch]:
    kept = {key: value for key, value in request.GET.items() if key not in {name, "all", "picture"}}
    return [
        Switch(label, "?" + urlencode({**kept, name: value}) + f"#{anchor}", value == current)
        for value, label in labels.items()
    ]
