"""The visible list of views that need no login. Everything else does."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url

PUBLIC_VIEWS = {
    "front_door": "the list of official branches",
    "account_login": "sign in",
    "account_logout": "sign out",
    "account_reset_password": "forgotten password",
    "account_reset_password_done": "forgotten password",
    "account_reset_password_from_key": "forgotten password",
    "account_reset_password_from_key_done": "forgotten password",
    "set_up": "the very first account, with the one-time link printed at the first start",
    "enter_demo": "the demo's own door; answers 404 outside the demo",
    "reveal": "one single-use code per visitor of a placement",
    "order_webhook": "orders from a shop, proven by their signature",
    "public_claim": "a claim that was published; others answer 404",
    "public_claim_file": "the same as PDF and JSON, to be verified",
    "public_compare": "two published claims side by side",
    "health": "is the house up",
    "stylesheet": "looks of every page, public ones too",
    "vega_bundle": "the script that draws charts",
}
PUBLIC_PREFIXES = ("/static/", "/api/")  # the API checks its own keys on every call


class LoginUnlessPublicMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: list[object], kwargs: dict[str, object]
    ) -> HttpResponse | None:
        # First what needs nobody: a page that never asks who is there can be cached for everybody.
        if request.path.startswith(PUBLIC_PREFIXES):
            return None
        if request.resolver_match and request.resolver_match.view_name in PUBLIC_VIEWS:
            return None
        if request.user.is_authenticated:
            return None
        if request.headers.get("HX-Request"):
            response = HttpResponse(status=204)
            response["HX-Redirect"] = resolve_url(settings.LOGIN_URL)
            return response
        login: HttpResponseRedirect = redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
        return login
