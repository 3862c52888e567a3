"""People who want a computer: followers who are shopping, and everybody else who walks into the shop.

A *need* is the unit: one person, one wish, one moment. Followers have more intent than strangers (selection), which
is why counting their orders as the posts' doing flatters the posts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from livingroom.world.brand import BranchFacts, shopper_rate
from livingroom.world.columns import Columns
from livingroom.world.countries import COUNTRIES, COUNTRY, COUNTRY_CODES
from livingroom.world.period import (
    DAY,
    END,
    N_DAYS,
    Booleans,
    Floats,
    Integers,
    day_index,
    draws,
    moments_in_day,
    season,
    shocks,
)

ORGANIC_NEEDS = 25_000
RETURNING_SHARE = 0.17
COOKIE_SHARE = 0.86
BUYS_ANYWAY_SHARE = 0.47  # of the followers who are shopping: far more than of any stranger passing by
STRANGER = -1


@dataclass(frozen=True)
class Needs(Columns):
    """Every need, in order of time. `branch` is the account the person follows, -1 for strangers.

    `person` repeats for those who come back. `chances` holds the draws that decide everything that follows, the same
    whether posts are on or off.
    """

    at: Integers
    branch: Integers
    country: Integers
    person: Integers
    keeps_cookie: Booleans
    would_buy: Booleans
    chances: Floats

    def chance(self, name: str) -> Floats:
        return np.asarray(self.chances[:, CHANCES.index(name)], dtype=np.float64)


# One column of uniform draws for each decision; a new decision gets a new column at the end.
CHANCES = (
    "attention", "reading", "click", "act", "induce", "code", "hurry", "later_delay", "lost", "other_click", "said",
    "said_what", "category", "product", "quantity", "extra", "refund", "refund_share", "refund_delay", "later",
    "displaced", "later_gap", "search", "search_delay", "leak", "second_look", "device", "intent",
)  # fmt: skip


def draw_needs(seed: int, branches: tuple[BranchFacts, ...], scale: float) -> Needs:
    """Draw all needs of the period."""
    at, branch, country = shoppers(seed, branches, scale)
    strangers_at, strangers_country = strangers(seed, scale)
    at = np.concatenate([at, strangers_at])
    branch = np.concatenate([branch, np.full(len(strangers_at), STRANGER, dtype=np.int64)])
    country = np.concatenate([country, strangers_country])
    order = np.lexsort((country, branch, at))
    at, branch, country = at[order], branch[order], country[order]
    random = draws(seed, "people")
    person = returning(random, branch, country)
    # A person keeps cookies or does not, whoever often she comes.
    keeps_cookie = random.random(len(at))[person] < COOKIE_SHARE
    chances = spread_chances(random, branch)
    # Strangers are listed only when they buy.
    would_buy = (branch == STRANGER) | (chances[:, CHANCES.index("intent")] < BUYS_ANYWAY_SHARE)
    return Needs(at, branch, country, person, keeps_cookie, would_buy, chances)


def spread_chances(random: np.random.Generator, branch: Integers) -> Floats:
    """Draw uniforms spread evenly within each circle, so that a small account does not depend on a lucky seed."""
    chances = np.empty((len(branch), len(CHANCES)))
    for each in np.unique(branch):
        rows = np.flatnonzero(branch == each)
        size = (len(rows), len(CHANCES))
        places = np.argsort(random.random(size), axis=0)
        chances[rows] = (places + random.random(size)) / len(rows)
    return chances


def moments_of_days(random: np.random.Generator, rate: Floats, total: float) -> Integers:
    """Draw about `total` days, each as likely as its rate."""
    count = int(total + random.random())
    return np.sort(random.choice(N_DAYS, size=count, p=rate / rate.sum()))


def shoppers(
    seed: int, branches: tuple[BranchFacts, ...], scale: float
) -> tuple[Integers, Integers, Integers]:
    """Draw the followers who are shopping, account by account."""
    moments, accounts, countries = [], [], []
    for index, facts in enumerate(branches):
        if not facts.sells:
            continue
        random = draws(seed, f"shoppers/{facts.key}")
        rate = shopper_rate(facts) * season()
        days = moments_of_days(random, rate * shocks(seed, facts.country), rate.sum() * scale)
        offset = np.full(len(days), facts.place.utc_offset_hours)
        moments.append(moments_in_day(random, days, offset))
        accounts.append(np.full(len(days), index, dtype=np.int64))
        countries.append(np.full(len(days), COUNTRY_CODES.index(facts.country), dtype=np.int64))
    return np.concatenate(moments), np.concatenate(accounts), np.concatenate(countries)


def strangers(seed: int, scale: float) -> tuple[Integers, Integers]:
    """Draw the shop's ordinary buyers, who follow nobody: the trade that goes on without any post."""
    random = draws(seed, "strangers")
    growth = np.linspace(0.85, 1.15, N_DAYS)
    moments, countries = [], []
    for index, country in enumerate(COUNTRIES):
        rate = season() * growth * shocks(seed, country.code)
        rate[: day_index(country.shop_opened_on)] = 0
        days = moments_of_days(random, rate, ORGANIC_NEEDS * scale * country.organic_share)
        moments.append(moments_in_day(random, days, np.full(len(days), country.utc_offset_hours)))
        countries.append(np.full(len(days), index, dtype=np.int64))
    return np.concatenate(moments), np.concatenate(countries)


def returning(random: np.random.Generator, branch: Integers, country: Integers) -> Integers:
    """Number the people: most needs are somebody new, some belong to an earlier person of the same circle."""
    n = len(branch)
    person = np.arange(n)
    comes_back = random.random(n) < RETURNING_SHARE
    earlier = random.random(n)
    circle = branch * len(COUNTRY) + country
    for each in np.unique(circle):
        rows = np.flatnonzero(circle == each)
        places = np.arange(len(rows))
        # The first of a circle has nobody before her, so place 0 points at itself.
        chosen = np.where(comes_back[rows], (earlier[rows] * places).astype(np.int64), places)
        while True:  # follow the chain of earlier needs to the first one
            further = chosen[chosen]
            if np.array_equal(further, chosen):
                break
            chosen = further
        person[rows] = rows[chosen]
    return person


def organic_moment(needs: Needs) -> Integers:
    """Tell when each person buys if no post comes between: about a week after the wish; after END means never here."""
    wait = -np.log1p(-needs.chance("later_delay")) * 8 * DAY
    return np.asarray(needs.at + np.minimum(wait, 60 * DAY).astype(np.int64), dtype=np.int64)


def is_in_period(at: Integers) -> Booleans:
    return np.asarray(at < END, dtype=np.bool_)
