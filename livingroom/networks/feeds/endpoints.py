"""The door of hubs: `/feeds/hub/<token>/`."""

import logging

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from livingroom.networks.errors import NetworkError
from livingroom.networks.feeds import websub
from livingroom.networks.feeds.models import FeedSubscription

LARGEST_BODY = 2_000_000
log = logging.getLogger("livingroom.networks")


@csrf_exempt
@require_http_methods(["GET", "POST"])
def feed_hub(request: HttpRequest, token: str) -> HttpResponse:
    """A hub asks whether we meant it (GET) or tells us what is new (POST)."""
    subscription = get_object_or_404(FeedSubscription.objects.select_related("connection"), token=token)
    return _confirm(request, subscription) if request.method == "GET" else _take(request, subscription)


def _confirm(request: HttpRequest, subscription: FeedSubscription) -> HttpResponse:
    lease = request.GET.get("hub.lease_seconds", "")
    meant = websub.confirm(
        subscription,
        mode=request.GET.get("hub.mode", ""),
        topic=request.GET.get("hub.topic", ""),
        lease_seconds=int(lease) if lease.isdecimal() and len(lease) < 12 else 0,
        now=timezone.now(),
    )
    if not meant:
        return _words(404, "Nobody here asked for this.")
    return _words(200, request.GET.get("hub.challenge", ""))


def _take(request: HttpRequest, subscription: FeedSubscription) -> HttpResponse:
    if int(request.headers.get("Content-Length") or 0) > LARGEST_BODY:
        return _words(413, "A feed is at most two megabytes.")
    try:
        websub.take_push(subscription, dict(request.headers), request.body, timezone.now())
    except NetworkError as error:
        # The specification wants a success all the same: a forger learns nothing, and a hub need not try again.
        log.warning("A push for %s was not believed: %s", subscription.topic, error.text)
    return _words(202, "")


def _words(status: int, text: str) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
