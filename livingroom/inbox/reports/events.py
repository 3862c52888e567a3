"""The rows of conversations as the measuring room reads them."""

from collections.abc import Sequence
from datetime import datetime

from livingroom.inbox.csat.models import Asked
from livingroom.inbox.models import Message, Step
from livingroom.measure.moments import as_microseconds
from livingroom.measure.service.events import Event

TONES = {"negative": -1.0, "neutral": 0.0, "positive": 1.0}
STEPS = {"closed": "close", "opened again": "reopen", "waits for the customer": "wait"}


def events_of(numbers: Sequence[int]) -> list[Event]:
    """Return everything that counts of these conversations: three queries."""
    return [*_words(numbers), *_steps(numbers), *_ratings(numbers)]


def _words(numbers: Sequence[int]) -> list[Event]:
    rows = (
        Message.objects.filter(conversation__in=numbers, gone_at=None)
        .exclude(direction=Message.Direction.NOTE)
        .order_by("at", "pk")
        .values_list(
            "conversation_id", "at", "direction", "author_id", "conversation__author_id", "staff_id", "state",
            "is_automatic", "mention__sentiment",
        )
    )  # fmt: skip
    found = []
    for number, at, direction, author, asker, staff, state, is_automatic, tone in rows.iterator(10_000):
        moment, name = as_microseconds(at), str(number)
        if direction == Message.Direction.IN:
            kind = "customer" if author == asker else "peer"
            found.append(Event(name, moment, f"a{author}", kind, tone=TONES.get(tone or "")))
        elif state == Message.State.SENT:
            is_person = staff is not None and not is_automatic
            found.append(
                Event(name, moment, f"s{staff}", "staff")
                if is_person
                else Event(name, moment, "rule", "bot", "automatic")
            )
    return found


def _steps(numbers: Sequence[int]) -> list[Event]:
    rows = Step.objects.filter(conversation__in=numbers, verb__in=STEPS).order_by("at", "pk")
    return [
        Event(
            str(number),
            as_microseconds(at),
            f"s{staff}" if staff else "rule",
            "staff" if staff else "bot",
            STEPS[verb],
        )
        for number, at, verb, staff in rows.values_list("conversation_id", "at", "verb", "staff_id")
    ]


def _ratings(numbers: Sequence[int]) -> list[Event]:
    found = []
    rows = Asked.objects.filter(conversation__in=numbers, asked_at__isnull=False)
    for number, author, asked_at, rating, answered_at in rows.values_list(
        "conversation_id", "author_id", "asked_at", "rating", "answered_at"
    ):
        assert asked_at is not None
        found.append(Event(str(number), as_microseconds(asked_at), "rule", "bot", "ask"))
        if rating is not None and answered_at is not None:
            found.append(_rating(number, author, answered_at, rating))
    return found


def _rating(number: int, author: int, at: datetime, rating: int) -> Event:
    return Event(str(number), as_microseconds(at), f"a{author}", "customer", "rating", value=str(rating))
