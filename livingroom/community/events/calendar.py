"""Events as iCalendar (RFC 5545): a file for one, a feed of all; what moved or was called off says so by its SEQUENCE."""

from collections.abc import Iterable
from datetime import timedelta
from email.utils import parseaddr
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings

from livingroom.community.events.models import Event

if TYPE_CHECKING:
    from icalendar import Event as Entry
    from icalendar import vCalAddress

PRODUCT = "-//Livingroom//Events//EN"


def as_calendar(events: Iterable[Event], *, name: str, language: str) -> bytes:
    """Return a calendar with these events, in a language, on their own clocks with the clocks' rules."""
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", timedelta(hours=6), parameters={"value": "DURATION"})
    for event in events:
        calendar.add_component(_entry(event, name, language))
    calendar.add_missing_timezones()
    content: bytes = calendar.to_ical()
    return content


def uid_of(event: Event) -> str:
    return f"event-{event.pk}@{urlsplit(settings.PUBLIC_URL).hostname}"


def _entry(event: Event, brand: str, language: str) -> "Entry":
    from icalendar import Event as Entry

    said, zone = event.said_in(language), ZoneInfo(event.time_zone)
    entry = Entry()
    entry.add("uid", uid_of(event))
    entry.add("dtstamp", event.changed_at)
    entry.add("last-modified", event.changed_at)
    entry.add("created", event.made_at)
    entry.add("sequence", event.sequence)
    entry.add("dtstart", event.starts_at.astimezone(zone))
    entry.add("dtend", event.ends_at.astimezone(zone))
    entry.add("summary", said["title"], parameters={"language": said["language"]})
    if text := "\n\n".join(filter(None, [event.cancelled_because, said["text"]])):
        entry.add("description", text)
    if place := where(event):
        entry.add("location", place)
    entry.add("url", event.page_url)
    entry.add("status", "CANCELLED" if event.state == Event.State.CANCELLED else "CONFIRMED")
    entry.add("categories", [event.get_kind_display()])
    entry.add("organizer", _organizer(event, brand), encode=False)
    return entry


def where(event: Event, *, with_url: bool = True) -> str:
    """The place in one line, each part once."""
    venue, url = event.venue, event.url if with_url and not event.place else ""
    parts = [
        event.place, event.address, venue.name if venue else "", event.region or (venue.region if venue else ""),
        event.coordinates or (venue.coordinates if venue else ""), url,
    ]  # fmt: skip
    return ", ".join(dict.fromkeys(filter(None, parts)))


def _organizer(event: Event, brand: str) -> "vCalAddress":
    from icalendar import vCalAddress, vText

    address = vCalAddress(f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}")
    address.params["cn"] = vText(f"{event.host}, {brand}" if event.host else brand)
    return address
