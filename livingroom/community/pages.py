"""What all public pages of the room share: the visitor's language, who they are, and where else they may look."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from livingroom.community.words import WORDS, words_in
from livingroom.people.members.at_the_door import member_of
from livingroom.shared.street import ways_in
from livingroom.shared.tongues import language_of


def tongue_of(request: HttpRequest) -> str:
    """The language of the page: asked for, the member's own, or the browser's."""
    member = member_of(request) if request.COOKIES else None
    asked = "lang" in request.GET or "lang" in request.POST
    if member is not None and not asked and member.language in WORDS:
        return member.language
    return language_of(request, WORDS)


def page(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """Render a public page with its words. A page for a member is theirs alone."""
    language = tongue_of(request)
    member = member_of(request) if request.COOKIES else None
    given = {"words": words_in(language), "language": language, "member": member, "ways": ways_in(language)}
    response = render(request, f"community/{template}", given | context, status=status)
    patch_vary_headers(response, ["Accept-Language", "Cookie"])
    if member is not None or request.method == "POST":
        response["Cache-Control"] = "private, no-store"
    return response


def refused(request: HttpRequest, problem: str, back: str, *, status: int = 409) -> HttpResponse:
    """Say why something cannot be done, and lead back."""
    return page(request, "refused.html", {"problem": problem, "back": back}, status=status)
