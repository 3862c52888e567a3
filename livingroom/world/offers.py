"""Offers of the selling accounts: each runs for some days, and the account's offer posts of those days speak of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from livingroom.world.brand import BranchFacts
from livingroom.world.catalogue import PRODUCTS, WANTS, category_indices
from livingroom.world.columns import Columns
from livingroom.world.countries import Country
from livingroom.world.period import DAY, HOUR, MINUTE, Integers, draws

OFFER_KINDS = {"percent": 0.68, "amount": 0.2, "bundle": 0.12}
PERCENTS = (5, 8, 10, 10, 12, 15, 15, 20, 25)
AMOUNTS_USD = (30, 50, 50, 75, 100)
SMALL_THINGS = ("accessory", "printer", "monitor")
MINIMUM_TIMES = 6  # an amount off needs a basket of so many times the amount


@dataclass(frozen=True)
class Offer:
    """What one account promises for some days, in its country's currency."""

    branch: int
    kind: str
    percent: int
    amount_minor: int
    minimum_minor: int
    category: str
    product: int
    gift: int
    stock: int
    starts_at: int
    ends_at: int


@dataclass(frozen=True)
class Offers(Columns):
    """All offers; `percent` is 0 and amounts are 0 where the kind has none; `stock` 0 is no cap."""

    branch: Integers
    kind: list[str]
    percent: Integers
    amount_minor: Integers
    minimum_minor: Integers
    category: list[str]
    product: Integers
    gift: Integers
    stock: Integers
    starts_at: Integers
    ends_at: Integers


def round_amount(usd: int, country: Country) -> int:
    """Turn a dollar amount into a round local one, in minor units: R$ 220 → R$ 200."""
    local = usd * country.price_level
    step = 10 ** max(0, len(str(int(local))) - 1) / 2
    return int(max(step, round(local / step) * step) * 10**country.exponent)


class Rotation:
    """The marketing calendar of one account: every kind of deal comes round in its proportion, in shuffled order."""

    def __init__(self, random: np.random.Generator, wants: dict[str, float]) -> None:
        self._random = random
        self._categories = spread(wants)
        self._deals = [(kind, percent) for kind in spread(OFFER_KINDS) for percent in PERCENTS]
        self._waiting: dict[str, list[int]] = {"category": [], "deal": []}

    def category(self) -> str:
        return self._categories[self._next("category", len(self._categories))]

    def deal(self) -> tuple[str, int]:
        return self._deals[self._next("deal", len(self._deals))]

    def _next(self, name: str, size: int) -> int:
        if not self._waiting[name]:
            self._waiting[name] = self._random.permutation(size).tolist()
        return self._waiting[name].pop()


def spread(shares: dict[str, float], size: int = 12) -> list[str]:
    """Turn shares into about `size` entries: {"a": 0.75, "b": 0.25} → nine a, three b."""
    total = sum(shares.values())
    return [name for name, share in shares.items() for _ in range(max(1, round(size * share / total)))]


def draw_offer(
    random: np.random.Generator, rotation: Rotation, branch: BranchFacts, index: int, at: int
) -> Offer:
    """Draw one offer that starts shortly before the first post about it and lasts three to seven days."""
    category = rotation.category()
    kind, percent = rotation.deal()
    amount = round_amount(int(random.choice(AMOUNTS_USD)), branch.place) if kind == "amount" else 0
    if category in SMALL_THINGS:  # an amount or a gift would be half their price
        kind, amount = "percent", 0
    products = category_indices(category)
    return Offer(
        branch=index,
        kind=kind,
        percent=percent if kind == "percent" else 0,
        amount_minor=amount,
        minimum_minor=amount * MINIMUM_TIMES,
        category=category,
        product=int(random.choice(products)),
        gift=int(random.integers(0, 3)),
        stock=int(random.choice((0, 0, 0, 50, 100, 200))),
        starts_at=at - 30 * MINUTE,
        ends_at=(at // DAY + int(random.integers(3, 7))) * DAY + 6 * HOUR,
    )


def draw_offers(
    seed: int,
    branches: tuple[BranchFacts, ...],
    post_branch: Integers,
    post_at: Integers,
    is_offer: np.ndarray,
) -> tuple[Offers, Integers]:
    """Give every offer post (in order of time) the account's running offer, or start a new one.

    Returns the offers and, for each post, its offer's index or -1.
    """
    random = draws(seed, "offers")
    rotations = {
        index: Rotation(random, WANTS[facts.division]) for index, facts in enumerate(branches) if facts.sells
    }
    running: dict[int, int] = {}
    offers: list[Offer] = []
    offer_of_post = np.full(len(post_at), -1, dtype=np.int64)
    for post in np.flatnonzero(is_offer):
        branch, at = int(post_branch[post]), int(post_at[post])
        current = running.get(branch)
        if current is None or offers[current].ends_at < at + 12 * HOUR:
            running[branch] = len(offers)
            offers.append(draw_offer(random, rotations[branch], branches[branch], branch, at))
        offer_of_post[post] = running[branch]
    return as_columns(offers), offer_of_post


def as_columns(offers: list[Offer]) -> Offers:
    def numbers(name: str) -> Integers:
        return np.array([getattr(offer, name) for offer in offers], dtype=np.int64)

    return Offers(
        branch=numbers("branch"),
        kind=[offer.kind for offer in offers],
        percent=numbers("percent"),
        amount_minor=numbers("amount_minor"),
        minimum_minor=numbers("minimum_minor"),
        category=[offer.category for offer in offers],
        product=numbers("product"),
        gift=numbers("gift"),
        stock=numbers("stock"),
        starts_at=numbers("starts_at"),
        ends_at=numbers("ends_at"),
    )


def product_names(category: str) -> str:
    return ", ".join(PRODUCTS[index].name for index in category_indices(category))
