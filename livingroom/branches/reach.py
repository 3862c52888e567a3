"""How many people branches reach: growth of each, and what may honestly be said of all together.

Nobody knows how many follow two branches at once. So a sum of followers is no number of people: what is known is that
there are at least as many accounts as the largest branch has, and at most as many as all have together.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Max, QuerySet, Sum

from livingroom.branches.models import Branch, ReachDay

DAYS = 28
LINES = 7
POINTS = 60
OTHERS = "All others"


@dataclass(frozen=True)
class ReachRange:
    """Between the followers of the largest branch and the sum of all."""

    largest: int
    total: int
    largest_name: str = ""
    n_branches: int = 0

    @property
    def is_exact(self) -> bool:
        return self.largest == self.total


@dataclass(frozen=True)
class Growth:
    """One branch: followers now and some weeks ago, and posts since."""

    branch: Branch
    followers: int
    before: int | None
    n_posts: int | None
    counted_on: date | None
    source: str

    @property
    def gained(self) -> int | None:
        return None if self.before is None else self.followers - self.before

    @property
    def gained_share(self) -> float | None:
        return None if not self.before else (self.followers - self.before) / self.before


def reach_range(followers: Mapping[str, int]) -> ReachRange:
    """Say what is known of followers together, by the branch's name."""
    if not followers:
        return ReachRange(0, 0)
    name = max(followers, key=lambda one: followers[one])
    return ReachRange(followers[name], sum(followers.values()), name, len(followers))


def growth_of(branches: Sequence[Branch], *, until: date, days: int = DAYS) -> list[Growth]:
    """Compare the latest count of each branch with the last one at least `days` before it: a handful of queries."""
    ids = [branch.pk for branch in branches]
    newest = _days_at(ReachDay.objects.filter(branch_id__in=ids, on__lte=until))
    start = {branch_id: day.on - timedelta(days=days) for branch_id, day in newest.items()}
    older = _days_before(start)
    posted = _posts_since(start)
    rows = [
        _growth(branch, newest.get(branch.pk), older.get(branch.pk), posted.get(branch.pk))
        for branch in branches
    ]
    return sorted(rows, key=lambda row: (-row.followers, row.branch.name))


def lines(growths: Iterable[Growth], *, until: date, since: date) -> list[dict[str, object]]:
    """Return followers over time of the largest branches, the others together: rows for a chart."""
    ranked = [growth.branch for growth in growths]
    names = {branch.pk: branch.name if place < LINES else OTHERS for place, branch in enumerate(ranked)}
    step = max(1, (until - since).days // POINTS)
    dates = [until - timedelta(days=n) for n in range(0, (until - since).days + 1, step)]
    counted: dict[int, dict[date, int]] = {}
    rows = ReachDay.objects.filter(branch_id__in=names, on__in=dates).values_list(
        "branch_id", "on", "followers"
    )
    for branch_id, on, followers in rows:
        counted.setdefault(branch_id, {})[on] = followers
    found: dict[str, dict[date, int]] = {name: {} for name in names.values()}
    for branch_id, name in names.items():
        for on, followers in _carried(counted.get(branch_id, {}), sorted(dates)):
            found[name][on] = found[name].get(on, 0) + followers
    return [
        {"on": on, "branch": name, "followers": followers}
        for name, days in found.items()
        for on, followers in sorted(days.items())
    ]


def _carried(counted: Mapping[date, int], dates: Sequence[date]) -> Iterable[tuple[date, int]]:
    """A day nobody counted has the count of the day before, from the first count on."""
    last: int | None = None
    for on in dates:
        last = counted.get(on, last)
        if last is not None:
            yield on, last


def counted_until(branches: Sequence[Branch], today: date) -> date:
    """The latest day that was counted; today where none was."""
    ids = [branch.pk for branch in branches]
    latest = ReachDay.objects.filter(branch_id__in=ids, on__lte=today).aggregate(latest=Max("on"))["latest"]
    return latest or today


def _growth(branch: Branch, newest: ReachDay | None, before: ReachDay | None, n_posts: int | None) -> Growth:
    if newest is None:
        return Growth(branch, branch.followers, None, None, None, "")
    earlier = before.followers if before else None
    return Growth(branch, newest.followers, earlier, n_posts, newest.on, newest.source)


def _posts_since(start: Mapping[int, date]) -> dict[int, int]:
    found: dict[int, int] = {}
    for on, ids in _by_date(start).items():
        rows = ReachDay.objects.filter(branch_id__in=ids, on__gt=on).values_list("branch_id")
        found |= dict(rows.annotate(n=Sum("n_posts")))
    return found


def _days_at(rows: QuerySet[ReachDay]) -> dict[int, ReachDay]:
    latest = dict(rows.values_list("branch_id").annotate(on=Max("on")))
    found = ReachDay.objects.filter(branch_id__in=latest, on__in=set(latest.values()))
    return {day.branch_id: day for day in found if latest[day.branch_id] == day.on}


def _days_before(start: Mapping[int, date]) -> dict[int, ReachDay]:
    """The last day counted on or before each branch's own start."""
    found: dict[int, ReachDay] = {}
    for on, ids in _by_date(start).items():
        found |= _days_at(ReachDay.objects.filter(branch_id__in=ids, on__lte=on))
    return found


def _by_date(start: Mapping[int, date]) -> dict[date, list[int]]:
    """Most branches are counted on the same day, so this is a group or two."""
    groups: dict[date, list[int]] = {}
    for branch_id, on in start.items():
        groups.setdefault(on, []).append(branch_id)
    return groups
