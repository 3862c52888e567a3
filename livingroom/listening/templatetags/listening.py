"""Reasons of guesses as people say them: languages by name, shares as percent."""

import re

from django import template

from livingroom.shared.places import language_name

register = template.Library()
READ_AS = re.compile(r"\b(read as|against) ([a-z]{2,3}) (?=[01]\.\d\d)")
USES = re.compile(r"\b(the (?:author|branch) uses|but more like) ([a-z]{2,3})(?=[,. ])")
SHARE = re.compile(r"(?<![+\-.\d])([01]\.\d\d)(?![.\d])")


@register.filter
def language_reason(reason: str | None) -> str:
    """Words read as en 0.99 against fr 0.01: written as Words read as English 99 % against French 1 %."""
    named = READ_AS.sub(_named, reason or "")
    return share_reason(USES.sub(_named, named).replace("read as", "look like"))


@register.filter
def share_reason(reason: str | None) -> str:
    """The shares of a reason as percent; a score with a sign stays a score."""
    return SHARE.sub(lambda found: f"{float(found[1]):.0%}", reason or "")


def _named(found: re.Match[str]) -> str:
    end = " " if found[0].endswith(" ") else ""
    return f"{found[1]} {language_name(found[2])}{end}"
