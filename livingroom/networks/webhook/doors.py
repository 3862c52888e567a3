"""The doors of places: events come in, posts go out, both proven by a signature; and the place's page for staff."""

import json
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from livingroom.networks.errors import AuthExpired, Forbidden, Invalid
from livingroom.networks.models import Connection
from livingroom.networks.webhook import operations
from livingroom.networks.webhook.models import PlaceEvent, PlaceFigure, PlacePost
from livingroom.networks.webhook.signing import headers_for
from livingroom.people.policy import may, require

LARGEST_BODY = 256_000
SHOWN = 20


@csrf_exempt
@require_POST
def place_events(request: HttpRequest, account: str) -> HttpResponse:
    """Take in what a place tells us."""
    connection = _place(account)
    if connection is None:
        return _refuse(404, "There is no place of this name.")
    if int(request.headers.get("Content-Length") or 0) > LARGEST_BODY:
        return _refuse(413, "A delivery is at most 256 kB.")
    try:
        kept = operations.take_in(
            connection=connection, headers=dict(request.headers), body=request.body, now=timezone.now()
        )
    except AuthExpired as problem:
        return _refuse(410, problem.text)
    except Forbidden as problem:
        return _refuse(401, f"Not accepted: {problem.text}.")
    except Invalid as problem:
        return _refuse(422, problem.text, problem.field)
    return JsonResponse(kept)


@never_cache
@require_GET
def place_posts(request: HttpRequest, account: str) -> HttpResponse:
    """Lay out the posts of a place that fetches them; what we answer is signed, too."""
    connection, now = _place(account), timezone.now()
    after, limit = (_number(request.GET.get(name, "")) for name in ("after", "limit"))
    if connection is None:
        return _refuse(404, "There is no place of this name.")
    try:
        posts = operations.hand_out(
            connection=connection,
            headers=dict(request.headers),
            after=after,
            now=now,
            limit=limit or operations.POSTS_AT_ONCE,
        )
    except AuthExpired as problem:
        return _refuse(410, problem.text)
    except Forbidden as problem:
        return _refuse(401, f"Not accepted: {problem.text}.")
    return _signed(connection, posts, now)


@require_GET
def place_page(request: HttpRequest, account: str) -> HttpResponse:
    require(request.user, "look")
    return _page(request, get_object_or_404(Connection, network="webhook", account_id=account))


@never_cache
@require_POST
def place_secret(request: HttpRequest, account: str) -> HttpResponse:
    """Make a new secret, and show it this once."""
    connection = get_object_or_404(Connection, network="webhook", account_id=account)
    secret = operations.change_secret(
        staff=require(request.user, "set_up"), connection=connection, now=timezone.now()
    )
    return _page(request, connection, secret=secret)


def _page(request: HttpRequest, connection: Connection, secret: str = "") -> HttpResponse:
    figures = PlaceFigure.objects.filter(connection=connection).order_by("-on", "name")
    context = {
        "connection": connection,
        "secret": secret,
        "events_url": settings.PUBLIC_URL + reverse("place_events", args=[connection.account_id]),
        "posts_url": settings.PUBLIC_URL + reverse("place_posts", args=[connection.account_id]),
        "events": PlaceEvent.objects.filter(connection=connection).order_by("-pk")[:SHOWN],
        "posts": PlacePost.objects.filter(connection=connection).order_by("-change")[:SHOWN],
        "figures": figures[:SHOWN],
        "may_set_up": may(request.user, "set_up"),
    }
    return render(request, "networks/place.html", context)


def _place(account: str) -> Connection | None:
    return Connection.objects.filter(network="webhook", account_id=account).first()


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else 0


def _signed(connection: Connection, posts: dict[str, object], now: datetime) -> HttpResponse:
    body = json.dumps(posts, ensure_ascii=False).encode()
    secrets = operations.open_place(connection).client.secrets()
    response = HttpResponse(body, content_type="application/json")
    for name, value in headers_for(secrets, f"posts-{int(now.timestamp() * 1000)}", body, now).items():
        response[name] = value
    return response


def _refuse(status: int, text: str, field: str = "") -> HttpResponse:
    return JsonResponse({"message": text, "field": field}, status=status)
