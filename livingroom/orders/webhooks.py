"""The public door for shops: `/hooks/orders/<shop>/`."""

import logging
from datetime import datetime

from django.db import DatabaseError
from django.db.models import F
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from livingroom.orders.intake.doors import door_of
from livingroom.orders.intake.signatures import WrongSignature
from livingroom.orders.models import RefusedDelivery, Shop
from livingroom.orders.operations import receive_soon
from livingroom.orders.secrecy import SecretLost
from livingroom.orders.shops import secrets_of

LARGEST_BODY = 1_000_000
log = logging.getLogger(__name__)


@csrf_exempt
@require_POST
def order_webhook(request: HttpRequest, slug: str) -> HttpResponse:
    """Prove, keep, answer. Whatever is wrong with the contents is for a person, not for the shop to send again."""
    now = timezone.now()
    shop = Shop.objects.filter(slug=slug).first()
    if shop is None or shop.kind == Shop.Kind.CSV:
        return _answer(404, "There is no shop here that sends deliveries.")
    if int(request.headers.get("Content-Length") or 0) > LARGEST_BODY:
        return _answer(413, "A delivery is at most a megabyte.")
    body = request.body
    door = door_of(shop)
    if door.is_greeting(request.headers, body):
        return JsonResponse({"state": "greeted"})
    try:
        door.prove(secrets_of(shop, now), request.headers, body, now)
    except WrongSignature as refusal:
        _count_refusal(shop, str(refusal), now)
        return _answer(401, f"Not accepted: {refusal}.")
    except SecretLost as problem:
        log.error("Shop %s: %s", shop.slug, problem)
        return _answer(503, "The shop's secret cannot be read. Send it again later.")
    try:
        delivery = receive_soon(
            actor=shop,
            shop=shop,
            source=shop.kind,
            dedupe_key=door.delivery_id(request.headers, body),
            body=door.kept(request.headers, body),
            now=now,
        )
    except DatabaseError:
        log.exception(
            "A delivery of shop %s was not kept or not applied; the shop is told to send it again.", shop.slug
        )
        return _answer(503, "Not kept. Send it again later.")
    return JsonResponse({"delivery": delivery.pk, "state": delivery.state})


def _count_refusal(shop: Shop, reason: str, now: datetime) -> None:
    row, _ = RefusedDelivery.objects.get_or_create(
        shop=shop, on=now.date(), reason=reason[:120], defaults={"last_at": now}
    )
    RefusedDelivery.objects.filter(pk=row.pk).update(n=F("n") + 1, last_at=now)


def _answer(status: int, text: str) -> HttpResponse:
    return JsonResponse({"problem": text}, status=status)
