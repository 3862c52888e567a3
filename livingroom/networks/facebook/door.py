"""The door for what Meta sends by itself: one address for all pages and Instagram accounts of this house."""

import json
import logging
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods
from django_tasks import task

from livingroom.networks.errors import AuthExpired, Forbidden, Invalid, NetworkError
from livingroom.networks.facebook.network import FacebookNetwork
from livingroom.networks.facebook.webhooks import answer_challenge, verify_token_of
from livingroom.networks.instagram.network import InstagramNetwork
from livingroom.networks.interface import Network
from livingroom.networks.models import Connection
from livingroom.networks.operations import open_connection
from livingroom.networks.own_apps import app_of
from livingroom.networks.reactions.keeping import keep_events
from livingroom.people.policy import require

log = logging.getLogger("livingroom.networks")

LARGEST_BODY = 1_000_000
CONNECTORS: tuple[type[Network], ...] = (FacebookNetwork, InstagramNetwork)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def meta_door(request: HttpRequest) -> HttpResponseBase:
    """Meta asks once whether this address is ours, and then brings what happens."""
    if request.method == "POST":
        return _take(request)
    if "hub.mode" in request.GET:
        return _confirm(request)
    require(request.user, "set_up")
    return _explain(request)


def take_delivery(headers: dict[str, str], body: bytes, now: datetime) -> int:
    """Keep what a delivery brings, for each account that it speaks of. Returns how many reactions are new.

    Raises Invalid when nobody could have sent this, Forbidden when no account's app has signed it.
    """
    n_new, refused = 0, Forbidden("No account of ours has an app that signed this.", "webhook")
    n_believed = 0
    for connection in _accounts(_named_in(body)):
        try:
            page = open_connection(connection).receive(headers, body, now)
        except (Forbidden, AuthExpired) as error:
            refused = Forbidden(error.text, "webhook")
            continue
        n_believed += 1
        n_new += keep_events(connection, page.events, now)
    if not n_believed:
        raise refused
    return n_new


@task(queue_name="slow")
def subscribe_accounts() -> int:
    """Have Meta tell us of every connected account. Returns how many it will tell us of."""
    n_told = 0
    for connection in Connection.objects.connected().filter(network__in=[each.name for each in CONNECTORS]):
        network = open_connection(connection)
        try:
            if isinstance(network, FacebookNetwork | InstagramNetwork):
                network.subscribe()
                n_told += 1
        except NetworkError as error:
            log.warning("%s: Meta does not tell us by itself: %s", connection, error.text)
    return n_told


def _take(request: HttpRequest) -> HttpResponse:
    if int(request.headers.get("Content-Length") or 0) > LARGEST_BODY:
        return HttpResponse("A delivery is at most 1 MB.", status=413, content_type="text/plain")
    try:
        take_delivery(dict(request.headers), request.body, timezone.now())
    except Forbidden as error:
        return HttpResponse(error.text, status=401, content_type="text/plain")
    except Invalid as error:
        return HttpResponse(error.text, status=422, content_type="text/plain")
    return HttpResponse("kept", content_type="text/plain")


def _confirm(request: HttpRequest) -> HttpResponse:
    for word in _verify_tokens().values():
        try:
            answer = answer_challenge({name: str(value) for name, value in request.GET.items()}, word)
        except Forbidden:
            continue
        subscribe_accounts.enqueue()
        return HttpResponse(answer, content_type="text/plain")
    return HttpResponse("This is not our word.", status=403, content_type="text/plain")


def _explain(request: HttpRequest) -> HttpResponse:
    context = {
        "address": settings.PUBLIC_URL + reverse("meta_door"),
        "words": _verify_tokens(),
        "is_reachable": settings.PUBLIC_URL.startswith("https://"),
    }
    return render(request, "networks/meta_door.html", context)


def _verify_tokens() -> dict[str, str]:
    """By the title of each network whose app we know."""
    secrets = {each.title: app_of(each).get("app_secret", "") for each in CONNECTORS}
    return {title: verify_token_of(secret) for title, secret in secrets.items() if secret}


def _named_in(body: bytes) -> set[str]:
    """The accounts that a delivery speaks of. Nothing is believed yet."""
    try:
        told = json.loads(body)
        return {str(entry["id"]) for entry in told["entry"]}
    except (ValueError, TypeError, KeyError):
        raise Invalid("This is no delivery of Meta's.") from None


def _accounts(names: set[str]) -> list[Connection]:
    networks = [each.name for each in CONNECTORS]
    return list(Connection.objects.connected().filter(network__in=networks, account_id__in=names))
