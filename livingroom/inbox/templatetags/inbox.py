from datetime import datetime, timedelta

from django import template
from django.utils import timezone

from livingroom.inbox import steps
from livingroom.inbox.live.hub import hub
from livingroom.inbox.models import Step
from livingroom.networks.registry import UnknownNetwork, find_network

register = template.Library()
OTHERS = {"mail": "Mail", "form": "Web form", "csv": "File"}


@register.filter
def step_words(step: Step) -> str:
    return steps.said(step)


@register.filter
def network_title(name: str) -> str:
    """bluesky is Bluesky."""
    if name in OTHERS:
        return OTHERS[name]
    try:
        return find_network(name).title
    except UnknownNetwork:
        return name


@register.filter
def ago(at: datetime) -> str:
    """How long ago, at a glance: now, 5 min, 3 h, 4 d; longer ago the day."""
    span = timezone.now() - at
    minutes = int(span.total_seconds() // 60)
    if minutes < 1:
        return "now"
    if minutes < 60:
        return f"{minutes} min"
    if span < timedelta(days=1):
        return f"{minutes // 60} h"
    return f"{span.days} d" if span < timedelta(days=14) else f"{at.day} {at:%b %Y}"


@register.simple_tag
def screen_mark() -> str:
    """How far the page that is being made has heard: its stream goes on from there."""
    return hub.bookmark()
