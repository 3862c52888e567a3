"""The list for management: who sees an idea and votes for it, with the interval; and whose votes these are."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from django.db.models import Count, Exists, F, OuterRef, Q
from numpy.typing import NDArray

from livingroom.ideas.counting import COUNTS
from livingroom.ideas.models import Board, Idea, Vote
from livingroom.measure.estimate import Estimate
from livingroom.measure.ranking import per_exposure
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

    Their order is that of the posterior mean of votes for ÷ showings. Visitors have no name beyond a day, so who comes again is
    counted again: an idea is judged by its first showings, until enough had seen it.

    A customer is who has ordered before `now`; staff are counted as staff. Votes brought along from another portal are the
    unverified ones.
    """
    rows = Idea.objects.public().filter(board=board, state__in=Idea.VOTABLE).order_by("pk")
    found = np.array(list(rows.values_list("pk", "n_for", "n_shown")), dtype=np.int64).reshape(-1, 3)
    if not len(found):
        return []
    _until_well_seen(found, board)
    estimates = per_exposure(found[:, 1], found[:, 2])
    places = estimates.order()[:n].tolist()
    numbers = [int(found[place, 0]) for place in places]
    ideas = Idea.objects.select_related("category", "member", "owner").defer("vector").in_bulk(numbers)
    votes = _votes(ideas, now)
    return [
        Row(rank, ideas[number], estimates.estimate(place), votes[number])
        for rank, (place, number) in enumerate(zip(places, numbers, strict=True), start=1)
        if number in ideas
    ]


def _until_well_seen(found: NDArray[np.int64], board: Board) -> None:
    """Put the votes and the showings of that moment in the place of all, for ideas that enough have seen."""
    seen = dict(
        Idea.objects.public()
        .filter(board=board, state__in=Idea.VOTABLE, well_seen_at__isnull=False)
        .values_list("pk", "n_shown_then")
    )
    votes = Vote.objects.filter(
        COUNTS,
        sign=1,
        root__in=Idea.objects.filter(board=board, well_seen_at__isnull=False),
        at__lte=F("root__well_seen_at"),
    )
    early = dict(votes.order_by().values_list("root").annotate(n=Count("pk")))
    for row in found:
        number = int(row[0])
        if number in seen:
            row[1], row[2] = early.get(number, 0), seen[number]


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
