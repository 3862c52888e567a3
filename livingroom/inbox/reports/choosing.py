"""The conversations that somebody asks for, who began them where it matters, and what may be told of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property

import numpy as np

from livingroom.inbox.reports.asking import NONE, Asked, last_day
from livingroom.inbox.reports.columns import Column, Columns
from livingroom.inbox.reports.few import is_enough, parts_of_few
from livingroom.inbox.reports.membership import Writers, writers
from livingroom.segments.models import Customs, Segment, SegmentVersion
from livingroom.segments.privacy import intersections, too_near

OTHER_FILTERS = ("branch", "team", "subject", "language", "country")


@dataclass(frozen=True)
class Everybody:
    """What is asked for whoever wrote, with who did: what a segment is a part of."""

    packed: Columns
    who: Writers
    is_in: Column
    group: int | None
    others_are_enough: Callable[[], bool]


class Chosen:
    """Conversations. `everybody` is None where no segment is asked for, `who` where nobody asks who began them."""

    def __init__(
        self,
        packed: Columns,
        *,
        everybody: Everybody | None = None,
        find_who: Callable[[], Writers] | None = None,
        versions: Sequence[SegmentVersion] = (),
        smallest: int = 0,
    ) -> None:
        self.packed, self.everybody, self.versions, self.smallest = packed, everybody, versions, smallest
        self._find_who = find_who

    @cached_property
    def who(self) -> Writers:
        assert self._find_who is not None
        return self._find_who()

    @cached_property
    def is_told(self) -> bool:
        """Whether figures of all of them may be told. Who opens the conversations themselves does not ask."""
        every = self.everybody
        if every is None or every.group is None or not len(self.packed.cases):
            return True
        return every.group not in _hidden(every.who, self.smallest) and every.others_are_enough()

    @cached_property
    def hidden(self) -> set[int]:
        """The groups that must not be told of beside each other."""
        if not self.is_told:
            return set(range(self.who.n_groups))
        hidden = _hidden(self.who, self.smallest)
        return hidden | _left_few(self.everybody.who, self.who, self.smallest) if self.everybody else hidden

    def values_of_few(self, values: Column) -> set[int | bytes]:
        """Values of everybody's cases, parted by which the figures of the segment must not be told."""
        if self.everybody is None:
            return set()
        return parts_of_few(values, self.everybody.who.person, self.everybody.is_in, self.smallest)


def choose(asked: Asked, now: datetime) -> Chosen:
    """Read what is asked for. Who is in a segment is as of `now`."""
    today = last_day(now.date())
    packed = asked.packed(today)
    if not asked.segment and asked.split != "segment":
        return Chosen(packed)
    versions = versions_in_use()
    who = writers(packed.cases["author"], versions, now)
    smallest = Customs.current().smallest_group
    if not asked.segment:
        return Chosen(packed, find_who=lambda: who, versions=versions, smallest=smallest)
    group = _group(asked.segment, versions)
    is_in = np.zeros(len(packed.cases), bool) if group is None else who.cases_in(group)
    own = packed.where(is_in)

    def others_are_enough() -> bool:
        return group is None or _others_are_enough(asked, own, group, versions, now, today, smallest)

    return Chosen(
        own,
        everybody=Everybody(packed, who, is_in, group, others_are_enough),
        find_who=lambda: who.only(is_in),
        versions=versions,
        smallest=smallest,
    )


def versions_in_use() -> list[SegmentVersion]:
    return [segment.current for segment in Segment.objects.standing() if segment.current]


def _group(slug: str, versions: Sequence[SegmentVersion]) -> int | None:
    if slug == NONE:
        return len(versions) + 1
    places = [place for place, version in enumerate(versions) if version.segment.slug == slug]
    return places[0] if places else None


def _hidden(who: Writers, smallest: int) -> set[int]:
    return too_near(who.patterns, who.n_groups, smallest)


def _left_few(who: Writers, own: Writers, smallest: int) -> set[int]:
    """Groups of whom all but too few are in the segment looked at: their figures less these would tell of the few."""
    all_sizes, sizes = (intersections(one.patterns, one.n_groups).diagonal() for one in (who, own))
    return {int(group) for group in np.flatnonzero((all_sizes > sizes) & (all_sizes - sizes < smallest))}


def _others_are_enough(
    asked: Asked,
    own: Columns,
    group: int,
    versions: Sequence[SegmentVersion],
    now: datetime,
    today: date,
    smallest: int,
) -> bool:
    """Say whether what the other filters leave out of the segment is nothing, or of enough people."""
    if not any(getattr(asked, name) for name in OTHER_FILTERS):
        return True
    whole = replace(asked, **dict.fromkeys(OTHER_FILTERS, "")).packed(today)
    who = writers(whole.cases["author"], versions, now)
    is_left = who.cases_in(group) & ~np.isin(whole.cases["conversation"], own.cases["conversation"])
    return is_enough(who.person[is_left], smallest)
