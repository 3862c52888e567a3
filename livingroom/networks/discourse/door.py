"""The door for what forums send by themselves: one address for all of them."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from livingroom.networks.errors import AuthExpired, Forbidden, NetworkError
from livingroom.networks.models import Connection
from livingroom.networks.operations import open_connection
from livingroom.networks.reactions.keeping import keep_events

LARGEST_BODY = 1_000_000


@csrf_exempt
@require_POST
def discourse_door(request: HttpRequest) -> HttpResponse:
    """Keep what a forum brings, for the account whose secret has signed it."""
    if int(request.headers.get("Content-Length") or 0) > LARGEST_BODY:
        return HttpResponse("A delivery is at most 1 MB.", status=413, content_type="text/plain")
    try:
        take_delivery(dict(request.headers), request.body, timezone.now())
    except Forbidden as error:
        return HttpResponse(error.text, status=401, content_type="text/plain")
    except NetworkError as error:
        # The forum tries again later; what we could not read now, we also ask for by ourselves.
        return HttpResponse(error.text, status=503, content_type="text/plain")
    return HttpResponse("kept", content_type="text/plain")


def take_delivery(headers: dict[str, str], body: bytes, now: datetime) -> int:
    """Returns how many reactions are new. Raises Forbidden when no account of that forum has this secret."""
    forum = {name.lower(): value for name, value in headers.items()}.get("x-discourse-instance", "")
    n_new, n_believed = 0, 0
    for connection in Connection.objects.connected().filter(
        network="discourse", server_url=forum.rstrip("/")
    ):
        try:
            page = open_connection(connection).receive(headers, body, now)
        except (Forbidden, AuthExpired):
            continue
        n_believed += 1
        n_new += keep_events(connection, page.events, now)
    if not n_believed:
        raise Forbidden("No account of this forum has a secret that signed this.", "webhook")
    return n_new
