"""What sub-rooms put on a conversation's page: they register a template and what it is given; the page does not know them.

    add_part("composer", "inbox/answering/_composer.html", composer_of)

The template finds what the function returned under its own names, and `conversation`, `staff`, `may_answer` and `request`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from livingroom.inbox.models import Conversation
from livingroom.people.models import Staff

Place = Literal["head", "composer", "side"]
Given = Callable[[Conversation, Staff, datetime], Mapping[str, Any] | None]


@dataclass(frozen=True)
class Part:
    place: Place
    template: str
    given: Given
    position: int = 50


_parts: dict[str, Part] = {}


def add_part(place: Place, template: str, given: Given, *, position: int = 50) -> None:
    """Show `template` there, in the order of positions; a function that returns None shows nothing this time."""
    _parts[template] = Part(place, template, given, position)


def shown_parts(
    place: Place, request: HttpRequest, conversation: Conversation, staff: Staff, now: datetime, **more: Any
) -> list[SafeString]:
    """The parts of one place, written out."""
    rows = sorted((part for part in _parts.values() if part.place == place), key=lambda part: part.position)
    shown = []
    for part in rows:
        given = part.given(conversation, staff, now)
        if given is not None:
            context = {"conversation": conversation, "staff": staff, **more, **given}
            shown.append(render_to_string(part.template, context, request))
    return shown
