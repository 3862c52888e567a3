"""What rooms above put on a mention's page: they register a template and what it is given; the page does not know them.

add_part("ideas/origins/_button.html", of_mention)
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from livingroom.listening.models import Mention
from livingroom.people.models import Staff

Given = Callable[[Mention, Staff, datetime], Mapping[str, Any] | None]
_parts: dict[str, Given] = {}


def add_part(template: str, given: Given) -> None:
    """Show `template` there; a function that returns None shows nothing this time."""
    _parts[template] = given


def shown_parts(request: HttpRequest, mention: Mention, staff: Staff, now: datetime) -> list[SafeString]:
    """The parts, written out."""
    found = ((template, given(mention, staff, now)) for template, given in _parts.items())
    return [
        render_to_string(template, dict(given), request) for template, given in found if given is not None
    ]
