"""An event as somebody wrote it, before it is a row."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from livingroom.branches.models import Host
from livingroom.community.events.models import Event, Venue
from livingroom.community.groups.models import Group

# What makes calendars move an event, and us write to who comes.
MOVING = ("starts_at", "ends_at", "time_zone", "place", "address", "url", "region", "coordinates", "venue_id")


@dataclass(frozen=True)
class EventDraft:
    title: str
    kind: str
    starts_at: datetime
    ends_at: datetime
    time_zone: str = "UTC"
    text: str = ""
    language: str = "en"
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    place: str = ""
    address: str = ""
    map_url: str = ""
    venue: Venue | None = None
    url: str = ""
    region: str = ""
    coordinates: str = ""
    host: Host | None = None
    capacity: int | None = None
    most_guests: int = 3
    more_url: str = ""
    slug: str = ""
    groups: tuple[Group, ...] = ()

    def write_to(self, event: Event) -> bool:
        """Put it into the row; returns whether time or place changed."""
        before = [getattr(event, name) for name in MOVING]
        for name in (
            "title", "kind", "starts_at", "ends_at", "time_zone", "text", "language", "place", "address", "map_url",
            "venue", "url", "region", "coordinates", "host", "capacity", "most_guests", "more_url",
        ):  # fmt: skip
            setattr(event, name, getattr(self, name))
        event.words = {code: dict(said) for code, said in self.words.items() if said.get("title")}
        return before != [getattr(event, name) for name in MOVING]
