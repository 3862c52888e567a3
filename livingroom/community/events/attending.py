"""Who comes: seats, guests, and the waiting list, which moves up in the order people stood in it."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Case, Count, F, Sum, When

from livingroom.community.events.models import Event, Rsvp
from livingroom.community.events.telling import tell_replied, tell_seat
from livingroom.community.words import words_in
from livingroom.people.members.doing import CannotDo
from livingroom.people.models import Member
from livingroom.shared.events import record_event

YES = Rsvp.Answer.YES


def reply(
    *, member: Member, event: Event, answer: str, n_guests: int = 0, avatar: str = "", now: datetime
) -> Rsvp:
    """Keep a member's word. Without a free seat they wait in line. Raises CannotDo."""
    words = words_in(member.language)
    if answer not in Rsvp.Answer.values:
        raise CannotDo(words["choose"])
    with transaction.atomic():
        locked = Event.objects.select_for_update().get(pk=event.pk)
        if locked.state != Event.State.ANNOUNCED or locked.ends_at <= now:
            raise CannotDo(words["not_open_any_more"])
        n_guests = max(0, min(n_guests, locked.most_guests)) if answer == YES else 0
        row = Rsvp.objects.filter(event=locked, member=member).first() or Rsvp(
            event=locked, member=member, at=now
        )
        had_seat = row.pk is not None and row.answer == YES and row.waits_since is None
        if had_seat and answer == YES and not _fits(locked, row, n_guests):
            raise CannotDo(words["no_room_for_guests"])
        row.answer, row.n_guests, row.avatar = answer, n_guests, avatar.strip()[:120] or row.avatar
        row.waits_since = _line(locked, row, had_seat, now)
        row.changed_at, row.hears = now, True
        row.save()
        record_event(actor="a member", verb=f"said {answer}", subject=locked, now=now)
        fill_seats(locked, now)
        row.refresh_from_db()
        tell_replied(row, now)
    return row


def fill_seats(event: Event, now: datetime) -> int:
    """Give free seats to who waits first. A party that does not fit keeps its turn: none behind it passes. Returns how many."""
    line = Rsvp.objects.filter(event=event, answer=YES, waits_since__isnull=False).order_by(
        "waits_since", "pk"
    )
    n_given = 0
    for row in line.select_related("member"):
        if event.capacity is not None and n_taken(event) + row.n_seats > event.capacity:
            break
        row.waits_since = None
        row.save(update_fields=["waits_since"])
        n_given += 1
        if row.changed_at != now:
            tell_seat(row, now)
    return n_given


def n_taken(event: Event) -> int:
    """Seats that are given, guests among them."""
    taken = Rsvp.objects.filter(event=event, answer=YES, waits_since=None)
    return int(taken.aggregate(n=Sum(F("n_guests") + 1))["n"] or 0)


def counts(event: Event) -> dict[str, int]:
    """How many said what, how many guests they bring, and how many wait."""
    return counts_of([event])[event.pk]


def counts_of(events: Sequence[Event]) -> dict[int, dict[str, int]]:
    """The same for many events, in one query."""
    found = {
        event.pk: dict.fromkeys(("n_yes", "n_maybe", "n_no", "n_waiting", "n_seats_taken"), 0)
        for event in events
    }
    has_seat = Case(When(waits_since=None, then=True), default=False)
    rows = Rsvp.objects.filter(event__in=found).order_by().annotate(has_seat=has_seat)
    grouped = rows.values_list("event", "answer", "has_seat")
    for number, answer, is_seated, n, guests in grouped.annotate(n=Count("pk"), guests=Sum("n_guests")):
        is_waiting = answer == YES and not is_seated
        found[number]["n_waiting" if is_waiting else f"n_{answer}"] += n
        if answer == YES and is_seated:
            found[number]["n_seats_taken"] += n + guests
    for event in events:
        taken = found[event.pk]["n_seats_taken"]
        found[event.pk]["n_seats_free"] = -1 if event.capacity is None else max(0, event.capacity - taken)
    return found


def hear_no_more(member: Member, what: str, now: datetime) -> None:
    """The link in a letter: no more letters about this event."""
    if what.isdecimal():
        Rsvp.objects.filter(event=int(what), member=member).update(hears=False)


def _line(event: Event, row: Rsvp, had_seat: bool, now: datetime) -> datetime | None:
    """Since when they wait; None with a seat. Who waits already keeps their place; newcomers go behind them."""
    if row.answer != YES or had_seat or event.capacity is None:
        return None
    others = Rsvp.objects.filter(event=event, answer=YES, waits_since__isnull=False).exclude(pk=row.pk)
    if row.waits_since is None and not others.exists() and _fits(event, row, row.n_guests):
        return None
    return row.waits_since or now


def _fits(event: Event, row: Rsvp, n_guests: int) -> bool:
    if event.capacity is None:
        return True
    others = Rsvp.objects.filter(event=event, answer=YES, waits_since=None).exclude(pk=row.pk)
    taken = int(others.aggregate(n=Sum(F("n_guests") + 1))["n"] or 0)
    return taken + 1 + n_guests <= event.capacity
