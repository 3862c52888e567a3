"""Set up a mailbox, and try one again."""

from datetime import datetime

from django.db import transaction

from livingroom.inbox.mail.models import Mailbox
from livingroom.networks.vault import seal
from livingroom.people.models import Staff
from livingroom.people.policy import require
from livingroom.shared.events import record_event


def save_mailbox(*, staff: Staff, mailbox: Mailbox, password: str, now: datetime) -> Mailbox:
    """Add or change a mailbox; an empty password keeps the one there is. Raises PermissionDenied."""
    require(staff, "set_up")
    with transaction.atomic():
        mailbox.address = mailbox.address.lower()
        if password:
            mailbox.password_encrypted = seal({"password": password})
        mailbox.problem = ""
        mailbox.save()
        record_event(actor=staff, verb="set up a mailbox", subject=mailbox, now=now, address=mailbox.address)
    return mailbox


def delete_mailbox(*, staff: Staff, mailbox: Mailbox, now: datetime) -> None:
    """Read it no more; what came from it stays. Raises PermissionDenied."""
    require(staff, "set_up")
    with transaction.atomic():
        record_event(
            actor=staff, verb="took away a mailbox", subject=mailbox, now=now, address=mailbox.address
        )
        mailbox.delete()
