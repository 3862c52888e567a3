"""Letters about events, in the language of who gets them; each ends with a link to hear no more of it."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.urls import reverse

from livingroom.community.events.models import Event, Rsvp
from livingroom.community.events.zones import span, zone_name
from livingroom.community.words import words_in
from livingroom.people.members.letters import GATHERED_FOR, News, write_letters
from livingroom.people.models import Member

# Letters gather for a quarter of an hour before they go out: they are written so much earlier.
REMINDERS = (("day", timedelta(days=1) + GATHERED_FOR), ("hour", timedelta(hours=1) + GATHERED_FOR))


def tell_replied(row: Rsvp, now: datetime) -> None:
    """Say what was noted, with the calendar file; nothing to who does not come."""
    if row.answer == Rsvp.Answer.NO:
        return
    what = "letter_waits" if row.waits_since else f"letter_{row.answer}"
    write_letters([_news(row, what, f"{row.changed_at.timestamp():.0f}")], now)


def tell_seat(row: Rsvp, now: datetime) -> None:
    """Somebody who waited has a seat."""
    write_letters([_news(row, "letter_seat", f"{now.timestamp():.0f}")], now)


def tell_moved(event: Event, now: datetime) -> int:
    return write_letters([_news(row, "letter_moved", str(event.sequence)) for row in _hearing(event)], now)


def tell_cancelled(event: Event, now: datetime) -> int:
    because = event.cancelled_because
    rows = [_news(row, "letter_cancelled", "", f"\n\n{because}") for row in _hearing(event)]
    return write_letters(rows, now)


def remind(now: datetime) -> int:
    """Write to who comes, a day and an hour before; each once for each time the event was set to. Returns how many."""
    return sum(_remind(name, before, now) for name, before in REMINDERS)


def _remind(name: str, before: timedelta, now: datetime) -> int:
    # Who announced themselves after the mark just had a letter, and needs no reminder of that kind.
    rows = Rsvp.objects.filter(
        Q(answer="yes", waits_since=None) | Q(answer="maybe"),
        event__state=Event.State.ANNOUNCED,
        event__starts_at__gt=now,
        event__starts_at__lte=now + before,
        hears=True,
    ).select_related("event", "event__venue", "member")
    due = [row for row in rows if row.changed_at <= row.event.starts_at - before]
    if name == "day":  # shortly before, the hour's is enough
        due = [row for row in due if row.event.starts_at - now > REMINDERS[1][1]]
    return write_letters(_each(due, f"letter_{name}"), now)


def _each(rows: Iterable[Rsvp], what: str) -> list[News]:
    return [_news(row, what, f"{row.event.starts_at.timestamp():.0f}") for row in rows]


def _hearing(event: Event) -> QuerySet[Rsvp]:
    coming = Rsvp.objects.filter(event=event, hears=True).exclude(answer=Rsvp.Answer.NO)
    return coming.select_related("event", "event__venue", "member")


def _news(row: Rsvp, what: str, occasion: str, more: str = "") -> News:
    return news_of(row.event, row.member, what, occasion, more=more)


def news_of(
    event: Event, member: Member, what: str, occasion: str = "", *, about: str = "", more: str = ""
) -> News:
    """What a member is told of an event, in their language; `about` is what the letter's link ends, the event unless said."""
    words, said = words_in(member.language), event.said_in(member.language)
    when = span(event.starts_at, event.ends_at, event.time_zone, words)
    place = event.place or (event.venue.name if event.venue else "") or event.url
    file = reverse("event_file", args=[event.slug])
    lines = [
        words[what].format(title=said["title"]) + more,
        "",
        f"{when} ({zone_name(event.time_zone)})",
        ", ".join(filter(None, [place, event.address])),
        f"{words['calendar_file']}: {event.page_url.removesuffix(event.get_absolute_url())}{file}?lang={member.language}",
    ]
    return News(
        member_id=member.pk,
        key=f"event {event.pk} {what} {occasion}",
        about=about or f"event {event.pk}",
        subject=said["title"],
        text="\n".join(lines),
        url=f"{event.page_url}?lang={member.language}",
    )
