"""What the desk shows of the segment a post is for: who it is, how many, how far a post reaches them, and by which branches."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache

from livingroom.branches.models import Branch
from livingroom.posts.audience import proposed_branches
from livingroom.segments.asking import size_of
from livingroom.segments.live import sentence_of
from livingroom.segments.models import Customs, SegmentVersion
from livingroom.segments.privacy import shown
from livingroom.segments.reach import Reach, reach_of

SIZE_HOLDS_SECONDS = 60  # somebody who types is not counted again with every letter
MOST_SHOWN = 12


@dataclass(frozen=True)
class Audience:
    version: SegmentVersion
    sentence: str
    size: str
    reach: Reach
    n_fitting: int
    n_chosen: int
    missing: list[Branch]
    n_more: int
    newer: SegmentVersion | None

    @property
    def is_whole(self) -> bool:
        """Every branch that speaks to them is chosen."""
        return not self.missing


def audience_of(
    version: SegmentVersion | None, chosen: Iterable[Branch], branches: Collection[Branch], now: datetime
) -> Audience | None:
    """Read it for a post on `chosen` by somebody who may write on `branches`; None when it is for everybody."""
    if version is None:
        return None
    fitting = proposed_branches(version, branches)
    taken = {branch.pk for branch in chosen}
    missing = [branch for branch in fitting if branch.pk not in taken]
    newest = version.segment.current
    return Audience(
        version=version,
        sentence=sentence_of(version),
        size=shown(_size(version, now), Customs.current().smallest_group),
        reach=reach_of(version),
        n_fitting=len(fitting),
        n_chosen=len(fitting) - len(missing),
        missing=missing[:MOST_SHOWN],
        n_more=max(len(missing) - MOST_SHOWN, 0),
        newer=newest if newest is not None and newest != version else None,
    )


def _size(version: SegmentVersion, now: datetime) -> int:
    key = f"segment-size-{version.digest}"
    size: int | None = cache.get(key)
    if size is None:
        size = size_of(version, now)
        cache.set(key, size, SIZE_HOLDS_SECONDS)
    return size
