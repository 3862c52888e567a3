"""Saying yes, and taking it back."""

from datetime import datetime

from django.db import transaction

from livingroom.people.consents.models import Consent
from livingroom.people.models import Customer, Staff
from livingroom.people.policy import require
from livingroom.shared.events import record_event


def give_consent(*, customer: Customer, purpose: str, given_at: datetime, source: str) -> Consent:
    """Note that somebody agreed. The same yes told again is one row; one from before a withdrawal changes nothing."""
    with transaction.atomic():
        Customer.objects.select_for_update().get(pk=customer.pk)
        rows = Consent.objects.filter(customer=customer, purpose=purpose)
        known = rows.filter(withdrawn_at=None).first() or rows.filter(withdrawn_at__gte=given_at).first()
        return known or Consent.objects.create(
            customer=customer, purpose=purpose, given_at=given_at, source=source[:120]
        )


def withdraw_consent(*, by: Staff | str, customer: Customer, purpose: str, now: datetime) -> int:
    """Take back every standing yes to a purpose. Returns how many there were. Raises PermissionDenied."""
    if isinstance(by, Staff):
        require(by, "see_people")
    n = Consent.objects.filter(customer=customer, purpose=purpose, withdrawn_at=None).update(withdrawn_at=now)
    if n:
        record_event(actor=by, verb="withdrew consent", subject=customer, now=now, purpose=purpose)
    return n
