"""How large the portal is, how people look at it, and what is made of it."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from livingroom.measure.ballots.votes import Votes

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

Counting = Literal["people", "house", "days"]

SECOND = 1_000_000
HOUR = 3600 * SECOND
DAY = 24 * HOUR
START = 1_171_584_000 * SECOND  # 2007-02-16, when the first such portal opened


@dataclass(frozen=True)
class Plan:
    """A portal's period.

    Parameters
    ----------
    n_days, ideas_per_day, visits_per_day, n_members : int
    page : int
        Ideas on a page.
    reads_on : float
        Chance to look at the next place after one: attention is geometric.
    newest_share : float
        Of visits that look at the newest first instead of the default order.
    appeal : (float, float)
        Beta distribution of the share of people who vote for an idea once they see it.
    counting : str
        What the portal takes for an exposure: "people", a person's first look at an idea, which no portal knows; "house", as
        Livingroom counts: who is signed in once, everybody else once a day, and people estimated from both; "days": everybody
        once a day.
    unnamed_share : float
        Of the days on which a member comes without being signed in: another browser, or signed out. Before their first vote
        nobody is signed in.
    """

    n_days: int = 240
    ideas_per_day: int = 10
    visits_per_day: int = 400
    n_members: int = 6000
    page: int = 20
    reads_on: float = 0.9
    newest_share: float = 0.25
    appeal: tuple[float, float] = (0.6, 8.0)
    counting: Counting = "people"
    unnamed_share: float = 0.2

    @property
    def n_ideas(self) -> int:
        return self.n_days * self.ideas_per_day

    @property
    def end(self) -> int:
        return START + self.n_days * DAY


@dataclass(frozen=True)
class History:
    """What happened in a portal, and the truth behind it.

    Parameters
    ----------
    plan : Plan
    published_at : (i,) int
        Of every idea; its number is its place.
    appeal : (i,) float
        The truth: the share of people who vote for it once they see it.
    votes : Votes
        One per member and idea.
    views : (i, d) int
        Exposures of an idea, by day, as the portal counted them.
    people : (i,) float
        How many different people saw each idea, as the portal knows or estimates.
    front : (d, page) int
        What the default page showed at the end of each day, −1 where it had no more ideas.
    office : (m,) int
        In which office each member sits, −1 for none.
    """

    plan: Plan
    published_at: Integers
    appeal: Floats
    votes: Votes
    views: NDArray[np.int64]
    people: Floats
    front: Integers
    office: Integers
