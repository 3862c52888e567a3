"""Tell those outside the house of an alarm: by mail, or as a signed webhook (standardwebhooks.com). Tried until it arrives."""

import json
import logging
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.db.models import F
from django.urls import reverse

from livingroom.listening.models import Alert, AlertDelivery, AlertReceiver, Mention
from livingroom.networks.errors import NetworkError
from livingroom.networks.transport import Transport
from livingroom.networks.webhook.signing import headers_for, new_secret
from livingroom.orders.secrecy import SecretLost, seal, unseal
from livingroom.people.models import Staff
from livingroom.people.policy import require
from livingroom.shared.events import record_event
from livingroom.shared.problems import Problem

log = logging.getLogger("livingroom.listening")
PAUSES = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=8),
)
CLAIM = timedelta(minutes=2)
QUOTE = 280


class CannotAdd(ValueError):
    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.text)
        self.problem = problem


def tell_receivers(alert: Alert, now: datetime) -> None:
    """Line up one delivery for each receiver. Those who want crises only hear of no more."""
    receivers = AlertReceiver.objects.filter(ended_at=None)
    if alert.kind != Alert.Kind.CRISIS:
        receivers = receivers.filter(only_crises=False)
    AlertDelivery.objects.bulk_create(
        [AlertDelivery(alert=alert, receiver=receiver, try_at=now) for receiver in receivers],
        ignore_conflicts=True,
    )


def deliver_due(now: datetime) -> int:
    """Send what is due. Returns how many arrived. One that fails waits longer each time and holds up no other."""
    n = 0
    for delivery in AlertDelivery.objects.filter(try_at__lte=now).select_related("alert__topic", "receiver")[
        :50
    ]:
        # Who moves the time first has it; if the process dies, it is tried again after the claim ends.
        mine = AlertDelivery.objects.filter(pk=delivery.pk, try_at=delivery.try_at).update(
            try_at=now + CLAIM, n_attempts=F("n_attempts") + 1
        )
        if mine:
            n += _try(delivery, now)
    return n


def _try(delivery: AlertDelivery, now: datetime) -> bool:
    row = AlertDelivery.objects.filter(pk=delivery.pk)
    try:
        if delivery.receiver.kind == AlertReceiver.Kind.MAIL:
            _mail(delivery)
        else:
            _post(delivery, now)
    except (NetworkError, OSError, SecretLost) as problem:
        tries = delivery.n_attempts
        again = now + PAUSES[tries] if tries < len(PAUSES) else None
        row.update(problem=str(problem)[:300] or type(problem).__name__, try_at=again)
        log.warning("%s did not hear of alarm %s: %s", delivery.receiver, delivery.alert_id, problem)
        return False
    row.update(problem="", try_at=None, delivered_at=now)
    return True


def _mail(delivery: AlertDelivery) -> None:
    said = describe(delivery.alert)
    quotes = "\n\n".join(f"{one['author']}: {one['text']}\n{one['url']}" for one in said["mentions"])
    text = f"{said['text']}\n\n{said['url']}\n\nTo read first:\n\n{quotes}\n"
    send_mail(said["text"][:140], text, settings.DEFAULT_FROM_EMAIL, [delivery.receiver.address])


def _post(delivery: AlertDelivery, now: datetime) -> None:
    body = json.dumps(
        {"type": f"alarm.{delivery.alert.kind}", "data": describe(delivery.alert)}, ensure_ascii=False
    )
    headers = headers_for([unseal(delivery.receiver.secret)], delivery.key, body.encode(), now)
    transport = Transport(allow_private=settings.ALLOW_PRIVATE_NETWORKS)
    headers["Content-Type"] = "application/json"
    transport.write("POST", delivery.receiver.address, content=body.encode(), headers=headers)


def describe(alert: Alert) -> dict[str, Any]:
    """An alarm with its evidence, for mails, webhooks and exports. Private messages are told of, not quoted."""
    from livingroom.listening.spikes.raising import (
        words_of_alert,
    )  # it tells of what it raises: each needs the other

    central = Mention.objects.in_bulk(alert.evidence.get("mentions", []))
    return {
        "id": alert.pk,
        "kind": alert.kind,
        "text": words_of_alert(alert),
        "topic": alert.topic.name if alert.topic else None,
        "language": alert.language or None,
        "hour": alert.hour.isoformat(),
        "raised_at": alert.raised_at.isoformat(),
        "first_said_at": alert.first_said_at.isoformat() if alert.first_said_at else None,
        "n": alert.n,
        "expected": alert.expected,
        "z": alert.score,
        "reasons": alert.evidence.get("reasons", []),
        "terms": [term["term"] for term in alert.evidence.get("terms", [])],
        "languages": alert.evidence.get("languages", {}),
        "url": settings.PUBLIC_URL + reverse("listening_alarm", args=[alert.pk]),
        "mentions": [
            {
                "at": one.at.isoformat(),
                "network": one.network,
                "author": one.who if one.is_public else "somebody, to us alone",
                "text": one.text[:QUOTE] if one.is_public else "",
                "url": one.url,
            }
            for pk in alert.evidence.get("mentions", [])
            if (one := central.get(pk)) is not None
        ],
    }


def add_receiver(
    *, staff: Staff, kind: str, address: str, only_crises: bool, now: datetime
) -> tuple[AlertReceiver, str]:
    """Have somebody told from now on. Returns the row and, once, the secret that proves a webhook.

    Raises CannotAdd, PermissionDenied.
    """
    require(staff, "set_up")
    address, secret = address.strip(), ""
    if kind == AlertReceiver.Kind.WEBHOOK:
        if not address.startswith(("https://", "http://127.0.0.1", "http://localhost")):
            raise CannotAdd(Problem("Write an address that begins with https://.", field="address"))
        secret = new_secret()
    elif (
        kind != AlertReceiver.Kind.MAIL or address.count("@") != 1 or any(sign.isspace() for sign in address)
    ):
        raise CannotAdd(Problem("Write one mail address.", field="address"))
    if AlertReceiver.objects.filter(kind=kind, address=address, ended_at=None).exists():
        raise CannotAdd(Problem("They are told already.", field="address"))
    receiver = AlertReceiver.objects.create(
        kind=kind,
        address=address,
        secret=seal(secret) if secret else "",
        only_crises=only_crises,
        made_at=now,
    )
    record_event(actor=staff, verb="has told of alarms", subject=receiver, now=now, address=address)
    return receiver, secret


def end_receiver(*, staff: Staff, receiver: AlertReceiver, now: datetime) -> None:
    """Tell them no more. Raises PermissionDenied."""
    require(staff, "set_up")
    receiver.ended_at = now
    receiver.save(update_fields=["ended_at"])
    AlertDelivery.objects.filter(receiver=receiver).update(try_at=None)
    record_event(actor=staff, verb="tells of alarms no more", subject=receiver, now=now)
