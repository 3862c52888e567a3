"""What every page of the ideas desk needs."""

from django import template
from django.utils.safestring import SafeString

from livingroom.ideas.desk.tabs import Tab
from livingroom.ideas.desk.tabs import desk_tabs as tabs_of
from livingroom.ideas.duty.states import TONES
from livingroom.ideas.text import html_of, plain_of

register = template.Library()


@register.simple_tag
def desk_tabs(path: str, staff: object) -> list[Tab]:
    """{% desk_tabs request.path request.user as tabs %}, for components/tabs.html."""
    return tabs_of(path, staff)


@register.filter
def as_html(text: str) -> SafeString:
    """What people wrote in markdown, as safe HTML."""
    return html_of(text)


@register.filter
def plain_words(text: str) -> str:
    """The same as words on one line, cut at 500."""
    return plain_of(text, 500)


@register.filter
def state_tone(state: str) -> str:
    """The colour of an idea's state, for components/badge.html."""
    return TONES.get(state, "neutral")
