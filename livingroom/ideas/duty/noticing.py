"""What owners are told: each thing once, all that gathered in one mail."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Min
from django.template.loader import render_to_string
from django.urls import reverse

from livingroom.ideas.duty.lateness import is_quiet
from livingroom.ideas.models import Board, DutyNotice, Idea
from livingroom.people.models import Staff

GATHERED_FOR = timedelta(minutes=15)
# What has not been mailed for days is no news; a house whose mail was broken does not flood anybody.
TOO_OLD = timedelta(days=3)
SOON = timedelta(days=3)
AT_ONCE = 500


def note(ideas: Iterable[Idea], kind: str, now: datetime) -> int:
    """Tell the owners of these ideas something; who was told already is left alone. Returns how many there were to tell."""
    rows = [
        DutyNotice(idea=idea, staff_id=idea.owner_id, kind=kind, due_at=idea.due_at or now, at=now)
        for idea in ideas
        if idea.owner_id is not None
    ]
    DutyNotice.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    return len(rows)


def note_return(idea: Idea, now: datetime) -> bool:
    """An idea came that was declined before: whoever owned that one is told, once. Says whether there was anybody."""
    before = idea.returns_to
    owner = before.owner_id if before else None
    if before is None or owner is None:
        return False
    DutyNotice.objects.get_or_create(
        idea=idea, staff_id=owner, kind=DutyNotice.Kind.RETURNED, defaults={"due_at": now, "at": now}
    )
    return True


def note_due(now: datetime) -> int:
    """Tell owners what is due within three days, and what is late."""
    awake = [board.pk for board in Board.objects.filter(closed_at=None) if not is_quiet(board, now)]
    owed = Idea.objects.owed().filter(board__in=awake, owner__is_active=True, due_at__lte=now + SOON)
    told = DutyNotice.objects.filter(kind__in=(DutyNotice.Kind.SOON, DutyNotice.Kind.LATE))
    known = set(told.filter(idea__in=owed).values_list("idea", "staff", "kind", "due_at"))
    new: dict[str, list[Idea]] = {DutyNotice.Kind.SOON: [], DutyNotice.Kind.LATE: []}
    for idea in owed.order_by("due_at"):
        kind = DutyNotice.Kind.LATE if idea.due_at and idea.due_at <= now else DutyNotice.Kind.SOON
        if (idea.pk, idea.owner_id, str(kind), idea.due_at) not in known:
            new[kind].append(idea)
    return sum(note(ideas[:AT_ONCE], kind, now) for kind, ideas in new.items())


def mail_what_waits(now: datetime) -> int:
    """Send each owner one mail with all that gathered, a quarter of an hour after the first of it. Returns how many."""
    waiting = DutyNotice.objects.filter(mailed_at=None, at__gt=now - TOO_OLD, staff__is_active=True)
    due = waiting.values("staff").annotate(first=Min("at")).filter(first__lte=now - GATHERED_FOR)
    people = Staff.objects.filter(pk__in=list(due.values_list("staff", flat=True)[:50]))
    return sum(_mail(person, now) for person in people)


def _mail(person: Staff, now: datetime) -> bool:
    """Noted first, in the same transaction as the sending: who crashes in between mails once too few, not twice."""
    with transaction.atomic():
        rows = DutyNotice.objects.filter(staff=person, mailed_at=None, at__gt=now - TOO_OLD)
        notices = list(
            rows.select_related("idea__board", "idea__returns_to").order_by("kind", "due_at", "pk")
        )
        ids = [row.pk for row in notices]
        if not ids or not DutyNotice.objects.filter(pk__in=ids, mailed_at=None).update(mailed_at=now):
            return False
    # Whoever answered meanwhile, or handed it on, need not be reminded.
    still = [row for row in notices if _holds(row, person)]
    if not still:
        return False
    try:
        letter(person, still, now).send()
    except OSError:  # smtplib's are of this kind, too: no server took it, another time
        DutyNotice.objects.filter(pk__in=ids).update(mailed_at=None)
        return False
    return True


def _holds(row: DutyNotice, person: Staff) -> bool:
    idea = row.idea
    if idea.standing != Idea.Standing.PUBLIC or idea.state not in Idea.OPEN:
        return False
    return row.kind == DutyNotice.Kind.RETURNED or idea.owner_id == person.pk


def letter(person: Staff, notices: Sequence[DutyNotice], now: datetime) -> EmailMessage:
    desk = settings.PUBLIC_URL + reverse("ideas_desk")
    parts = [
        {
            "heading": DutyNotice.Kind(kind).label,
            "rows": [
                {"idea": row.idea, "url": settings.PUBLIC_URL + reverse("desk_idea", args=[row.idea_id])}
                for row in rows
            ],
        }
        for kind, rows in groupby(notices, key=lambda row: row.kind)
    ]
    body = render_to_string(
        "ideas/duty/owner.txt", {"person": person, "parts": parts, "desk": desk, "now": now}
    )
    n = len(notices)
    about = (
        f"{notices[0].get_kind_display()}: {notices[0].idea}"
        if n == 1
        else f"{n} things about ideas of yours"
    )
    return EmailMessage(
        subject=about[:150], body=body, to=[person.email], headers={"Auto-Submitted": "auto-generated"}
    )
