"""What members are told by mail: each thing once, what gathers in one letter, and a link in each to hear no more of it.

Rooms above say what stops: `add_stopper("idea", function)` gets the member and the word after it (17 of `idea 17`).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from smtplib import SMTPRecipientsRefused

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Min, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse

from livingroom.people.members.models import Letter, Member
from livingroom.people.members.words import words_in
from livingroom.shared.models import Brand
from livingroom.shared.sealing import CannotUnseal, unseal_text

GATHERED_FOR = timedelta(minutes=15)
TOO_OLD = timedelta(days=7)
MEMBERS_AT_ONCE = 200
SALT = "hear no more"
EVERYTHING = "everything"

Stopper = Callable[[Member, str, datetime], object]
_stoppers: dict[str, Stopper] = {}


class NotOurs(Exception):
    """The link was changed, or is not ours."""


@dataclass(frozen=True)
class News:
    """What a member is told. `key` names it for ever; `about` is what one hears no more of."""

    member_id: int
    key: str
    about: str
    subject: str
    text: str
    url: str = ""


def add_stopper(kind: str, stopper: Stopper) -> None:
    _stoppers[kind] = stopper


def write_letters(news: Iterable[News], now: datetime) -> int:
    """Keep what members are told; who was told already, or hears nothing from us, is left out. Returns how many are new."""
    rows = [
        Letter(
            member_id=one.member_id, key=one.key[:120], about=one.about, subject=one.subject[:150], text=one.text,
            url=one.url, made_at=now,
        )
        for one in news
    ]  # fmt: skip
    hearing = set(
        Member.objects.welcome()
        .filter(pk__in={row.member_id for row in rows}, hears_from_us=True)
        .exclude(mail_sealed="")
        .values_list("pk", flat=True)
    )
    told = set(
        Letter.objects.filter(member__in=hearing, key__in={row.key for row in rows}).values_list(
            "member_id", "key"
        )
    )
    new = [row for row in rows if row.member_id in hearing and (row.member_id, row.key) not in told]
    Letter.objects.bulk_create(new, batch_size=500, ignore_conflicts=True)
    return len(new)


def send_what_waits(now: datetime) -> int:
    """Send each member one letter with all that gathered, a quarter of an hour after the first of it. Returns how many."""
    waiting = _waiting(now)
    due = (
        waiting.values("member")
        .annotate(first=Min("made_at"))
        .filter(first__lte=now - GATHERED_FOR)
        .values_list("member", flat=True)[:MEMBERS_AT_ONCE]
    )
    return sum(_send(member, now) for member in Member.objects.filter(pk__in=list(due)))


def stop_link(member: Member, about: str) -> str:
    token = signing.dumps([member.pk, about], salt=SALT)
    return settings.PUBLIC_URL + reverse("member_stop", args=[token])


def stop_by_link(token: str, now: datetime, *, read_only: bool = False) -> tuple[Member, str]:
    """Do what the link says; harmless to repeat. Raises NotOurs."""
    try:
        number, about = signing.loads(token, salt=SALT)
        member = Member.objects.get(pk=number)
    except (signing.BadSignature, ValueError, TypeError, Member.DoesNotExist):
        raise NotOurs from None
    if not read_only:
        kind, _, what = str(about).partition(" ")
        if kind in _stoppers:
            _stoppers[kind](member, what, now)
        else:
            Member.objects.filter(pk=member.pk).update(hears_from_us=False)
        Letter.objects.filter(member=member, about=about, sent_at=None).update(
            dropped_because="They asked to hear no more of it."
        )
    return member, about


def _waiting(now: datetime) -> QuerySet[Letter]:
    return Letter.objects.filter(sent_at=None, dropped_because="", made_at__gt=now - TOO_OLD)


def _send(member: Member, now: datetime) -> bool:
    """Noted first, in the same transaction as the sending: who crashes in between mails once too few, not twice."""
    with transaction.atomic():
        letters = list(_waiting(now).filter(member=member).order_by("about", "made_at", "pk"))
        ids = [letter.pk for letter in letters]
        if not ids or not Letter.objects.filter(pk__in=ids, sent_at=None).update(sent_at=now):
            return False
    try:
        _mail(member, letters).send()
    except CannotUnseal:
        Letter.objects.filter(pk__in=ids).update(dropped_because="Their address cannot be read any more.")
        return False
    except SMTPRecipientsRefused as refusal:
        Letter.objects.filter(pk__in=ids).update(
            dropped_because=f"The mail server refused it: {refusal}"[:200]
        )
        return False
    except OSError:  # smtplib's are of this kind, too: no server took it, another time
        Letter.objects.filter(pk__in=ids).update(sent_at=None)
        return False
    return True


def _mail(member: Member, letters: Sequence[Letter]) -> EmailMessage:
    words = words_in(member.language)
    parts = [
        {"letters": list(told), "stop": stop_link(member, about)}
        for about, told in groupby(letters, key=lambda letter: letter.about)
    ]
    everything = stop_link(member, EVERYTHING)
    brand = Brand.current().name
    body = render_to_string(
        "people/members/letter.txt",
        {"member": member, "parts": parts, "everything": everything, "words": words, "brand": brand},
    )
    subject = (
        letters[0].subject if len(letters) == 1 else words["several"].format(n=len(letters), brand=brand)
    )
    stop = parts[0]["stop"] if len(parts) == 1 else everything
    headers = {
        "Auto-Submitted": "auto-generated",
        "List-Unsubscribe": f"<{stop}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    return EmailMessage(subject=subject, body=body, to=[unseal_text(member.mail_sealed)], headers=headers)
