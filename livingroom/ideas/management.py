"""The list for management: who sees an idea and votes for it, with the interval; and whose votes these are."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q

from livingroom.ideas.counting import COUNTS
from livingroom.ideas.exposures import exposures_of
from livingroom.ideas.models import Board, Idea, Vote
from livingroom.measure.estimate import Estimate
from livingroom.measure.ranking import fit_prior, most_wanted, per_exposure
from livingroom.orders.models import Order


@dataclass(frozen=True)
class Votes:
    """Verified votes for an idea by who cast them, and what is shown beside them but counts for nothing."""

    n: int
    n_customers: int
    n_staff: int
    n_withheld: int
    n_unverified: int

    @property
    def n_others(self) -> int:
        return self.n - self.n_customers - self.n_staff


@dataclass(frozen=True)
class Row:
    place: int
    idea: Idea
    per_exposure: Estimate
    votes: Votes


def management_list(board: Board, n: int, now: datetime) -> list[Row]:
    """The ideas open to votes that most of those who see them want, the highest first.

    Their order is that of the posterior mean of votes for ÷ people who saw it. Only members are known from day to day; how many
    people the other visitors are is estimated from them (`measure.ranking.people_who_saw`).

    A customer is who has ordered before `now`; staff are counted as staff. Votes brought along from another portal are the
    unverified ones.
    """
    seen = exposures_of(board)
    if not len(seen.idea):
        return []
    prior = fit_prior(seen.votes, seen.people)
    places = most_wanted(seen.votes, seen.people, prior)[:n]
    # Intervals are dear: only of those that are shown.
    estimates = per_exposure(seen.votes[places], seen.people[places], prior=prior)
    numbers = seen.idea[places].tolist()
    ideas = Idea.objects.select_related("category", "member", "owner").defer("vector").in_bulk(numbers)
    votes = _votes(ideas, now)
    return [
        Row(rank + 1, ideas[number], estimates.estimate(rank), votes[number])
        for rank, number in enumerate(numbers)
        if number in ideas
    ]


def _votes(ideas: dict[int, Idea], now: datetime) -> dict[int, Votes]:
    ordered = Order.objects.filter(customer=OuterRef("member__customer"), placed_at__lte=now)
    counted = (
        Vote.objects.filter(COUNTS, root__in=ideas, sign=1)
        .annotate(is_customer=Exists(ordered))
        .values_list("root")
        .annotate(
            n=Count("pk"),
            n_staff=Count("pk", filter=Q(member__staff__isnull=False)),
            n_customers=Count("pk", filter=Q(member__staff=None, is_customer=True)),
        )
    )
    by_root = {root: (n, n_staff, n_customers) for root, n, n_staff, n_customers in counted}
    none = (0, 0, 0)
    return {
        number: Votes(
            by_root.get(number, none)[0], by_root.get(number, none)[2], by_root.get(number, none)[1],
            idea.n_withheld, idea.n_brought,
        )
        for number, idea in ideas.items()
    }  # fmt: skip
