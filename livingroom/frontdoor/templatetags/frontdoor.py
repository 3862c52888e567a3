"""Words of the front door inside templates: {% say "title" brand=brand.name %}."""

from collections.abc import Iterable
from functools import lru_cache

from django import template
from django.template import Context
from django.template.loader import get_template
from django.urls import reverse
from django.utils.safestring import SafeString

from livingroom.branches.interests import interest_in
from livingroom.frontdoor.doors import Door
from livingroom.frontdoor.languages import Language
from livingroom.ideas.portal.who import public_board

register = template.Library()


@register.simple_tag(takes_context=True)
def say(context: Context, key: str, **values: object) -> str:
    language: Language = context["language"]
    return language.say(key, **values)


@register.simple_tag(takes_context=True)
def count(context: Context, key: str, n: int) -> str:
    language: Language = context["language"]
    return language.count(key, n)


@register.simple_tag(takes_context=True)
def day_in(context: Context, on: object) -> str:
    language: Language = context["language"]
    return language.day(on)  # type: ignore[arg-type]  # a date, as templates know no types


@register.simple_tag(takes_context=True)
def country_in(context: Context, code: str) -> str:
    language: Language = context["language"]
    return language.country(code)


@register.simple_tag(takes_context=True)
def language_in(context: Context, code: str) -> str:
    language: Language = context["language"]
    return language.language(code)


@register.simple_tag(takes_context=True)
def language_in_sentence(context: Context, code: str) -> str:
    language: Language = context["language"]
    return language.language_in_sentence(code)


@register.simple_tag(takes_context=True)
def interests_in(context: Context, words: Iterable[str]) -> str:
    language: Language = context["language"]
    return ", ".join(interest_in(word, language.code) for word in words)


@register.simple_tag(takes_context=True)
def weekday_in(context: Context, weekday: int) -> str:
    language: Language = context["language"]
    return language.weekday(weekday)


@register.simple_tag(takes_context=True)
def answers_within(context: Context, minutes: int) -> str:
    """How fast a branch answers, in the unit people would say it in."""
    language: Language = context["language"]
    if minutes < 90:
        time = language.say("minutes", n=max(1, minutes))
    elif minutes < 36 * 60:
        time = language.say("hours", n=round(minutes / 60))
    else:
        time = language.say("days", n=round(minutes / 1440))
    return language.say("answers", time=time)


@register.simple_tag(takes_context=True)
def door_card(context: Context, door: Door, level: int = 3) -> SafeString:
    """A door's card. What it looks like depends on the door and the language alone, so it is drawn once for both."""
    return _drawn(door, context["language"], level)


@register.simple_tag
def ideas_path() -> str:
    """Where ideas are collected; empty while there is no board for everybody."""
    return reverse("idea_board") if public_board() else ""


@register.simple_tag
def languages() -> list[tuple[str, str]]:
    return [(code, Language(code).words["language"]) for code in Language.codes()]


@lru_cache(maxsize=4096)
def _drawn(door: Door, language: Language, level: int) -> SafeString:
    drawn: SafeString = get_template("frontdoor/door.html").render(  # type: ignore[assignment]  # it says str, and is safe
        {"door": door, "language": language, "level": level}
    )
    return drawn
