"""How many people the branches reach on each network: counted once where followers can be told apart, bounds elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import combinations

from livingroom.branches.audience.models import Audience
from livingroom.branches.models import Branch
from livingroom.measure.audience import people_in, people_in_both
from livingroom.measure.estimate import Estimate, NotEnoughData

FRESH = timedelta(days=14)
# A list that is much shorter than the network's own count is not the whole list: some hide who follows.
WHOLE_SHARE = 0.9
PAIRED, SHOWN_PAIRS = 12, 30


@dataclass(frozen=True)
class NetworkReach:
    """One network: `people` are those whose followers were read; low and high hold for all its branches together."""

    network: str
    branches: tuple[Branch, ...]
    people: Estimate | None
    n_known: int
    low: int
    high: int
    as_of: date | None

    @property
    def sum(self) -> int:
        return sum(branch.followers for branch in self.branches)

    @property
    def is_exact(self) -> bool:
        return self.low == self.high


@dataclass(frozen=True)
class Overlap:
    """People who follow both of two branches of one network."""

    first: Branch
    second: Branch
    people: Estimate | NotEnoughData

    @property
    def share(self) -> float | None:
        """Of the smaller branch's followers."""
        smaller = min(self.first.followers, self.second.followers)
        if not isinstance(self.people, Estimate) or not smaller:
            return None
        return min(1.0, self.people.value / smaller)


@dataclass(frozen=True)
class Bounds:
    """Between the largest network and the sum of all: nobody can tell one person on two networks."""

    low: int
    high: int

    @property
    def is_exact(self) -> bool:
        return self.low == self.high


def fresh_audiences(branches: Sequence[Branch], now: datetime) -> dict[int, Audience]:
    """The latest reading of each branch that is through, not too old to speak of today, and not much too short."""
    rows = Audience.objects.whole().filter(branch__in=branches, finished_at__gte=now - FRESH)
    latest = {row.branch_id: row for row in rows.order_by("finished_at")}
    return {
        branch.pk: latest[branch.pk]
        for branch in branches
        if branch.pk in latest and latest[branch.pk].n_read >= WHOLE_SHARE * branch.followers
    }


def reach_by_network(branches: Sequence[Branch], audiences: dict[int, Audience]) -> list[NetworkReach]:
    """What may be said of each network, the largest first."""
    groups: dict[str, list[Branch]] = {}
    for branch in branches:
        groups.setdefault(branch.network, []).append(branch)
    rows = [_reach(network, group, audiences) for network, group in groups.items()]
    return sorted(rows, key=lambda row: (-row.high, row.network))


def over_all(rows: Sequence[NetworkReach]) -> Bounds:
    return Bounds(max((row.low for row in rows), default=0), sum(row.high for row in rows))


def overlaps(branches: Sequence[Branch], audiences: dict[int, Audience]) -> list[Overlap]:
    """Pairs of the largest branches of each network, those that share most first."""
    known = sorted((b for b in branches if b.pk in audiences), key=lambda b: (-b.followers, b.name))
    groups: dict[str, list[Branch]] = {}
    for branch in known:
        groups.setdefault(branch.network, []).append(branch)
    pairs = [pair for group in groups.values() for pair in combinations(group[:PAIRED], 2)]
    found = [
        Overlap(one, two, people_in_both(audiences[one.pk].people, audiences[two.pk].people))
        for one, two in pairs
    ]
    return sorted(found, key=_least_shared)[:SHOWN_PAIRS]


def _reach(network: str, branches: Sequence[Branch], audiences: dict[int, Audience]) -> NetworkReach:
    known = [branch for branch in branches if branch.pk in audiences]
    unknown = [branch.followers for branch in branches if branch.pk not in audiences]
    people, low, high = None, 0, 0
    if known:
        people = people_in([audiences[branch.pk].people for branch in known])
        low, high = round(people.low), round(people.high)
    return NetworkReach(
        network,
        tuple(branches),
        people,
        len(known),
        max([low, *unknown]),
        high + sum(unknown),
        min((audiences[branch.pk].begun_at.date() for branch in known), default=None),
    )


def _least_shared(overlap: Overlap) -> tuple[float, str]:
    value = overlap.people.value if isinstance(overlap.people, Estimate) else -1.0
    return -value, overlap.first.name
