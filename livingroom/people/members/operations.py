"""How somebody becomes a member: they name an address, a letter goes there, and who opens it is its owner."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.dispatch import Signal

from livingroom.people.members.doing import CannotDo
from livingroom.people.members.models import Letter, Member, SignInLetter
from livingroom.people.models import Customer, Handle, Staff
from livingroom.people.policy import require
from livingroom.shared.addresses import mail_hash
from livingroom.shared.events import record_event
from livingroom.shared.sealing import seal_text

OPENS_FOR = timedelta(hours=24)
LETTERS_AN_HOUR_EACH = 5  # to one address
LETTERS_AN_HOUR_FROM = 30  # from one visitor: a household or a small office shares an address

# Sent with member, now, once for each new member.
member_joined = Signal()


class TooMany(Exception):
    """Enough letters went there, or came from there, for now."""


class NotOpen(Exception):
    """The link is not ours, too old, or was opened already."""


def ask_to_sign_in(
    *, mail: str, name: str, language: str, country: str, network: str, agent: str, visitor: str,
    deed: list[Any] | None, back: str, now: datetime, most_from: int = LETTERS_AN_HOUR_FROM,
) -> str:  # fmt: skip
    """Keep the letter that will sign somebody in, and return the secret of its link. Raises TooMany, CannotDo.

    `most_from` is how many letters one visitor may ask for in an hour.
    """
    try:
        validate_email(mail.strip())
    except ValidationError:
        raise CannotDo("This is no mail address we could write to.") from None
    digest = mail_hash(mail)
    lately = SignInLetter.objects.filter(made_at__gt=now - timedelta(hours=1))
    if (
        lately.filter(mail_hash=digest).count() >= LETTERS_AN_HOUR_EACH
        or lately.filter(visitor=visitor).count() >= most_from
    ):
        raise TooMany
    secret = secrets.token_urlsafe(24)
    SignInLetter.objects.create(
        digest=_digest(secret), mail_hash=digest, mail_sealed=seal_text(mail.strip()), name=name.strip()[:80],
        language=language, country=country, network=network, agent=agent, visitor=visitor, deed=deed,
        back=back if back.startswith("/") and not back.startswith("//") else "", made_at=now,
    )  # fmt: skip
    return secret


def find_letter(secret: str, now: datetime) -> SignInLetter:
    """The letter of a link that was not opened yet. Raises NotOpen."""
    letter = SignInLetter.objects.filter(
        digest=_digest(secret), opened_at=None, made_at__gt=now - OPENS_FOR
    ).first()
    if letter is None:
        raise NotOpen
    return letter


def open_letter(secret: str, now: datetime) -> tuple[Member, SignInLetter]:
    """Take who holds the letter for the owner of its address. Raises NotOpen."""
    with transaction.atomic():
        letter = find_letter(secret, now)
        if not SignInLetter.objects.filter(pk=letter.pk, opened_at=None).update(opened_at=now):
            raise NotOpen
        member, is_new = Member.objects.get_or_create(
            mail_hash=letter.mail_hash,
            defaults={
                "name": letter.name or "Somebody", "mail_sealed": letter.mail_sealed, "language": letter.language,
                "country": letter.country, "network": letter.network, "agent": letter.agent,
                "joined_at": now, "seen_at": now,
            },
        )  # fmt: skip
        if is_new:
            member.customer = _customer_at(letter.mail_hash, letter.country, now)
        member.seen_at, member.mail_sealed = now, letter.mail_sealed
        member.save(update_fields=["seen_at", "mail_sealed", "customer"])
        if is_new:
            record_event(actor="the public", verb="joined", subject=member, now=now)
            member_joined.send(Member, member=member, now=now)
    return member, letter


def member_of_staff(staff: Staff, now: datetime) -> Member:
    """Staff in the twin portal: their account proves who they are."""
    member, _ = Member.objects.get_or_create(
        staff=staff,
        defaults={
            "name": staff.name, "mail_hash": f"staff {staff.pk}", "mail_sealed": seal_text(staff.email),
            "joined_at": now, "seen_at": now,
        },
    )  # fmt: skip
    return member


def close_out(*, staff: Staff, member: Member, reason: str, now: datetime) -> None:
    """Let a member do no more. What they did stays until somebody removes it. Raises PermissionDenied, CannotDo."""
    require(staff, "moderate")
    if not reason.strip():
        raise CannotDo("Say why this address is closed.")
    member.blocked_at, member.blocked_because = now, reason.strip()[:300]
    member.save(update_fields=["blocked_at", "blocked_because"])
    record_event(actor=staff, verb="closed out", subject=member, now=now, reason=member.blocked_because)


def let_back_in(*, staff: Staff, member: Member, now: datetime) -> None:
    """Raises PermissionDenied."""
    require(staff, "moderate")
    member.blocked_at, member.blocked_because = None, ""
    member.save(update_fields=["blocked_at", "blocked_because"])
    record_event(actor=staff, verb="let back in", subject=member, now=now)


def forget_sign_ins(now: datetime, *, after: timedelta = timedelta(days=2)) -> int:
    """Letters nobody opened, and those that were, need not stay."""
    return SignInLetter.objects.filter(made_at__lt=now - after).delete()[0]


def forget_letters(now: datetime, *, after: timedelta = timedelta(days=90)) -> int:
    """What was told long ago is blanked; that it was told stays, so that nobody is told twice."""
    old = Letter.objects.filter(made_at__lt=now - after).exclude(text="")
    return old.update(text="", subject="")


def _customer_at(digest: str, country: str, now: datetime) -> Customer:
    """The customer who bought with this address; a new one, known by it, when nobody did."""
    handle = Handle.objects.filter(kind=Handle.Kind.MAIL, value=digest).select_related("customer").first()
    if handle is not None:
        return handle.customer
    customer = Customer.objects.create(country=country, first_seen_at=now)
    Handle.objects.create(customer=customer, kind=Handle.Kind.MAIL, value=digest, seen_at=now)
    return customer


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
