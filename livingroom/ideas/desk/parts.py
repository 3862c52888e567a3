"""What other folders of this room show on an idea's page of the desk: each has a template, and here is what it takes."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest

from livingroom.ideas.merging.views import merge_part
from livingroom.ideas.models import Idea
from livingroom.ideas.origins.views import origin_part
from livingroom.ideas.wanting import who_wants


def parts_of(request: HttpRequest, idea: Idea, now: datetime) -> dict[str, Any]:
    """Consent and evidence, what it may be merged with, and who wants it."""
    return {**origin_part(request, idea), **merge_part(idea), "wanting": who_wants(idea, now)}
