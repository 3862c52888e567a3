"""The public door of venues: `/hooks/events/<venue>/`, signed as Standard Webhooks has it."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from livingroom.community.events.attendance import CannotTake, take_in
from livingroom.community.events.models import Venue
from livingroom.community.events.venues import CannotUnseal, secrets_of
from livingroom.networks.errors import Forbidden
from livingroom.networks.webhook.signing import prove

LARGEST_BODY = 256_000


@csrf_exempt  # its signature is the proof
@require_POST
def venue_door(request: HttpRequest, slug: str) -> HttpResponse:
    """Prove, keep, answer."""
    now, venue = timezone.now(), Venue.objects.filter(slug=slug).first()
    if venue is None:
        return _refuse(404, "There is no such venue.")
    if int(request.headers.get("Content-Length") or 0) > LARGEST_BODY:
        return _refuse(413, "A delivery is at most 256 kB.")
    try:
        prove(secrets_of(venue, now), dict(request.headers), request.body, now)
        kept = take_in(venue=venue, delivery_id=request.headers["webhook-id"], body=request.body, now=now)
    except Forbidden as problem:
        return _refuse(401, f"Not accepted: {problem.text}.")
    except CannotUnseal:
        return _refuse(503, "The venue's secret cannot be read. Send it again later.")
    except CannotTake as problem:
        return _refuse(422, problem.text, problem.field)
    return JsonResponse(kept)


def _refuse(status: int, text: str, field: str = "") -> HttpResponse:
    return JsonResponse({"message": text, "field": field}, status=status)
