"""Asking that somebody is erased. The work itself is `running.py`; it goes on by itself until it is done."""

import secrets
from datetime import datetime

from django.db import transaction

from livingroom.people.erasure.models import ErasureReceipt
from livingroom.people.erasure.suppression import Pair, suppress
from livingroom.people.models import Customer, Handle, Staff
from livingroom.people.persons import Person, person_of
from livingroom.people.policy import require
from livingroom.shared.events import record_event
from livingroom.shared.sealing import seal_text

THE_PERSON = "the person"
ORDER = "order"


def ask_erasure(
    *,
    by: Staff | str,
    customer: Customer,
    now: datetime,
    mail: str = "",
    is_for_good: bool = False,
    here: bool = False,
) -> ErasureReceipt:
    """Begin to erase a customer everywhere; returns the receipt at once. `by` is staff, or words such as THE_PERSON or a command.

    The worker does the rest, unless the caller does it `here`.

    With `is_for_good` nothing they say or buy later is taken in under their name either. Raises PermissionDenied.
    """
    if isinstance(by, Staff):
        require(by, "erase_people")
    with transaction.atomic():
        person = person_of(customer, mail=mail)
        receipt = ErasureReceipt.objects.create(
            number=_new_number(now),
            asked_at=now,
            by=str(by)[:120],
            is_for_good=is_for_good,
            person_sealed=seal_text(person.to_json()),
            n_customers=len(person.customers),
        )
        # First of all: what comes in while we work must not bring them back.
        suppress(_pairs_of(person), None if is_for_good else now)
        record_event(actor=by, verb="asked to erase", subject=receipt, now=now, number=receipt.number)
        if not here:
            transaction.on_commit(lambda: _begin(receipt.pk))
    return receipt


def _pairs_of(person: Person) -> list[Pair]:
    from livingroom.people.persons import handle_of

    named = [handle_of(network, name) for network, name in person.names]
    mails = [(Handle.Kind.MAIL.value, value) for value in person.mail_hashes]
    mails += [handle_of("mail", address) for address in person.texts("mails")]
    orders = [(ORDER, text) for text in person.texts("order_numbers")]
    return [*person.handles, *named, *mails, *orders]


def _begin(receipt_id: int) -> None:
    from livingroom.people.tasks import erase_person

    erase_person.enqueue(receipt_id)


def _new_number(now: datetime) -> str:
    """Short enough for the phone, without letters that look like figures: E-261122-K7QM4."""
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
    return f"E-{now:%y%m%d}-" + "".join(secrets.choice(letters) for _ in range(5))
