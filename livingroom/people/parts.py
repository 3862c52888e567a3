"""What rooms put on a customer's page: they register a template and what it is given; the page does not know them.

    add_part("orders", "orders/_of_customer.html", orders_of, position=20)

The function gets a Customer and returns the template's names, or None to show nothing. `customer` is always among them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from livingroom.people.models import Customer

Given = Callable[[Customer], Mapping[str, Any] | None]


@dataclass(frozen=True)
class Part:
    template: str
    given: Given
    position: int


_parts: dict[str, Part] = {}


def add_part(name: str, template: str, given: Given, *, position: int = 50) -> None:
    _parts[name] = Part(template, given, position)


def shown_parts(request: HttpRequest, customer: Customer) -> list[SafeString]:
    """The parts of all rooms, written out."""
    shown = []
    for part in sorted(_parts.values(), key=lambda part: part.position):
        given = part.given(customer)
        if given is not None:
            shown.append(render_to_string(part.template, {"customer": customer, **given}, request))
    return shown
