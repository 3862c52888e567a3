"""Erasing somebody, room by room; each room's part is noted with its work, so that a crash is taken up where it stopped."""

import hashlib
import json
import logging
from datetime import datetime

from django.db import connection, transaction
from django.urls import reverse

from livingroom.people.erasure import searching
from livingroom.people.erasure.models import ErasureReceipt
from livingroom.people.erasure.registry import Done, Registered, erasers
from livingroom.people.persons import Person
from livingroom.shared.events import raise_alarm, record_event, resolve_alarm
from livingroom.shared.sealing import unseal_text

log = logging.getLogger("livingroom.people")
ALARM = "erasure"


def run_erasure(receipt: ErasureReceipt, now: datetime) -> ErasureReceipt:
    """Do what is still to be done. A room that fails stops it, rings, and is tried again; what was done stays done."""
    if receipt.state == ErasureReceipt.State.DONE:
        return receipt
    person = Person.from_json(unseal_text(receipt.person_sealed))
    _overwrite_what_is_freed()
    for one in erasers():
        if one.room not in receipt.rooms:
            try:
                _erase_in(one, receipt, person, now)
            except Exception as problem:
                _note_problem(receipt, one.room, problem, now)
                raise
    return _finish(receipt, searching.search(person), now)


def digest_of(receipt: ErasureReceipt) -> str:
    """SHA-256 of what the receipt says: whoever holds a copy can tell whether it was changed."""
    return hashlib.sha256(json.dumps(said_by(receipt), sort_keys=True).encode()).hexdigest()


def said_by(receipt: ErasureReceipt) -> dict[str, object]:
    """The receipt as it is given away. It names nobody."""
    return {
        "number": receipt.number,
        "asked_at": receipt.asked_at.isoformat(),
        "done_at": receipt.done_at.isoformat() if receipt.done_at else None,
        "by": receipt.by,
        "is_for_good": receipt.is_for_good,
        "n_customers": receipt.n_customers,
        "rooms": receipt.rooms,
        "kept": receipt.kept,
        "searched": receipt.searched,
    }


def _erase_in(one: Registered, receipt: ErasureReceipt, person: Person, now: datetime) -> None:
    if not one.is_alone:
        done = one.erase(person, now)
    with transaction.atomic():
        fresh = ErasureReceipt.objects.select_for_update().get(pk=receipt.pk)
        if one.room not in fresh.rooms:  # another worker may have been here meanwhile
            if one.is_alone:
                done = one.erase(person, now)
            _note(fresh, one.room, done)
    receipt.refresh_from_db()


def _note(receipt: ErasureReceipt, room: str, done: Done) -> None:
    receipt.rooms[room] = {what: n for what, n in done.counts.items() if n}
    receipt.kept = [*receipt.kept, *(text for text in done.kept if text not in receipt.kept)]
    receipt.problem = ""
    receipt.save(update_fields=["rooms", "kept", "problem"])


def _finish(receipt: ErasureReceipt, searched: searching.Searched, now: datetime) -> ErasureReceipt:
    with transaction.atomic():
        receipt.searched, receipt.person_sealed, receipt.problem = searched, "", ""
        receipt.state, receipt.done_at = ErasureReceipt.State.DONE, now
        receipt.digest = digest_of(receipt)
        receipt.save()
        record_event(actor="the house", verb="erased", subject=receipt, now=now, number=receipt.number)
        resolve_alarm(kind=ALARM, subject=receipt, now=now)
        if searched["left"]:
            raise_alarm(
                kind=ALARM,
                subject=receipt,
                text=f"Erasure {receipt.number} is done, but something of the person may still stand in "
                f"{', '.join(sorted(searched['left']))}. Look there.",
                now=now,
                url=reverse("erasure_receipt", args=[receipt.number]),
            )
    return receipt


def _note_problem(receipt: ErasureReceipt, room: str, problem: Exception, now: datetime) -> None:
    log.warning("Erasure %s stopped in %s: %s", receipt.number, room, type(problem).__name__)
    # What went wrong may quote the person: only its kind is kept.
    words = f"It stopped in {room} ({type(problem).__name__}). It is tried again every few minutes."
    ErasureReceipt.objects.filter(pk=receipt.pk).update(problem=words)
    raise_alarm(
        kind=ALARM,
        subject=receipt,
        text=f"Erasure {receipt.number}: {words}",
        now=now,
        url=reverse("erasure_receipt", args=[receipt.number]),
    )


def _overwrite_what_is_freed() -> None:
    """SQLite leaves deleted words in free pages of its file, unless it is told to write zeroes over them."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete = ON")
