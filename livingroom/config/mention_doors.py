"""Our own public pages say where they take mentions, in a header: so others' Webmentions and pingbacks reach us.

https://www.w3.org/TR/webmention/#sender-discovers-receiver-webmention-endpoint
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

# Pages with something to link to; not forms, files, or what only a key opens for one person.
TAKES_MENTIONS = {
    "front_door",
    "place",
    "find_branch",
    "check_account",
    "said",
    "public_claim",
    "public_compare",
}


class MentionDoorsMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        match = request.resolver_match
        if match is not None and match.view_name in TAKES_MENTIONS and response.status_code == 200:
            link = f'<{settings.PUBLIC_URL}{reverse("webmention")}>; rel="webmention"'
            response["Link"] = f"{response['Link']}, {link}" if response.has_header("Link") else link
            response["X-Pingback"] = f"{settings.PUBLIC_URL}{reverse('pingback')}"
        return response
