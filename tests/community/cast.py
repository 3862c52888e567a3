"""Corner PC's community: Ada who arranges, Anna who answers, and members of the public."""

from datetime import UTC, datetime, timedelta

from livingroom.branches.models import Host
from livingroom.community.events.drafts import EventDraft
from livingroom.community.events.models import Event
from livingroom.community.events.operations import announce, save_event
from livingroom.community.models import Question
from livingroom.people.models import Customer, Member, Staff
from livingroom.shared.addresses import mail_hash
from livingroom.shared.sealing import seal_text

NOON = datetime.now(UTC).replace(second=0, microsecond=0)


def staff(name: str = "Ada", role: str = Staff.Role.ADMIN) -> Staff:
    found = Staff.objects.filter(email=f"{name.lower()}@cornerpc.example").first()
    return found or Staff.objects.create_user(f"{name.lower()}@cornerpc.example", None, name=name, role=role)


def anna() -> Staff:
    """An agent, who is a host too."""
    found = staff("Anna", Staff.Role.AGENT)
    Host.objects.get_or_create(staff=found, defaults={"name": "Anna Reyes", "initials": "AR"})
    return found


def member(name: str = "Robin", **facts: object) -> Member:
    digest = mail_hash(f"{name.lower()}@example.org")
    values = {
        "name": name, "mail_sealed": seal_text(f"{name.lower()}@example.org"), "joined_at": NOON, "seen_at": NOON,
        "customer": Customer.objects.create(first_seen_at=NOON), **facts,
    }  # fmt: skip
    found = Member.objects.filter(mail_hash=digest).first()
    return found or Member.objects.create(mail_hash=digest, **values)


def event(*, is_announced: bool = True, in_hours: float = 72, **facts: object) -> Event:
    starts_at = NOON + timedelta(hours=in_hours)
    values = {
        "title": "Bamboo desktop launch", "kind": Event.Kind.LAUNCH, "starts_at": starts_at, "place": "Flagship store",
        "ends_at": starts_at + timedelta(hours=2), "time_zone": "America/Chicago", **facts,
    }  # fmt: skip
    made = save_event(staff=staff(), draft=EventDraft(**values), now=NOON - timedelta(days=1))
    if is_announced:
        announce(staff=staff(), event=made, now=NOON - timedelta(days=1))
    return made


def question(asker: Member, title: str = "Does the dock drive two screens?", **facts: object) -> Question:
    values = {"asked_at": NOON, "last_at": NOON, **facts}
    return Question.objects.create(member=asker, title=title, **values)


def draft_of(made: Event, **changes: object) -> EventDraft:
    """The event as it is, but for what changes."""
    names = (
        "title", "kind", "starts_at", "ends_at", "time_zone", "text", "language", "words", "place", "address", "venue", "url",
        "capacity", "most_guests",
    )  # fmt: skip
    return EventDraft(**{name: getattr(made, name) for name in names} | changes)
