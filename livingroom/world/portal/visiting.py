"""Days of visits: what people see on the page, what they have not decided on yet, and what they vote for."""

import numpy as np

from livingroom.measure.ballots.votes import Votes
from livingroom.measure.ranking import RECENT_DAYS, SHARE, mix, under_seen
from livingroom.world.portal.counting import Exposures
from livingroom.world.portal.members import Members, joined_at, make_members
from livingroom.world.portal.orders import HALF_LIVES, ORDERS, Known, Order, ranked, terms
from livingroom.world.portal.plan import DAY, HOUR, START, Floats, History, Integers, Plan

VISITS_AT_ONCE = 20  # that see the page as it stood before the first of them


def simulate(plan: Plan, seed: int, order: str = "now", explored: float = SHARE) -> History:
    """Run a portal.

    Parameters
    ----------
    plan : Plan
    seed : int
        The same gives the same portal. Ideas and members hang on it alone, not on the order.
    order : str
        One of `ORDERS`: the default page. A part of visits looks at the newest first whatever it is.
    explored : float
        Share of the default page's places that go to under-seen ideas.

    Returns
    -------
    History
    """
    people, ideas, chance = (np.random.default_rng([seed, part]) for part in range(3))
    members = make_members(plan, people)
    published_at = np.sort(START + (ideas.random(plan.n_ideas) * plan.n_days * DAY).astype(np.int64))
    appeal = ideas.beta(*plan.appeal, plan.n_ideas)
    run = _Run(plan, members, published_at, appeal, ORDERS[order], explored, chance)
    for day in range(plan.n_days):
        run.day(day)
    return run.history(people)


class _Run:
    def __init__(
        self,
        plan: Plan,
        members: Members,
        published_at: Integers,
        appeal: Floats,
        order: Order,
        explored: float,
        rng: np.random.Generator,
    ) -> None:
        self.plan, self.members, self.published_at, self.appeal = plan, members, published_at, appeal
        self.order, self.explored, self.rng = order, explored, rng
        n = plan.n_ideas
        self.votes, self.recent = (np.zeros(n, dtype=np.int64) for _ in range(2))
        self.exposures = Exposures(plan)
        self.keys = {half_life: np.zeros(n) for half_life in HALF_LIVES}
        self.views = np.zeros((n, plan.n_days), dtype=np.int64)
        self.by_day = np.zeros((n, plan.n_days), dtype=np.int64)
        self.seen_on = np.full((plan.n_members, n), -1, dtype=np.int16)  # the last day
        self.front = np.full((plan.n_days, plan.page), -1)
        self.cast: list[tuple[Integers, Integers, Integers]] = []

    def day(self, day: int) -> None:
        """Let a day's visitors come, some of them more than once."""
        if day >= RECENT_DAYS:
            self.recent -= self.by_day[:, day - RECENT_DAYS]
        weight = np.where(self.members.first_day <= day, self.members.weight, 0.0)
        n_visits = self.plan.visits_per_day
        visitors = self.rng.choice(self.plan.n_members, n_visits, p=weight / weight.sum())
        at = START + day * DAY + np.sort(_times_of_day(n_visits, self.rng))
        for start in range(0, n_visits, VISITS_AT_ONCE):
            part = slice(start, start + VISITS_AT_ONCE)
            self._visits(day, visitors[part], at[part])
        self.front[day] = self._front_page(START + (day + 1) * DAY)

    def _known(self, now: int) -> Known:
        n = int(np.searchsorted(self.published_at, now))
        keys = {half_life: key[:n] for half_life, key in self.keys.items()}
        people = np.rint(self.exposures.people()[:n]).astype(np.int64)
        return Known(now, self.published_at[:n], self.votes[:n], self.recent[:n], keys, people)

    def _front_page(self, now: int) -> Integers:
        page = np.full(self.plan.page, -1)
        first = ranked(self.order, self._known(now), self.rng)[: self.plan.page]
        page[: len(first)] = first
        return page

    def _visits(self, day: int, visitors: Integers, at: Integers) -> None:
        known = self._known(int(at[0]))
        n_public = len(known.published_at)
        if n_public == 0:
            return
        length = min(self.plan.page, n_public)
        usual = ranked(self.order, known, self.rng)[:length].tolist()
        due = self._due(known, length)
        newest = np.arange(n_public - 1, n_public - 1 - length, -1)
        is_newest = self.rng.random(len(visitors)) < self.plan.newest_share
        pages = np.array([newest if new else mix(usual, due, self.rng, self.explored) for new in is_newest])
        depth = self.rng.geometric(1 - self.plan.reads_on, len(visitors))
        visit, place = np.nonzero(np.arange(length) < depth[:, None])
        self._look(day, visitors[visit], pages[visit, place], at[visit])

    def _due(self, known: Known, length: int) -> list[int]:
        if self.explored == 0:
            return []
        chosen: list[int] = under_seen(known.votes, known.exposures, self.rng, n=length).tolist()
        return chosen

    def _look(self, day: int, who: Integers, idea: Integers, at: Integers) -> None:
        """Who sees an idea for the first time decides, and never again; what is an exposure is the plan's to say."""
        _, once = np.unique(who * self.plan.n_ideas + idea, return_index=True)
        once = once[self.seen_on[who[once], idea[once]] < day]
        who, idea, at = who[once], idea[once], at[once]
        is_first = self.seen_on[who, idea] < 0
        self.seen_on[who, idea] = day
        shown = idea[self.exposures.counted(day, who, idea, is_first)]
        self.views[:, day] += np.bincount(shown, minlength=self.plan.n_ideas)
        who, idea, at = who[is_first], idea[is_first], at[is_first]
        votes = self.rng.random(len(idea)) < self.appeal[idea]
        self.exposures.note_votes(who[votes], idea[votes])
        self._count(day, who[votes], idea[votes], at[votes])

    def _count(self, day: int, who: Integers, idea: Integers, at: Integers) -> None:
        at = at + self.rng.integers(0, 60_000_000, len(at))
        for column in (self.votes, self.recent):
            np.add.at(column, idea, 1)
        self.by_day[:, day] += np.bincount(idea, minlength=self.plan.n_ideas)
        for half_life, added in terms(at).items():
            np.add.at(self.keys[half_life], idea, added)
        self.cast.append((idea, who, at))

    def history(self, rng: np.random.Generator) -> History:
        idea, member, at = (np.concatenate(columns) for columns in zip(*self.cast, strict=True))
        first = np.full(self.plan.n_members, np.iinfo(np.int64).max)
        np.minimum.at(first, member, at)
        joined = joined_at(first, rng)
        chosen = self.members
        votes = Votes(idea, member, at, joined[member], chosen.network[member], chosen.agent[member])
        return History(
            self.plan, self.published_at, self.appeal, votes, self.views, self.exposures.people(), self.front, chosen.office
        )  # fmt: skip


def _times_of_day(n: int, rng: np.random.Generator) -> Integers:
    """Most come by day and in the evening."""
    hour = np.clip(rng.normal(15, 4.5, n), 0, 23.99)
    return (hour * HOUR).astype(np.int64)
