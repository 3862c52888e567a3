"""The verbs of rules."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from livingroom.inbox.rules.models import Rule
from livingroom.networks.webhook.signing import new_secret
from livingroom.orders.secrecy import seal
from livingroom.people.models import Staff
from livingroom.people.policy import require
from livingroom.shared.events import record_event


def save_rule(*, staff: Staff, rule: Rule, now: datetime) -> str:
    """Write a new or changed rule. Returns the secret of its webhook where that is new: it is shown this once.

    Raises PermissionDenied.
    """
    require(staff, "arrange")
    secret = ""
    with transaction.atomic():
        if rule.actions.get("webhook") and not rule.webhook_secret_encrypted:
            secret = new_secret()
            rule.webhook_secret_encrypted = seal(secret)
        if rule.pk is None:
            rule.place = (Rule.objects.aggregate(last=Max("place"))["last"] or 0) + 1
        rule.changed_at, rule.changed_by, rule.looked_until = now, staff, None
        rule.save()
        record_event(
            actor=staff, verb="saved the rule", subject=rule, now=now, name=rule.name, is_on=rule.is_on
        )
    return secret


def move_rule(*, staff: Staff, rule: Rule, step: int, now: datetime) -> None:
    """One place up (−1) or down (1). Raises PermissionDenied."""
    require(staff, "arrange")
    with transaction.atomic():
        rows = list(Rule.objects.select_for_update().order_by("place", "pk"))
        at = next(n for n, row in enumerate(rows) if row.pk == rule.pk)
        to = min(max(at + step, 0), len(rows) - 1)
        rows.insert(to, rows.pop(at))
        for place, row in enumerate(rows, 1):
            Rule.objects.filter(pk=row.pk).update(place=place)
        record_event(actor=staff, verb="moved the rule", subject=rule, now=now, place=to + 1)


def delete_rule(*, staff: Staff, rule: Rule, now: datetime) -> None:
    """Its runs go with it; the event log keeps what it did. Raises PermissionDenied."""
    require(staff, "arrange")
    with transaction.atomic():
        record_event(actor=staff, verb="threw away the rule", subject=rule, now=now, name=rule.name)
        rule.delete()
