"""Who buys, when and for how much: every need lived twice, once with the posts and once without, from the same draws."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from livingroom.world.baskets import PRICES, Baskets, fill_baskets
from livingroom.world.brand import BranchFacts
from livingroom.world.catalogue import BUNDLED_SKU, CATEGORIES, PRODUCT_INDEX
from livingroom.world.columns import Columns
from livingroom.world.exposure import NONE, Exposure, expose
from livingroom.world.leaks import find_leaks
from livingroom.world.offers import Offers
from livingroom.world.people import STRANGER, Needs, organic_moment
from livingroom.world.period import DAY, END, HOUR, MINUTE, Booleans, Integers
from livingroom.world.posts import SINGLE_CODE, Placements

ACT_SHARE = 0.8  # of those who would buy anyway and see a deal, so many take it now
CAUSES = ("organic", "anyway", "pulled_forward", "induced", "leak", "later")
ORGANIC, ANYWAY, PULLED_FORWARD, INDUCED, LEAK, LATER = range(len(CAUSES))


@dataclass(frozen=True)
class Purchases(Columns):
    """What was bought in one of the two lives, one row a purchase."""

    need: Integers
    at: Integers
    cause: Integers
    placement: Integers  # the deal acted on
    code_placement: Integers  # the placement whose code was typed in
    division: Integers
    product: Integers
    quantity: Integers
    extra: Integers
    list_minor: Integers
    discount_minor: Integers
    goods_minor: Integers


@dataclass(frozen=True)
class Lives:
    """The same people with posts on and with posts off."""

    exposure: Exposure
    on: Purchases
    off: Purchases


@dataclass(frozen=True)
class Decisions:
    """What each need comes to while the posts are on."""

    buys: Booleans
    at: Integers
    cause: Integers
    takes_deal: Booleans


def live_twice(
    needs: Needs, branches: tuple[BranchFacts, ...], offers: Offers, placements: Placements, seed: int
) -> Lives:
    """Live every need with the posts and without them."""
    organic_at = organic_moment(needs)
    exposure = expose(needs, placements, organic_at)
    decisions = decide(needs, exposure, offers, placements, organic_at)
    own_wish = fill_baskets(needs, branches, np.full(len(needs), NONE, dtype=np.int64))
    on = buy(needs, branches, offers, placements, exposure, decisions, own_wish, seed)
    anyway = np.flatnonzero(needs.would_buy & (organic_at < END))
    off = plain(anyway, organic_at[anyway], np.full(len(anyway), ORGANIC, dtype=np.int64), own_wish)
    later_on, later_off = later_purchases(needs, own_wish, on, off)
    return Lives(exposure, join([on, later_on]), join([off, later_off]))


def decide(
    needs: Needs, exposure: Exposure, offers: Offers, placements: Placements, organic_at: Integers
) -> Decisions:
    """Decide for each need whether a seen deal is taken now, and what happens otherwise."""
    seen = exposure.seen
    offer = placements.offer[exposure.placement]
    ends_at = offers.ends_at[offer]
    running = seen & (exposure.seen_at < ends_at - HOUR)
    pull = np.where(offers.percent[offer] > 0, offers.percent[offer] / 100, 0.09)
    click_helps = np.where(exposure.clicked, 1.0, 0.45)
    induced = running & ~needs.would_buy & (needs.chance("induce") < (0.3 + 1.1 * pull) * click_helps)
    forward = (
        running & needs.would_buy & (needs.chance("act") < ACT_SHARE * np.where(exposure.clicked, 1.0, 0.7))
    )
    takes = induced | forward
    hurry = 4 * MINUTE + (-np.log1p(-needs.chance("hurry")) * 9 * HOUR).astype(np.int64)
    deal_at = np.minimum(exposure.seen_at + hurry, ends_at - MINUTE)
    at = np.where(takes, np.where(forward, np.minimum(deal_at, organic_at), deal_at), organic_at)
    cause = np.where(needs.branch == STRANGER, ORGANIC, ANYWAY)
    cause = np.where(forward & (at < organic_at), PULLED_FORWARD, np.where(induced, INDUCED, cause))
    return Decisions((takes | needs.would_buy) & (at < END), at, cause, takes)


def buy(
    needs: Needs, branches: tuple[BranchFacts, ...], offers: Offers, placements: Placements,
    exposure: Exposure, decisions: Decisions, own_wish: Baskets, seed: int,
) -> Purchases:  # fmt: skip
    """Fill the baskets of the life with posts: deals steer the wish, leaked codes only cut the price."""
    leaked = find_leaks(needs, branches, placements, offers, decisions.at, decisions.buys, seed)
    deal = np.where(decisions.takes_deal, exposure.placement, leaked)
    offer = np.where(deal >= 0, placements.offer[deal], NONE)
    category_of_offer = np.array([CATEGORIES.index(each) for each in offers.category], dtype=np.int64)
    baskets = fill_baskets(needs, branches, np.where(offer >= 0, category_of_offer[offer], NONE))
    types_code = placements.has_code[deal] & (deal >= 0)
    types_code &= (leaked >= 0) | (needs.chance("code") < np.where(exposure.clicked, 0.9, 0.62))
    # A single-use code is behind the link: who did not click has none.
    types_code &= exposure.clicked | (placements.code_kind[deal] != SINGLE_CODE)
    on_page = decisions.takes_deal & ~placements.has_code[deal] & exposure.clicked
    off_price = (types_code | on_page) & (baskets.list_minor >= offers.minimum_minor[offer])
    types_code &= off_price
    baskets = add_gift(needs, offers, offer, off_price, baskets)
    discount = np.where(off_price, discount_of(needs, offers, offer, baskets), 0)
    cause = np.where((leaked >= 0) & types_code, LEAK, decisions.cause)
    # A leaked code that does not fit the basket is forgotten, and so is the wish it steered.
    forgotten = (leaked >= 0) & ~types_code
    rows = np.flatnonzero(decisions.buys)
    mixed = {
        name: np.where(forgotten, own_wish.column(name), baskets.column(name)) for name in BASKET_COLUMNS
    }
    return Purchases(
        need=rows,
        at=decisions.at[rows],
        cause=cause[rows],
        placement=np.where(decisions.takes_deal, exposure.placement, NONE)[rows],
        code_placement=np.where(types_code, deal, NONE)[rows],
        discount_minor=discount[rows],
        **{name: column[rows] for name, column in mixed.items()},
    )


BASKET_COLUMNS = ("division", "product", "quantity", "extra", "list_minor", "goods_minor")
GIFT = PRODUCT_INDEX[BUNDLED_SKU]
GIFT_COST_SHARE = 0.55


def add_gift(needs: Needs, offers: Offers, offer: Integers, applies: Booleans, baskets: Baskets) -> Baskets:
    """Put the bundle's gift into the basket at its list price; the discount takes it off again."""
    bundle = np.array([kind == "bundle" for kind in offers.kind], dtype=np.bool_)
    gift = np.where(applies & bundle[offer], PRICES[GIFT, needs.country, 0], 0)
    return Baskets(
        division=baskets.division,
        product=baskets.product,
        quantity=baskets.quantity,
        extra=baskets.extra,
        list_minor=baskets.list_minor + gift,
        goods_minor=baskets.goods_minor + np.round(gift * GIFT_COST_SHARE).astype(np.int64),
    )


def discount_of(needs: Needs, offers: Offers, offer: Integers, baskets: Baskets) -> Integers:
    bundle = np.array([kind == "bundle" for kind in offers.kind], dtype=np.bool_)
    percent = np.round(baskets.list_minor * offers.percent[offer] / 100).astype(np.int64)
    gift = np.where(bundle[offer], PRICES[GIFT, needs.country, 0], 0)
    return percent + offers.amount_minor[offer] + gift


def plain(need: Integers, at: Integers, cause: Integers, baskets: Baskets) -> Purchases:
    """Buy the person's own wish at list price."""
    nothing = np.full(len(need), NONE, dtype=np.int64)
    columns = {name: baskets.column(name)[need] for name in BASKET_COLUMNS}
    return Purchases(
        need=need, at=at, cause=cause, placement=nothing, code_placement=nothing,
        discount_minor=np.zeros(len(need), dtype=np.int64), **columns,
    )  # fmt: skip


def later_purchases(
    needs: Needs, baskets: Baskets, on: Purchases, off: Purchases
) -> tuple[Purchases, Purchases]:
    """Draw the next wish of followers, months later; who was talked into an early purchase may not have it any more."""
    at = needs.at + ((45 + 155 * needs.chance("later_gap")) * DAY).astype(np.int64)
    has_later = (needs.branch != STRANGER) & (needs.chance("later") < 0.09) & (at < END)
    was_induced = np.zeros(len(needs), dtype=np.bool_)
    was_induced[on.need[on.cause == INDUCED]] = True
    displaced = was_induced & (needs.chance("displaced") < 0.45)
    on_rows, off_rows = np.flatnonzero(has_later & ~displaced), np.flatnonzero(has_later)
    return later_of(on_rows, at, baskets), later_of(off_rows, at, baskets)


def later_of(need: Integers, at: Integers, baskets: Baskets) -> Purchases:
    return plain(need, at[need], np.full(len(need), LATER, dtype=np.int64), baskets)


def join(parts: list[Purchases]) -> Purchases:
    """Put purchases together in order of time."""
    names = ("need", "at", "cause", "placement", "code_placement", *BASKET_COLUMNS, "discount_minor")
    columns = {name: np.concatenate([part.column(name) for part in parts]) for name in names}
    order = np.lexsort((columns["cause"], columns["need"], columns["at"]))
    return Purchases(**{name: column[order] for name, column in columns.items()})
