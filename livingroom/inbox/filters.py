"""What somebody wants to see of the inbox: read from an address, written into one, turned into a question to the tables."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db import connection
from django.db.models import Exists, OuterRef, Q

from livingroom.inbox.models import Conversation
from livingroom.people.models import Staff
from livingroom.people.policy import may
from livingroom.segments.asking import condition
from livingroom.segments.models import PersonFacts, Segment

State = Conversation.State
TABS = {
    "mine": "Mine",
    "unowned": "Unowned",
    "team": "My teams",
    "all": "All",
    "waiting": "Waiting",
    "snoozed": "Snoozed",
    "closed": "Closed",
}
SORTS = {"due": "What breaches next", "newest": "Newest words"}
_PLAIN = {
    "branch": "branch__slug", "network": "network", "language": "language", "country": "country", "kind": "kind",
    "about": "about",
}  # fmt: skip


@dataclass(frozen=True)
class Filters:
    """All words; an empty one asks for nothing."""

    tab: str = "all"
    branch: str = ""
    network: str = ""
    language: str = ""
    country: str = ""
    owner: str = ""
    team: str = ""
    kind: str = ""
    priority: str = ""
    about: str = ""
    tag: str = ""
    days: str = ""
    segment: str = ""
    text: str = ""
    sort: str = "due"

    @classmethod
    def read(cls, asked: Mapping[str, str]) -> "Filters":
        """Read an address; what makes no sense is left out rather than refused."""
        found = {field.name: str(asked.get(field.name, "")).strip()[:200] for field in fields(cls)}
        found["tab"] = found["tab"] if found["tab"] in TABS else "all"
        found["sort"] = found["sort"] if found["sort"] in SORTS else "due"
        for name in ("team", "priority", "days"):
            found[name] = found[name] if found[name].isdecimal() and len(found[name]) < 9 else ""
        if found["owner"] not in ("", "me", "none") and not found["owner"].isdecimal():
            found["owner"] = ""
        return cls(**found)

    def address(self, **changes: str) -> str:
        """As the part of an address after the question mark."""
        other = replace(self, **changes)
        plain = {field.name: field.default for field in fields(self)}
        return urlencode(
            {name: value for name, value in vars(other).items() if value and value != plain[name]}
        )

    @property
    def is_narrowed(self) -> bool:
        return any(
            getattr(self, field.name) for field in fields(self) if field.name not in ("tab", "sort", "text")
        )

    def conditions(self, staff: Staff, now: datetime, *, prefix: str = "") -> Q:
        """What must hold of a conversation; `prefix` leads to it from another table. The tab is not in it."""
        asked: dict[str, Any] = {
            prefix + column: getattr(self, name) for name, column in _PLAIN.items() if getattr(self, name)
        }
        if self.team:
            asked[prefix + "team_id"] = int(self.team)
        if self.priority:
            asked[prefix + "priority"] = int(self.priority)
        if self.owner:
            owners = {"none": None, "me": staff.pk}
            asked[prefix + "owner_id"] = owners[self.owner] if self.owner in owners else int(self.owner)
        if self.days:
            asked[prefix + "last_message_at__gte"] = now - timedelta(days=min(int(self.days), 36_500))
        return Q(**asked) & self._tagged(prefix) & self._in_segment(staff, now, prefix)

    def _tagged(self, prefix: str) -> Q:
        if not self.tag:
            return Q()
        if connection.vendor == "postgresql":
            return Q(**{prefix + "tags__contains": [self.tag]})
        return Q(**{prefix + "tags__icontains": f'"{self.tag}"'})

    def _in_segment(self, staff: Staff, now: datetime, prefix: str) -> Q:
        """Of people in a segment, for those who may see who is in one; for others it asks for nothing."""
        if not self.segment or not may(staff, "see_people"):
            return Q()
        segment = Segment.objects.standing().filter(slug=self.segment).first()
        if segment is None or segment.current is None:
            return Q(pk__lt=0)
        people = PersonFacts.objects.filter(
            condition(segment.current, now), pk=OuterRef(prefix + "author__customer_id")
        )
        return Q(Exists(people))


def of_tab(tab: str, staff: Staff, *, prefix: str = "") -> Q:
    """Which conversations stand under a tab."""
    on_table = Q(**{prefix + "state__in": [State.OPEN, State.WAITING]})
    match tab:
        case "mine":
            return on_table & Q(**{prefix + "owner": staff})
        case "unowned":
            return on_table & Q(**{prefix + "owner": None})
        case "team":
            return on_table & Q(**{prefix + "team__in": [team.pk for team in staff.teams.all()]})
        case "waiting" | "snoozed" | "closed":
            return Q(**{prefix + "state": tab})
    return on_table
