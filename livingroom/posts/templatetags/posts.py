from datetime import datetime
from zoneinfo import ZoneInfo

from django import template
from django.conf import settings

from livingroom.branches.queries import Choices
from livingroom.posts.forms import LOCAL
from livingroom.posts.models import DeliveryAttempt, Placement
from livingroom.posts.queries import TONES

register = template.Library()
OUTCOME_TONES = {"sent": "good", "not_sent": "neutral", "failed": "bad", "unknown": "warn"}


@register.filter
def state_tone(placement: Placement) -> str:
    return TONES[Placement.State(placement.state)]


@register.filter
def outcome_tone(attempt: DeliveryAttempt) -> str:
    return OUTCOME_TONES.get(attempt.outcome, "accent")


@register.filter
def clock(at: datetime | None, zone: str) -> str:
    """The time of day in a zone: 09:30."""
    return "" if at is None else f"{at.astimezone(ZoneInfo(zone)):%H:%M}"


@register.filter
def wall_time(at: datetime | None, zone: str) -> str:
    """For a datetime-local input."""
    return "" if at is None else at.astimezone(ZoneInfo(zone)).strftime(LOCAL)


@register.filter
def own_path(url: str) -> str:
    """An address of ours without our name, so that pages find it under whatever name they were opened."""
    return url.removeprefix(settings.PUBLIC_URL)


@register.filter
def promised_words(n: int) -> str:
    """What a change of a phrase does to posts that wait."""
    if n == 1:
        return "1 placement that is promised says it: it changes with it, and is approved anew where its branch wants that."
    return f"{n} placements that are promised say it: they change with it, and are approved anew where their branch wants that."


@register.filter
def split(text: str) -> list[str]:
    return text.split()


@register.filter
def picker(
    choices: Choices, shown: dict[str, str]
) -> list[tuple[str, str, str, list[tuple[str, str, bool]]]]:
    """The selects that narrow the branches, with what is chosen in each; one choice alone narrows nothing."""
    asked = [
        ("division", "Division", "Every division", choices.divisions),
        ("country", "Country", "Every country", choices.countries),
        ("language", "Language", "Every language", choices.languages),
    ]
    return [
        (name, label, everything, [(value, text, shown.get(name) == value) for value, text in pairs])
        for name, label, everything, pairs in asked
        if len(pairs) > 1
    ]
