"""Who hears of a group's events: members who asked to, and those of its segment who said yes to its purpose."""

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from livingroom.community.events.models import Event
from livingroom.community.events.telling import news_of
from livingroom.community.groups.models import Group, GroupFollow
from livingroom.community.groups.segments import version_of
from livingroom.people.members.letters import write_letters
from livingroom.people.models import Member
from livingroom.segments.asking import people_in
from livingroom.segments.models import SegmentVersion

STILL_NEWS = timedelta(days=7)
AT_ONCE = 1_000


def follow(*, member: Member, group: Group, now: datetime) -> None:
    """Hear of its events."""
    GroupFollow.objects.update_or_create(
        group=group, member=member, defaults={"ended_at": None}, create_defaults={"at": now}
    )


def unfollow(member: Member, what: str, now: datetime) -> None:
    """The link in a letter: no more of this group, whatever segment they are in."""
    if what.isdecimal() and Group.objects.filter(pk=int(what)).exists():
        row, _ = GroupFollow.objects.get_or_create(group_id=int(what), member=member, defaults={"at": now})
        row.ended_at = row.ended_at or now
        row.save(update_fields=["ended_at"])


def follows(group: Group, member: Member | None) -> bool:
    return GroupFollow.objects.filter(group=group, member=member, ended_at=None).exists() if member else False


def hearers_of(group: Group, now: datetime) -> QuerySet[Member]:
    """Members to write to. A segment brings only those who said yes: on any other ground, asking is the only way in."""
    said = GroupFollow.objects.filter(group=group)
    whom = Q(pk__in=said.filter(ended_at=None).values("member"))
    version = version_of(group)
    if version is not None and version.ground == SegmentVersion.Ground.CONSENT:
        whom |= Q(customer__in=people_in(version, now).values("pk"))
    ended = said.exclude(ended_at=None).values("member")
    return (
        Member.objects.welcome()
        .filter(whom, hears_from_us=True)
        .exclude(mail_sealed="")
        .exclude(pk__in=ended)
    )


def n_invited(event: Event, now: datetime) -> int:
    """How many members announcing it writes to."""
    groups = event.groups.public()
    found: set[int] = set()
    for group in groups:
        found |= set(hearers_of(group, now).values_list("pk", flat=True))
    return len(found)


def invite(now: datetime) -> int:
    """Write to who hears of the groups of newly announced events, once for each event. Returns how many letters there are."""
    fresh = Event.objects.filter(
        state=Event.State.ANNOUNCED, invited_at=None, starts_at__gt=now, announced_at__gt=now - STILL_NEWS
    )
    n = 0
    for event in fresh.filter(groups__is_public=True).distinct().select_related("venue"):
        n += sum(_invite(event, group, now) for group in event.groups.public())
        Event.objects.filter(pk=event.pk).update(invited_at=now)
    return n


def _invite(event: Event, group: Group, now: datetime) -> int:
    """Each letter has one key for all groups, so who is in two gets one; a crash in between writes nobody twice."""
    n, last = 0, 0
    members = hearers_of(group, now).exclude(rsvps__event=event).order_by("pk")
    while some := list(members.filter(pk__gt=last)[:AT_ONCE]):
        n += write_letters(
            [news_of(event, one, "letter_invited", about=f"group {group.pk}") for one in some], now
        )
        last = some[-1].pk
    return n
