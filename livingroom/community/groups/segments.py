"""What a group's segment means: whom it is for, in the version that holds now."""

from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.db.models import Count

from livingroom.community.groups.models import Group
from livingroom.ideas.counting import COUNTS
from livingroom.ideas.models import Idea, Vote
from livingroom.segments.asking import people_in
from livingroom.segments.models import Customs, Segment, SegmentVersion
from livingroom.segments.operations import end_use, use_version
from livingroom.shared.events import subject_of

WANTED_HOLDS_SECONDS = 600


def version_of(group: Group) -> SegmentVersion | None:
    """The segment's present version; None without one, or when it was put away."""
    row = Segment.objects.standing().filter(slug=group.segment).first() if group.segment else None
    return row.current if row else None


def note_segment(group: Group, *, by: object, now: datetime) -> None:
    """Write down which version the group uses; call it whenever a group was saved."""
    version = version_of(group)
    if version is None:
        end_use(used_by=subject_of(group), now=now)
    else:
        use_version(version=version, used_by=subject_of(group), by=by, now=now)


def follow_version(sender: object, *, version: SegmentVersion, now: datetime, **_: Any) -> None:
    """A group is for whoever is in its segment now: it takes every new version."""
    for group in Group.objects.filter(segment=version.segment.slug):
        note_segment(group, by="segments", now=now)


def most_wanted(group: Group, now: datetime, n: int) -> list[Idea]:
    """What the segment's people voted for most, the most first; only ideas with as many of them behind as a report may show.

    Their number is not given: beside the number of all votes it would tell of the others.
    """
    version = version_of(group)
    if version is None:
        return []
    numbers = _wanted(version, now)
    found = (
        Idea.objects.public().filter(board__is_twin=False).select_related("board").in_bulk(numbers[: 3 * n])
    )
    return [found[number] for number in numbers if number in found][:n]


def _wanted(version: SegmentVersion, now: datetime) -> list[int]:
    """Kept for some minutes: the page is everybody's, and votes are many."""
    smallest = Customs.current().smallest_group
    key = f"wanted-by-{version.pk}-{version.digest}-{smallest}"
    kept: list[int] | None = cache.get(key)
    if kept is None:
        votes = Vote.objects.filter(COUNTS, sign=1, member__customer__in=people_in(version, now).values("pk"))
        rows = votes.order_by().values_list("root").annotate(n=Count("pk")).filter(n__gte=smallest)
        kept = [number for number, _ in rows.order_by("-n", "root")[:100]]
        cache.set(key, kept, WANTED_HOLDS_SECONDS)
    return kept
