"""Who was there: taken in from venues, each delivery once, and linked to people we know.

A delivery is `{"type": "attendance.arrived", "data": {"event": "…", "avatar": {"id": "…", "name": "…"}, "at": "…"}}`, or several
in a list of `data`. `attendance.left` says when they went. Without `event` it is the one that runs at the venue.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from livingroom.community.events.models import Attendance, Event, Rsvp, Venue, VenueDelivery
from livingroom.people.models import Customer, Handle, Member, Staff
from livingroom.people.policy import require
from livingroom.shared.events import record_event

KINDS = {"attendance.arrived": "came_at", "attendance.left": "left_at"}
MOST_AT_ONCE = 500
AROUND = timedelta(hours=2)  # who comes early or stays late was there, too
LOOKS_AGAIN_FOR = timedelta(days=30)
LinkedBy = Attendance.LinkedBy


class CannotTake(ValueError):
    """The words say to the sender what is wrong, and where."""

    def __init__(self, text: str, field: str = "data") -> None:
        super().__init__(text)
        self.text, self.field = text, field


@dataclass(frozen=True)
class Told:
    """One coming or going, as a venue tells it."""

    event: str
    avatar_id: str
    avatar_name: str
    at: datetime


@dataclass(frozen=True)
class Known:
    """Whom an avatar belongs to, and why we say so."""

    member: Member | None = None
    customer: Customer | None = None
    linked_by: str = LinkedBy.NOBODY


def take_in(*, venue: Venue, delivery_id: str, body: bytes, now: datetime) -> dict[str, object]:
    """Keep what a proven delivery tells; the same delivery again changes nothing. Raises CannotTake."""
    kind, told = read(body, now)
    try:
        with transaction.atomic():
            VenueDelivery.objects.create(
                venue=venue, delivery_id=delivery_id[:100], received_at=now, n=len(told)
            )
            for one in told:
                _note(venue, kind, one)
    except IntegrityError:
        if VenueDelivery.objects.filter(venue=venue, delivery_id=delivery_id[:100]).exists():
            return {"state": "known", "n": 0}
        raise  # two deliveries brought the same avatar at the same moment: the venue sends it again
    return {"state": "taken", "n": len(told)}


def read(body: bytes, now: datetime) -> tuple[str, list[Told]]:
    """Understand a delivery. Raises CannotTake."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        raise CannotTake("The body is no JSON.", "") from None
    kind = said.get("type") if isinstance(said, dict) else None
    if kind not in KINDS:
        raise CannotTake(f"The type must be one of {', '.join(KINDS)}.", "type")
    data = said.get("data")
    rows = data if isinstance(data, list) else [data]
    if len(rows) > MOST_AT_ONCE:
        raise CannotTake(f"At most {MOST_AT_ONCE} in one delivery.")
    return kind, [_told(row, now) for row in rows]


def link(*, staff: Staff, attendance: Attendance, member: Member | None, now: datetime) -> None:
    """Say whom an avatar belongs to, or that this is not known. Raises PermissionDenied."""
    require(staff, "see_people")
    attendance.member = member
    attendance.customer = member.customer if member else None
    attendance.linked_by = LinkedBy.HAND if member else LinkedBy.NOBODY
    attendance.save(update_fields=["member", "customer", "linked_by"])
    record_event(actor=staff, verb="linked" if member else "unlinked", subject=attendance, now=now)


def note_by_hand(*, staff: Staff, rsvp: Rsvp, now: datetime) -> Attendance:
    """Somebody who announced themselves stands at the door of a real place. Raises PermissionDenied."""
    require(staff, "answer_ideas")
    facts = {
        "source": Attendance.Source.HAND, "avatar_name": rsvp.member.name, "member": rsvp.member,
        "customer": rsvp.member.customer, "linked_by": LinkedBy.HAND, "came_at": now,
    }  # fmt: skip
    row, is_new = Attendance.objects.get_or_create(
        event=rsvp.event, avatar_id=f"member {rsvp.member_id}", defaults=facts
    )
    if is_new:
        record_event(actor=staff, verb="saw a visitor of", subject=rsvp.event, now=now)
    return row


def link_lately(now: datetime) -> int:
    """Look again at those nobody knew at events of the last weeks. Returns how many are known by now."""
    begun = Event.objects.filter(starts_at__gt=now - LOOKS_AGAIN_FOR, starts_at__lte=now)
    unknown = Attendance.objects.filter(linked_by=LinkedBy.NOBODY, source=Attendance.Source.VENUE)
    return sum(link_again(event) for event in begun.filter(pk__in=unknown.values("event")))


def link_again(event: Event) -> int:
    """Look again whether avatars that nobody knew are known by now. Returns how many are."""
    n_linked = 0
    for row in Attendance.objects.filter(
        event=event, linked_by=LinkedBy.NOBODY, source=Attendance.Source.VENUE
    ):
        known = known_as(event, row.avatar_id, row.avatar_name)
        if known.linked_by:
            row.member, row.customer, row.linked_by = known.member, known.customer, known.linked_by
            row.save(update_fields=["member", "customer", "linked_by"])
            n_linked += 1
    return n_linked


def known_as(event: Event, avatar_id: str, avatar_name: str) -> Known:
    """A handle we keep of a customer is sure; what somebody said of themselves holds for this event alone."""
    if event.venue is not None:
        names = [f"{event.venue.world}:{name}"[:160] for name in (avatar_id, avatar_name) if name]
        handle = (
            Handle.objects.filter(kind=Handle.Kind.NETWORK, value__in=names)
            .select_related("customer")
            .first()
        )
        if handle is not None:
            member = Member.objects.filter(customer=handle.customer).order_by("pk").first()
            return Known(member, handle.customer, LinkedBy.HANDLE)
    if avatar_name:
        said = Rsvp.objects.filter(event=event, avatar__iexact=avatar_name).select_related("member__customer")
        if len(rows := list(said[:2])) == 1:
            return Known(rows[0].member, rows[0].member.customer, LinkedBy.SAID)
    return Known()


def _note(venue: Venue, kind: str, told: Told) -> None:
    event = _event_of(venue, told)
    row = Attendance.objects.select_for_update().filter(event=event, avatar_id=told.avatar_id).first()
    if row is None:
        known = known_as(event, told.avatar_id, told.avatar_name)
        row = Attendance(
            event=event, source=Attendance.Source.VENUE, avatar_id=told.avatar_id, came_at=told.at,
            member=known.member, customer=known.customer, linked_by=known.linked_by,
        )  # fmt: skip
    row.avatar_name = told.avatar_name or row.avatar_name
    if KINDS[kind] == "came_at":
        row.came_at = min(row.came_at, told.at)  # deliveries may overtake each other
    else:
        row.left_at = max(filter(None, [row.left_at, told.at]))
        row.came_at = min(row.came_at, told.at)
    row.save()


def _event_of(venue: Venue, told: Told) -> Event:
    events = Event.objects.public().filter(venue=venue)
    if told.event:
        found = events.filter(slug=told.event).first()
    else:
        running = events.filter(starts_at__lte=told.at + AROUND, ends_at__gte=told.at - AROUND)
        found = min(running, key=lambda event: _distance(event, told.at), default=None)
    if found is None:
        raise CannotTake(f"There is no such event at {venue} at that time.", "data.event")
    return found


def _distance(event: Event, at: datetime) -> timedelta:
    return max(event.starts_at - at, at - event.ends_at, timedelta())


def _told(row: Any, now: datetime) -> Told:
    if not isinstance(row, Mapping) or not isinstance(avatar := row.get("avatar"), Mapping):
        raise CannotTake("Each must have an avatar with an id.", "data.avatar")
    avatar_id = str(avatar.get("id") or "").strip()
    if not avatar_id or len(avatar_id) > 120:
        raise CannotTake("The avatar needs an id of at most 120 letters.", "data.avatar.id")
    at = _moment(row.get("at"), now)
    return Told(_plain(row.get("event"), 60), _clean(avatar_id), _plain(avatar.get("name"), 120), at)


def _moment(text: object, now: datetime) -> datetime:
    if text is None:
        return now
    try:
        at = datetime.fromisoformat(str(text))
    except ValueError:
        raise CannotTake("The time must be written as 2026-11-22T19:00:00Z.", "data.at") from None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    if abs(at - now) > timedelta(days=7):
        raise CannotTake("The time is more than a week from now.", "data.at")
    return at.astimezone(UTC)


def _plain(value: object, most: int) -> str:
    return _clean(str(value or "").strip())[:most]


def _clean(text: str) -> str:
    return text.replace("\0", "")  # PostgreSQL takes no sign of the value 0 in a text
