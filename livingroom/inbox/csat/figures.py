"""How happy people were, with the interval, how many answered, and the cases behind every figure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from livingroom.inbox.csat.models import Asked
from livingroom.measure.estimate import Estimate, NotEnoughData
from livingroom.measure.service.outcomes import FEWEST_RATINGS, GOOD
from livingroom.measure.service.shares import wilson


@dataclass(frozen=True)
class Happiness:
    """Of those asked in a time: how many answered, how many of these are happy (4 or 5). Never a mean of five steps."""

    name: str
    slug: str
    n_asked: int
    n_rated: int
    share: Estimate | NotEnoughData
    response: Estimate | NotEnoughData
    by_rating: tuple[tuple[int, int], ...]

    @property
    def is_known(self) -> bool:
        return isinstance(self.share, Estimate)


def asked_since(now: datetime, days: int, branch: str = "") -> QuerySet[Asked]:
    rows = Asked.objects.filter(asked_at__gt=now - timedelta(days=days), asked_at__lte=now)
    return rows.filter(conversation__branch__slug=branch) if branch else rows


def happiness(rows: Sequence[tuple[str, str, int | None]], name: str, slug: str = "") -> Happiness:
    """Sum up rows of (branch slug, branch name, rating or None)."""
    ratings = [rating for _, _, rating in rows if rating is not None]
    by_rating = tuple((step, ratings.count(step)) for step in (5, 4, 3, 2, 1))
    n_good = sum(rating >= GOOD for rating in ratings)
    return Happiness(
        name,
        slug,
        len(rows),
        len(ratings),
        wilson(n_good, len(ratings), fewest=FEWEST_RATINGS, of="ratings"),
        wilson(len(ratings), len(rows), of="people asked"),
        by_rating,
    )


def by_branch(asked: QuerySet[Asked]) -> tuple[Happiness, list[Happiness]]:
    """All together, and each branch; branches with the most ratings first."""
    rows = list(asked.values_list("conversation__branch__slug", "conversation__branch__name", "rating"))
    known = [(slug or "", name or "No branch", rating) for slug, name, rating in rows]
    names = {row[0]: row[1] for row in known}
    each = [happiness([row for row in known if row[0] == slug], name, slug) for slug, name in names.items()]
    return happiness(known, "All"), sorted(each, key=lambda one: (-one.n_rated, one.name))
