"""What people of ours are told: on their page at once, by mail in one letter every quarter of an hour."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Min
from django.template.loader import render_to_string
from django.urls import reverse

from livingroom.inbox.company.following import followers, stop_link
from livingroom.inbox.company.models import Follow, Notice
from livingroom.inbox.models import Conversation, Message
from livingroom.people.models import Staff

GATHERED_FOR = timedelta(minutes=15)
PEOPLE_AT_ONCE = 50
# What has not been mailed for a day is no news; a house whose mail was broken does not flood anybody.
TOO_OLD = timedelta(days=1)


def tell_people(people: Iterable[Staff], kind: str, message: Message, *, by: str, now: datetime) -> None:
    """Tell these people, but for those who muted the conversation."""
    muted = set(
        Follow.objects.filter(conversation=message.conversation_id, is_muted=True).values_list(
            "staff", flat=True
        )
    )
    rows = [
        Notice(
            staff=person,
            conversation_id=message.conversation_id,
            message=message,
            kind=kind,
            by=by[:120],
            text=" ".join(message.text.split())[:200],
            at=now,
        )
        for person in people
        if person.pk not in muted
    ]
    Notice.objects.bulk_create(rows, ignore_conflicts=True)


def tell_followers(
    message: Message, kind: str, *, by: Staff | None, now: datetime, but: Sequence[Staff] = (), who: str = ""
) -> None:
    """Tell everybody who follows, but for who did it."""
    spared = {person.pk for person in but} | ({by.pk} if by else set())
    people = followers(message.conversation).exclude(pk__in=spared)
    tell_people(people, kind, message, by=str(by or who), now=now)


def unseen(staff: Staff) -> int:
    return Notice.objects.filter(staff=staff, seen_at=None).count()


def mark_seen(*, staff: Staff, conversation: Conversation | None, now: datetime) -> int:
    """Who reads the conversation need not be mailed about it."""
    mine = Notice.objects.filter(staff=staff, seen_at=None)
    if conversation is not None:
        mine = mine.filter(conversation=conversation)
    return mine.update(seen_at=now)


def mail_what_waits(now: datetime) -> int:
    """Send each person one letter with all that gathered, a quarter of an hour after the first of it. Returns how many."""
    waiting = Notice.objects.filter(mailed_at=None, seen_at=None, at__gt=now - TOO_OLD, staff__is_active=True)
    due = (
        waiting.values("staff")
        .annotate(first=Min("at"))
        .filter(first__lte=now - GATHERED_FOR)
        .values_list("staff", flat=True)
    )
    people = Staff.objects.filter(pk__in=list(due[:PEOPLE_AT_ONCE]))
    return sum(_mail(person, now) for person in people)


def _mail(person: Staff, now: datetime) -> bool:
    """Noted first, in the same transaction as the sending: who crashes in between mails once too few, not twice."""
    with transaction.atomic():
        rows = Notice.objects.filter(staff=person, mailed_at=None, seen_at=None, at__gt=now - TOO_OLD)
        notices = list(rows.select_related("conversation__author").order_by("conversation", "at", "pk"))
        ids = [row.pk for row in notices]
        if not notices or not Notice.objects.filter(pk__in=ids, mailed_at=None).update(mailed_at=now):
            return False
    groups = [
        (conversation, list(told))
        for conversation, told in groupby(notices, key=lambda row: row.conversation)
    ]
    letter(person, groups).send()
    return True


def letter(person: Staff, groups: Sequence[tuple[Conversation, Sequence[Notice]]]) -> EmailMessage:
    """One letter about several conversations, each with its own way to hear no more of it."""
    parts = [
        {
            "conversation": conversation,
            "notices": notices,
            "url": settings.PUBLIC_URL + reverse("conversation", args=[conversation.pk]),
            "stop": stop_link(person, conversation),
        }
        for conversation, notices in groups
    ]
    n = sum(len(notices) for _, notices in groups)
    about = str(groups[0][0]) if len(groups) == 1 else f"{n} things in {len(groups)} conversations"
    headers = {"Auto-Submitted": "auto-generated"}
    if len(groups) == 1:
        headers |= {
            "List-Unsubscribe": f"<{parts[0]['stop']}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    body = render_to_string("inbox/company/letter.txt", {"person": person, "parts": parts})
    return EmailMessage(subject=about[:150], body=body, to=[person.email], headers=headers)
