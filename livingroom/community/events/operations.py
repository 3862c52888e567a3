"""The verbs of events: write, announce to everybody, cancel, end. Who comes is in `attending`, posts in `announcing`."""

from datetime import datetime

from django.db import transaction
from django.utils.text import slugify

from livingroom.branches.models import Host
from livingroom.community.events.attending import fill_seats
from livingroom.community.events.drafts import EventDraft
from livingroom.community.events.models import Event
from livingroom.community.events.telling import tell_cancelled, tell_moved
from livingroom.people.models import Staff
from livingroom.people.policy import places_for, require_everywhere
from livingroom.shared.events import record_event

State = Event.State


class CannotChange(ValueError):
    """The words say why."""


def save_event(*, staff: Staff, draft: EventDraft, now: datetime, event: Event | None = None) -> Event:
    """Write a new or changed event. Who comes hears of another time or place. Raises CannotChange, PermissionDenied."""
    _require_host(staff, draft.host)
    if event is not None:
        _require_host(staff, event.host)
    row = event or Event(made_at=now, made_by=staff)
    _require_sound(row, draft)
    with transaction.atomic():
        is_moved = draft.write_to(row) and row.pk is not None
        is_known = row.state == State.ANNOUNCED
        row.slug = _slug(row, draft)
        row.changed_at, row.sequence = now, row.sequence + (is_moved and is_known)
        row.save()
        row.groups.set(draft.groups)
        record_event(
            actor=staff, verb="changed" if event else "planned", subject=row, now=now, title=row.title
        )
        if is_known:
            fill_seats(row, now)
            if is_moved:
                tell_moved(row, now)
    return row


def announce(*, staff: Staff, event: Event, now: datetime) -> None:
    """Show it to everybody. Raises CannotChange, PermissionDenied."""
    _require_host(staff, event.host)
    if event.ends_at <= now:
        raise CannotChange("It is over already: change its time first.")
    if not (event.place or event.url or event.venue_id):
        raise CannotChange("Say where it is first: a place, a venue or an address.")
    _move(staff, event, "announced", now, {State.DRAFT}, state=State.ANNOUNCED, announced_at=now)


def cancel(*, staff: Staff, event: Event, reason: str, now: datetime) -> None:
    """Call it off, with a reason that who comes reads. Raises CannotChange, PermissionDenied."""
    _require_host(staff, event.host)
    if not reason.strip():
        raise CannotChange("Say why it is called off.")
    with transaction.atomic():
        _move(
            staff, event, "cancelled", now, {State.ANNOUNCED},
            state=State.CANCELLED, cancelled_because=reason.strip()[:300], sequence=event.sequence + 1,
        )  # fmt: skip
        tell_cancelled(event, now)


def end_events(now: datetime) -> int:
    """What ended is over; also called by the worker. Returns how many."""
    return Event.objects.filter(state=State.ANNOUNCED, ends_at__lte=now).update(
        state=State.OVER, changed_at=now
    )


def _require_host(staff: Staff, host: Host | None) -> None:
    """Whose role holds on some branches plans events of the people who hold these branches; others plan any."""
    branches = list(host.branches.all()) if host else []
    if not places_for(staff, "host", branches):
        require_everywhere(staff, "host")


def _move(staff: Staff, event: Event, verb: str, now: datetime, before: set[str], **change: object) -> None:
    with transaction.atomic():
        rows = Event.objects.filter(pk=event.pk, state__in=before)
        if not rows.update(changed_at=now, **change):
            event.refresh_from_db()
            raise CannotChange(f"It is {event.get_state_display().lower()} already.")
        event.refresh_from_db()
        record_event(actor=staff, verb=verb, subject=event, now=now, title=event.title)


def _require_sound(event: Event, draft: EventDraft) -> None:
    if event.pk and event.state in (State.CANCELLED, State.OVER):
        raise CannotChange(f"It is {event.get_state_display().lower()}: plan another.")
    if draft.ends_at <= draft.starts_at:
        raise CannotChange("It must end after it begins.")


def _slug(event: Event, draft: EventDraft) -> str:
    """A name in the address; one that was shown to people stays."""
    if event.state != State.DRAFT and event.slug:
        return event.slug
    wanted = slugify(draft.slug or draft.title)[:50].strip("-") or "event"
    others = set(
        Event.objects.exclude(pk=event.pk).filter(slug__startswith=wanted).values_list("slug", flat=True)
    )
    return next(
        name for n in range(1, 10_000) if (name := wanted if n == 1 else f"{wanted}-{n}") not in others
    )
