"""People and their wishes, a chunk at a time: all chance is drawn here, before anybody knows whether posts are on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from livingroom.world.columns import Columns
from livingroom.world.period import Booleans, Floats, Integers, draws
from livingroom.world.regimes.calendar import Calendar
from livingroom.world.regimes.ground import HORIZON_DAYS, Ground
from livingroom.world.regimes.kinds import Regime

NOBODY = -1
ORDERS_PER_PERSON = 0.35  # in 120 days, before selection
BASKET_SPREAD = 0.45
SPILL_SHARE = 0.01  # followers who read what a friend elsewhere passes on
SECOND_BRANCH_SHARE = 0.25
RESELLER_SHARE = 0.002
LOST_COOKIE_SHARE = 0.13
NO_CONSENT_SHARE = 0.06

# One column of uniform draws for each decision; a new decision gets a new column at the end.
CHANCES = (
    "see", "forward", "lag", "induce", "click", "code", "seek", "refund", "refund_part", "refund_delay",
    "refund_late", "hurry", "names_click", "answer", "answer_what", "other_device", "search", "other_channel",
    "elsewhere", "site",
)  # fmt: skip


@dataclass(frozen=True)
class People(Columns):
    """One row a person of the chunk."""

    geo: Integers
    reads_geo: Integers  # whose feed they see: their own, but for a few
    first_branch: Integers
    second_branch: Integers
    is_reseller: Booleans
    loses_cookie: Booleans
    refuses_consent: Booleans
    reads_mail: Booleans


@dataclass(frozen=True)
class Wishes(Columns):
    """One row a wish; a latent one leads to nothing unless a post wakes it. `at` is days since day 0."""

    person: Integers
    at: Floats
    lead_days: Floats
    is_latent: Booleans
    list_minor: Integers
    chances: Floats

    def chance(self, name: str) -> Floats:
        return np.asarray(self.chances[:, CHANCES.index(name)], dtype=np.float64)


def draw_people(seed: int, chunk: int, n: int, regime: Regime, ground: Ground, calendar: Calendar) -> People:
    """Draw where people live and whom they follow."""
    random = draws(seed, f"regimes/people/{chunk}")
    geo = np.searchsorted(np.cumsum(ground.share), random.random(n) * ground.share.sum(), side="right")
    geo = np.minimum(geo, ground.n_geos)
    follows = (random.random(n) < regime.follower_share) & (geo < ground.n_geos)
    first = pick_branch(calendar, geo, random.random(n), follows)
    also = follows & (random.random(n) < SECOND_BRANCH_SHARE)
    second = pick_branch(calendar, geo, random.random(n), also)
    hears = follows & (random.random(n) < SPILL_SHARE)
    neighbour = (geo + 1 + (random.random(n) * 3).astype(np.int64)) % ground.n_geos
    return People(
        geo=geo,
        reads_geo=np.where(hears, neighbour, geo),
        first_branch=first,
        second_branch=np.where(second == first, NOBODY, second),
        is_reseller=random.random(n) < RESELLER_SHARE,
        loses_cookie=random.random(n) < LOST_COOKIE_SHARE,
        refuses_consent=random.random(n) < NO_CONSENT_SHARE,
        reads_mail=random.random(n) < 0.3,
    )


def pick_branch(calendar: Calendar, geo: Integers, chance: Floats, follows: Booleans) -> Integers:
    """Choose among the branches with followers in each place; -1 for who follows none."""
    n_reaching = np.append(calendar.reach.sum(axis=0), 0)
    # Row g lists the branches of place g first.
    listed = np.argsort(
        ~np.vstack([calendar.reach.T, np.zeros(calendar.n_branches, np.bool_)]), axis=1, kind="stable"
    )
    choice = np.minimum((chance * n_reaching[geo]).astype(np.int64), calendar.n_branches - 1)
    return np.where(follows & (n_reaching[geo] > 0), listed[geo, choice], NOBODY)


def draw_wishes(seed: int, chunk: int, people: People, regime: Regime, ground: Ground) -> Wishes:
    """Draw what people would buy anyway, and what only a post could make them want."""
    random = draws(seed, f"regimes/wishes/{chunk}")
    follows = people.first_branch != NOBODY
    mass = ground.demand.sum(axis=1)[people.geo] / 120
    rate = ORDERS_PER_PERSON * mass * np.where(follows, regime.intent, 1.0)
    n_anyway = random.poisson(rate)
    n_latent = random.poisson(np.where(follows, regime.latent_rate * mass, 0.0))
    everybody = np.arange(len(people))
    person = np.concatenate([np.repeat(everybody, n_anyway), np.repeat(everybody, n_latent)])
    is_latent = np.arange(len(person)) >= n_anyway.sum()
    n = len(person)
    basket = regime.basket_minor * np.exp(random.normal(0, BASKET_SPREAD, n) - BASKET_SPREAD**2 / 2)
    basket *= np.where(people.is_reseller[person], 3.0, 1.0)
    return Wishes(
        person=person,
        at=draw_moments(random, ground, people.geo[person]),
        lead_days=np.minimum(random.exponential(6.0, n), HORIZON_DAYS),
        is_latent=is_latent,
        list_minor=np.maximum(basket.astype(np.int64) // 100 * 100, 900),
        chances=random.random((n, len(CHANCES))),
    )


def draw_moments(random: np.random.Generator, ground: Ground, geo: Integers) -> Floats:
    """Draw moments as likely as the place's demand of the day; people buy more in the evening than in the morning."""
    flow = np.cumsum(ground.demand, axis=1)
    flow /= flow[:, -1:]
    # All places end to end on one line, so that one search serves everybody.
    line = (flow + np.arange(len(flow))[:, None]).ravel()
    where = np.searchsorted(line, geo + random.random(len(geo)), side="right")
    day = np.minimum(where - geo * flow.shape[1], flow.shape[1] - 1)
    return np.asarray(day - ground.pre_days + random.beta(2.2, 1.6, len(geo)), dtype=np.float64)
