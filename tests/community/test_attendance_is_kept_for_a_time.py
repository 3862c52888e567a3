"""Who was at an event is known for as long as the policy says; how many came stays. And who may plan one."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from livingroom.branches.models import Host
from livingroom.community.events.drafts import EventDraft
from livingroom.community.events.models import Attendance, Event, VenueDelivery
from livingroom.community.events.operations import announce, save_event
from livingroom.community.events.venues import make_venue
from livingroom.people.models import Staff, StaffScope
from livingroom.people.retention.kinds import kinds
from tests.community import cast
from tests.community.cast import NOON
from tests.posts import cast as house

pytestmark = pytest.mark.django_db


def test_after_three_years_it_is_known_that_they_came_and_not_who() -> None:
    event = cast.event()
    for avatar in ("zelda", "link"):
        Attendance.objects.create(
            event=event, source="venue", avatar_id=avatar, avatar_name=avatar, came_at=event.starts_at
        )
    later, attendance = event.ends_at + timedelta(days=3 * 366), kinds()["attendance"]
    before = later - timedelta(days=3 * 365)

    assert attendance.count(event.ends_at, "blank") == 0
    assert (attendance.count(before, "blank"), attendance.obey(before, "blank", later)) == (2, 2)

    assert attendance.count(before, "blank") == attendance.obey(before, "blank", later) == 0
    assert Attendance.objects.filter(event=event, avatar_name="").count() == 2
    assert not Attendance.objects.filter(avatar_id__in=["zelda", "link"]).exists()


def test_deliveries_are_forgotten_once_none_can_come_again() -> None:
    place, _ = make_venue(
        staff=cast.staff(), name="The island", world="island", url="", region="", coordinates="", now=NOON
    )
    for days in (1, 31):
        VenueDelivery.objects.create(
            venue=place, delivery_id=str(days), received_at=NOON - timedelta(days=days), n=1
        )
    deliveries = kinds()["venue deliveries"]

    assert deliveries.obey(NOON - timedelta(days=30), "erase", NOON) == 1

    assert VenueDelivery.objects.get().delivery_id == "1"
    assert deliveries.least_days > 7


def test_who_holds_a_branch_plans_events_of_its_people_and_of_nobody_else() -> None:
    branch = house.branch()
    ours, theirs = (Host.objects.create(name=name, initials=name[:1]) for name in ("Ana", "Bo"))
    branch.hosts.add(ours)
    scoped = cast.staff("Cam", Staff.Role.COMMUNITY_MANAGER)
    StaffScope.objects.create(staff=scoped, kind="branch", value=branch.slug)

    def draft(host: Host | None) -> EventDraft:
        begin = NOON + timedelta(days=3)
        return EventDraft(
            title="Bamboo evening", kind=Event.Kind.MEET_UP, starts_at=begin, ends_at=begin + timedelta(hours=2),
            place="Flagship store", host=host,
        )  # fmt: skip

    event = save_event(staff=scoped, draft=draft(ours), now=NOON)
    announce(staff=scoped, event=event, now=NOON)

    assert Event.objects.get().state == "announced"
    for host in (theirs, None):
        with pytest.raises(PermissionDenied):
            save_event(staff=scoped, draft=draft(host), now=NOON)
    save_event(staff=cast.staff("Cleo", Staff.Role.COMMUNITY_MANAGER), draft=draft(None), now=NOON)
