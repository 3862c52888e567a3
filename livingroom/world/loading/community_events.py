"""Corner PC's events: a launch of 2009, a meet-up that is full, and sessions in a virtual world."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np

from livingroom.branches.models import Host
from livingroom.community.events.drafts import EventDraft
from livingroom.community.events.models import Attendance, Event, EventPost, Rsvp, Venue
from livingroom.community.events.operations import announce, save_event
from livingroom.community.events.venues import make_venue
from livingroom.community.groups.models import Group
from livingroom.people.models import Member
from livingroom.posts.models import Placement
from livingroom.world.loading.house import demo_staff

LAUNCH_AT = datetime(2009, 11, 17, 17, tzinfo=UTC)


def load_events(
    people: dict[str, list[Member]], groups: dict[str, Group], random: np.random.Generator, now: datetime
) -> None:
    everybody = [member for some in people.values() for member in some]
    _launch(everybody, groups["green"], random)
    _meet_up(people, groups["small-business"], now)
    _sessions(everybody, groups["gaming"], random, now)


def _launch(people: list[Member], group: Group, random: np.random.Generator) -> None:
    """A launch of 2009, announced by posts that are in the world with their clicks, codes and orders."""
    before = LAUNCH_AT - timedelta(days=14)
    draft = EventDraft(
        title="The bamboo desktop: first look", kind=Event.Kind.LAUNCH, starts_at=LAUNCH_AT,
        ends_at=LAUNCH_AT + timedelta(hours=2), time_zone="America/Chicago",
        text="Our smallest desktop in a case of bamboo. See it, lift it, ask who built it.", place="Corner PC flagship store",
        address="401 Congress Avenue, Austin", map_url="https://www.openstreetmap.org/?mlat=30.2667&mlon=-97.7428#map=17/30.2667/-97.7428",
        host=Host.objects.order_by("pk").first(), capacity=60, groups=(group,),
        words={"de": {"title": "Der Bambusrechner: erster Blick", "text": "Unser kleinster Rechner im Bambusgehäuse."}},
    )  # fmt: skip
    event = _announced(draft, before)
    posts = (
        Placement.objects.filter(sent_at__gte=before, sent_at__lt=LAUNCH_AT, post__offer__isnull=False)
        .order_by("sent_at")
        .values_list("post_id", flat=True)[:6]
    )
    EventPost.objects.bulk_create([EventPost(event=event, post_id=post, at=before) for post in posts])
    for place, member in enumerate(people[:30]):
        at = before + timedelta(hours=3 * place)
        answer = "no" if place % 9 == 8 else "maybe" if place % 7 == 6 else "yes"
        guests = int(random.integers(0, 3)) if answer == "yes" else 0
        Rsvp.objects.create(event=event, member=member, answer=answer, n_guests=guests, at=at, changed_at=at)
        if answer == "yes" and place % 4:
            Attendance.objects.create(
                event=event, source="hand", avatar_id=f"member {member.pk}", avatar_name=member.name, member=member,
                customer=member.customer, linked_by="hand", came_at=LAUNCH_AT + timedelta(minutes=place),
            )  # fmt: skip
    Event.objects.filter(pk=event.pk).update(state=Event.State.OVER)


def _meet_up(people: dict[str, list[Member]], group: Group, now: datetime) -> None:
    """To come, and full: some wait."""
    starts_at = (now + timedelta(days=9)).replace(hour=22, minute=0, second=0, microsecond=0)
    draft = EventDraft(
        title="Small offices, one evening", kind=Event.Kind.MEET_UP, starts_at=starts_at, ends_at=starts_at + timedelta(hours=3),
        time_zone="America/Sao_Paulo", text="Bring what does not work in your office. We bring a server and coffee.",
        place="Casa Corner", address="Rua Augusta 1500, São Paulo", capacity=8, most_guests=2,
        host=Host.objects.filter(branches__language="pt").order_by("pk").first(), groups=(group,),
        words={
            "pt": {"title": "Escritórios pequenos, uma noite",
                 "text": "Traga o que não funciona no seu escritório. Nós levamos café."},
            "es": {"title": "Oficinas pequeñas, una noche", "text": "Traiga lo que no funciona en su oficina."},
        },
    )  # fmt: skip
    event = _announced(draft, now - timedelta(days=6))
    for place, member in enumerate(people["pt"] + people["es"]):
        at = now - timedelta(days=5) + timedelta(hours=place)
        waits = at if place >= 6 else None
        guests = 1 if place in (0, 3) else 0
        Rsvp.objects.create(
            event=event, member=member, answer="yes", n_guests=guests, waits_since=waits, at=at, changed_at=at
        )


def _sessions(people: list[Member], group: Group, random: np.random.Generator, now: datetime) -> None:
    """One session in a virtual world three days ago, told of by its venue, and the next in a week."""
    maya, known = demo_staff(), Venue.objects.filter(slug="corner-island").first()
    venue = known or make_venue(
        staff=maya, name="Corner Island", world="gridlands", url="https://gridlands.example/corner-island",
        region="Corner Island", coordinates="128, 96, 23", now=now,
    )[0]  # fmt: skip
    for days, title in (
        (-3, "Build night on Corner Island"),
        (7, "Build night on Corner Island: lights and shadows"),
    ):
        starts_at = (now + timedelta(days=days)).replace(hour=19, minute=0, second=0, microsecond=0)
        draft = EventDraft(
            title=title, kind=Event.Kind.SESSION, starts_at=starts_at, ends_at=starts_at + timedelta(hours=2), time_zone="UTC",
            text="Build your own tower, block by block, and take the plan home.", venue=venue, url=venue.url,
            host=Host.objects.order_by("-pk").first(), groups=(group,),
            words={"de": {"title": "Bauabend auf Corner Island", "text": "Bauen Sie Ihren Turm, Block für Block."}},
        )  # fmt: skip
        event = _announced(draft, now - timedelta(days=10))
        _visit(event, people, random, was=days < 0)
    Event.objects.filter(venue=venue, ends_at__lte=now).update(state=Event.State.OVER)


def _visit(event: Event, people: list[Member], random: np.random.Generator, *, was: bool) -> None:
    for place, member in enumerate(people[3:15]):
        at = event.announced_at or event.made_at
        avatar = f"{member.name.split()[0]} Resident"
        Rsvp.objects.create(event=event, member=member, answer="yes", avatar=avatar, at=at, changed_at=at)
        if was and place % 3:
            came_at = event.starts_at + timedelta(minutes=int(random.integers(0, 40)))
            Attendance.objects.create(
                event=event, source="venue", avatar_id=f"avatar-{place}", avatar_name=avatar, member=member,
                customer=member.customer, linked_by="said", came_at=came_at, left_at=came_at + timedelta(minutes=55),
            )  # fmt: skip
    for place in range(11 if was else 0):
        came_at = event.starts_at + timedelta(minutes=int(random.integers(0, 60)))
        Attendance.objects.create(
            event=event, source="venue", avatar_id=f"stranger-{place}", avatar_name=f"Wanderer {place + 1}", came_at=came_at,
            left_at=came_at + timedelta(minutes=int(random.integers(5, 50))),
        )  # fmt: skip


def _announced(draft: EventDraft, at: datetime) -> Event:
    maya = demo_staff()
    event = save_event(staff=maya, draft=draft, now=at)
    announce(staff=maya, event=event, now=at)
    return event
