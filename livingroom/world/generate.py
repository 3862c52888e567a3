"""Make the whole world from one seed: tables in memory, no database. The same seed makes the same bytes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from livingroom.world.accounts import BRANCHES
from livingroom.world.brand import BranchFacts
from livingroom.world.browsing import channel_clicks, fans_clicks, lookers_clicks, shoppers_clicks
from livingroom.world.clicks import NamedClicks, join_clicks, n_links, name_clicks
from livingroom.world.codebook import CodeBook, make_codes
from livingroom.world.costs import Costs, draw_costs
from livingroom.world.machines import machines_clicks
from livingroom.world.names import slugs
from livingroom.world.offers import Offers
from livingroom.world.people import Needs, draw_needs
from livingroom.world.posts import Placements, Posts, draw_posts, place_posts
from livingroom.world.shopping import Lives, live_twice
from livingroom.world.till import Orders, Refunds, give_back, ring_up
from livingroom.world.truth import Truth, summarise, tell_truth

DEFAULT_SEED = 2007


@dataclass(frozen=True)
class World:
    """Everything that happened to Corner PC, and beside it the truth."""

    seed: int
    scale: float
    branches: tuple[BranchFacts, ...]
    offers: Offers
    posts: Posts
    placements: Placements
    slugs: list[str]
    codes: CodeBook
    clicks: NamedClicks
    orders: Orders
    refunds: Refunds
    costs: Costs
    needs: Needs
    lives: Lives
    truth: Truth
    truth_summary: dict[str, Any]

    def digest(self) -> str:
        """Hash all tables into one line."""
        total = hashlib.sha256("\n".join([*self.slugs, *self.codes.shared, *self.codes.single.text]).encode())
        for table in (
            self.offers,
            self.posts,
            self.placements,
            self.clicks,
            self.orders,
            self.refunds,
            self.costs,
        ):
            total.update(table.digest().encode())
        total.update(self.truth.digest().encode())
        return total.hexdigest()


def generate(seed: int = DEFAULT_SEED, scale: float = 1.0) -> World:
    """Make a world; `scale` thins posts, people and clicks alike (0.02 makes one for a test)."""
    offers, posts = draw_posts(seed, BRANCHES, scale)
    placements = place_posts(seed, posts, offers, BRANCHES)
    needs = draw_needs(seed, BRANCHES, scale)
    lives = live_twice(needs, BRANCHES, offers, placements, seed)
    parts = [
        shoppers_clicks(seed, needs, lives),
        channel_clicks(seed, needs, lives, len(placements)),
        fans_clicks(seed, needs, lives, placements, BRANCHES),
        lookers_clicks(seed, placements, posts, BRANCHES, scale),
        machines_clicks(seed, placements),
    ]
    clicks = name_clicks(seed, join_clicks(parts))
    codes = make_codes(seed, placements, offers, clicks)
    orders = ring_up(seed, needs, lives, clicks, codes)
    returned_on = give_back(seed, needs, lives.on)
    returned_off = give_back(seed, needs, lives.off)
    return World(
        seed=seed,
        scale=scale,
        branches=BRANCHES,
        offers=offers,
        posts=posts,
        placements=placements,
        slugs=slugs(seed, n_links(len(placements))),
        codes=codes,
        clicks=clicks,
        orders=orders,
        refunds=returned_on,
        costs=draw_costs(seed, BRANCHES),
        needs=needs,
        lives=lives,
        truth=tell_truth(orders.external_id, needs, lives),
        truth_summary=summarise(BRANCHES, needs, lives, returned_on, returned_off),
    )
