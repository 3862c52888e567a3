"""What goes into a basket and what it costs: the same draws pick the same wish, whether or not a deal steers it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from livingroom.world.brand import BranchFacts
from livingroom.world.catalogue import CATEGORIES, PRODUCTS, WANTS, category_indices
from livingroom.world.columns import Columns
from livingroom.world.countries import COUNTRIES, local_price_minor
from livingroom.world.people import STRANGER, Needs
from livingroom.world.period import Floats, Integers

OUTLET_PRICE_SHARE = 0.84  # refurbished
DIVISIONS = tuple(WANTS)
STRANGER_DIVISIONS = (0.12, 0.66, 0.22)  # how strangers spread over outlet, home and small business
EXTRA_SHARE = 0.16
NO_EXTRA = -1


@dataclass(frozen=True)
class Baskets(Columns):
    """One row a need: what she takes, in her country's currency."""

    division: Integers
    product: Integers
    quantity: Integers
    extra: Integers
    list_minor: Integers
    goods_minor: Integers


def price_table() -> Integers:
    """Return list prices in minor units by (product, country, new or refurbished)."""
    shares = (1.0, OUTLET_PRICE_SHARE)
    table = [
        [[local_price_minor(p.list_usd * share, c) for share in shares] for c in COUNTRIES] for p in PRODUCTS
    ]
    return np.array(table, dtype=np.int64)


PRICES = price_table()
COST_SHARES = np.array([product.cost_share for product in PRODUCTS])


def divisions_of(needs: Needs, branches: tuple[BranchFacts, ...]) -> Integers:
    """Tell which shop each need goes to: the followed account's, or any."""
    of_branch = np.array([DIVISIONS.index(b.division) if b.sells else 0 for b in branches], dtype=np.int64)
    anywhere = np.searchsorted(np.cumsum(STRANGER_DIVISIONS), needs.chance("second_look")).clip(0, 2)
    return np.where(needs.branch == STRANGER, anywhere, of_branch[needs.branch])


def wanted_categories(needs: Needs, division: Integers) -> Integers:
    chance = needs.chance("category")
    category = np.zeros(len(needs), dtype=np.int64)
    for index, name in enumerate(DIVISIONS):
        rows = division == index
        wants = WANTS[name]
        numbers = np.array([CATEGORIES.index(each) for each in wants])
        limits = np.cumsum(list(wants.values()))
        category[rows] = numbers[np.searchsorted(limits / limits[-1], chance[rows]).clip(0, len(numbers) - 1)]
    return category


def pick_products(category: Integers, chance: Floats) -> Integers:
    """Pick a product within each category by its weight."""
    product = np.zeros(len(category), dtype=np.int64)
    for index, name in enumerate(CATEGORIES):
        rows = category == index
        members = np.array(category_indices(name))
        limits = np.cumsum([PRODUCTS[member].weight for member in members])
        product[rows] = members[np.searchsorted(limits / limits[-1], chance[rows]).clip(0, len(members) - 1)]
    return product


def pick_quantities(needs: Needs, division: Integers) -> Integers:
    chance = needs.chance("quantity")
    business = 1 + np.minimum(3, (-np.log1p(-chance) * 0.7).astype(np.int64))
    return np.where(division == DIVISIONS.index("Small Business"), business, np.where(chance < 0.96, 1, 2))


def fill_baskets(needs: Needs, branches: tuple[BranchFacts, ...], steered: Integers) -> Baskets:
    """Fill every basket; `steered` names the category of the deal acted on, or -1 for the person's own wish."""
    division = divisions_of(needs, branches)
    category = np.where(steered >= 0, steered, wanted_categories(needs, division))
    product = pick_products(category, needs.chance("product"))
    quantity = pick_quantities(needs, division)
    chance = needs.chance("extra")
    accessory = pick_products(np.full(len(needs), CATEGORIES.index("accessory")), chance / EXTRA_SHARE)
    extra = np.where(chance < EXTRA_SHARE, accessory, NO_EXTRA)
    refurbished = (division == DIVISIONS.index("Outlet")).astype(np.int64)
    main = PRICES[product, needs.country, refurbished] * quantity
    beside = np.where(extra >= 0, PRICES[extra, needs.country, 0], 0)
    goods = main * COST_SHARES[product] * 0.97 + beside * COST_SHARES[extra]
    return Baskets(division, product, quantity, extra, main + beside, np.round(goods).astype(np.int64))
