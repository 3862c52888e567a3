"""Meetings and purchases as the tables that measuring takes, and the orders' truth beside them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from livingroom.world.period import Booleans, Integers, draws
from livingroom.world.regimes.calendar import NETWORKS, SHARED_CODE, SINGLE_CODE, Calendar
from livingroom.world.regimes.ground import Ground, micros
from livingroom.world.regimes.lives import CAUSES, LEAK, Life, goods_minor
from livingroom.world.regimes.meetings import (
    AD,
    ANONYMOUS,
    CLASSES,
    CLICK,
    CODE,
    KINDS,
    MAIL,
    SEARCH,
    VISIT,
    Meetings,
    issues_code,
)
from livingroom.world.regimes.people import NOBODY
from livingroom.world.regimes.simulate import CHUNK, Chunk
from livingroom.world.regimes.truth import is_recorded

# Room for so many touches, and orders, of one chunk.
TOUCH_NUMBERS, ORDER_NUMBERS = 100_000_000, 10_000_000
NAMES_CLICK_SHARE = 0.5
ANSWER_SHARE = 0.2
SITES = ("coupons.example", "deals.example", "codes.example")
WINDOW_DAYS = 30
OTHER_CHANNELS = {MAIL: "mail", SEARCH: "search", AD: "ad", VISIT: "direct"}


@dataclass(frozen=True)
class Tables:
    """One chunk's touches, orders and known refunds and, apart, what is true of these orders."""

    touches: pa.Table
    orders: pa.Table
    refunds: pa.Table
    truth: pa.Table
    proved_minor: int
    n_proved: int


def shared_codes(calendar: Calendar) -> list[str]:
    return [f"POST{number + 1:05d}" for number in range(len(calendar.placements))]


def make_tables(
    seed: int, chunk: Chunk, every: Meetings, ground: Ground, calendar: Calendar, currency: str
) -> Tables:
    """Turn a chunk into rows."""
    bought = np.flatnonzero(is_recorded(ground, chunk.on))
    bought = bought[np.argsort(chunk.on.at[bought], kind="stable")]
    order_of_wish = np.full(len(chunk.wishes), -1, dtype=np.int64)
    order_of_wish[bought] = np.arange(len(bought))
    ids = chunk.number * TOUCH_NUMBERS + 1 + np.arange(len(every))
    touches = touch_table(chunk, every, ids, ground, calendar)
    clicks = last_click(every, order_of_wish, len(bought))
    codes = touches["code"].combine_chunks()
    orders = order_table(seed, chunk, every, bought, ids, clicks, codes, ground, calendar, currency)
    proved = social_evidence(chunk, every, bought) | names_click(chunk, bought, clicks)
    truth = truth_table(chunk, bought, orders, proved, ground)
    net = chunk.on.net_minor(chunk.wishes.list_minor, float(ground.days))[bought]
    refunds = refund_table(truth, currency, ground)
    return Tables(touches, orders, refunds, truth, int(net[proved].sum()), int(proved.sum()))


def customers(chunk: Chunk, who: Integers, ids: Integers) -> Integers:
    """Number customers; somebody unknown gets the number of the touch."""
    return np.where(who >= 0, chunk.number * CHUNK + 1 + who, ANONYMOUS + ids)


def touch_table(chunk: Chunk, every: Meetings, ids: Integers, ground: Ground, calendar: Calendar) -> pa.Table:
    placed = every.placement >= 0
    branch = np.append(calendar.placements.branch, NOBODY)[every.placement]
    names = [*NETWORKS, *OTHER_CHANNELS.values()]
    others = np.array(
        [
            len(NETWORKS) + list(OTHER_CHANNELS).index(k) if k in OTHER_CHANNELS else 0
            for k in range(len(KINDS))
        ]
    )
    channel = np.where(placed, branch % len(NETWORKS), others[every.kind])
    code, code_kind = codes_of_touches(every, ids, calendar)
    geo = np.where(every.who >= 0, chunk.people.geo[every.who], ground.n_geos)
    return pa.table(
        {
            "touch_id": ids,
            "customer_id": customers(chunk, every.who, ids),
            "at": micros(every.at),
            "channel": text(names, channel),
            "branch_id": pa.array(branch + 1, mask=~placed),
            "placement_id": pa.array(every.placement + 1, mask=~placed),
            "kind": text(KINDS, every.kind),
            "class": text(CLASSES, every.sort),
            "code": code,
            "code_kind": code_kind,
            "country": text(ground.names(), geo, every.who < 0),
        }
    )


def codes_of_touches(every: Meetings, ids: Integers, calendar: Calendar) -> tuple[pa.Array, pa.Array]:
    """Give clicks the single-use code they were issued, and redemptions the code redeemed."""
    issued = issues_code(calendar, every)
    kind = np.append(calendar.placements.code_kind, -1)[every.placement]
    redeemed = every.kind == CODE
    # The click and the redemption of one single-use code belong to one wish; the click's number names the code.
    click = clicks_of_wishes(every, issued)[every.wish]
    # Who refused consent has no click on record, but a code all the same.
    source = np.where(redeemed & (kind == SINGLE_CODE) & (click >= 0), click, np.arange(len(every)))
    single = pc.binary_join_element_wise("ONE", pc.cast(pa.array(ids[source]), pa.string()), "")
    shared = text([*shared_codes(calendar), ""], every.placement)
    is_single = issued | (redeemed & (kind == SINGLE_CODE))
    is_shared = redeemed & (kind == SHARED_CODE)
    code = pc.if_else(
        pa.array(is_single), single, pc.if_else(pa.array(is_shared), shared, pa.scalar(None, pa.string()))
    )
    kinds = np.where(is_single, 1, 0)
    return code, text(["shared", "single"], kinds, ~(is_single | is_shared))


def clicks_of_wishes(every: Meetings, among: Booleans) -> Integers:
    """Tell for every wish the row of its click, -1 for none; the last place serves wish -1."""
    first = np.full(int(every.wish.max(initial=-1)) + 2, -1, dtype=np.int64)
    rows = np.flatnonzero(among & (every.wish >= 0))
    first[every.wish[rows]] = rows
    first[-1] = -1
    return first


def last_click(every: Meetings, order_of_wish: Integers, n_orders: int) -> Integers:
    """Tell the row of the click that led to each order, or -1."""
    clicks = np.full(n_orders, -1, dtype=np.int64)
    rows = np.flatnonzero((every.kind == CLICK) & (every.wish >= 0) & (every.placement >= 0))
    clicks[order_of_wish[every.wish[rows]]] = rows
    return clicks


def order_table(
    seed: int, chunk: Chunk, every: Meetings, bought: Integers, ids: Integers, clicks: Integers, codes: pa.Array,
    ground: Ground, calendar: Calendar, currency: str,
) -> pa.Table:  # fmt: skip
    on, wishes = chunk.on, chunk.wishes
    who = wishes.person[bought]
    touch = np.full(len(wishes), -1, dtype=np.int64)
    redeemed = np.flatnonzero(every.kind == CODE)
    touch[every.wish[redeemed]] = redeemed
    named = names_click(chunk, bought, clicks)
    n = len(bought)
    return pa.table(
        {
            "order_id": chunk.number * ORDER_NUMBERS + 1 + np.arange(n),
            "customer_id": chunk.number * CHUNK + 1 + who,
            "at": micros(on.at[bought]),
            "revenue_minor": on.net_minor(wishes.list_minor, float(ground.days))[bought],
            "currency": text([currency], np.zeros(n, dtype=np.int64)),
            "code": pc.take(codes, pa.array(touch[bought], mask=touch[bought] < 0)),
            "click_id": pa.array(np.where(named, ids[clicks], 0), mask=~named),
            "said_channel": answers(chunk, bought, calendar),
            "discount_minor": on.discount_minor[bought],
            "goods_minor": goods_minor(wishes, on, float(ground.days))[bought],
            "country": text(ground.names(), chunk.people.geo[who]),
            "referrer_host": referrers(seed, chunk, bought),
        }
    )


def names_click(chunk: Chunk, bought: Integers, clicks: Integers) -> Booleans:
    """Tell which orders carry the number of the click that led to them, whoever the click was known by."""
    carries = chunk.wishes.chance("names_click")[bought] < NAMES_CLICK_SHARE
    return np.asarray((clicks >= 0) & carries, dtype=np.bool_)


def answers(chunk: Chunk, bought: Integers, calendar: Calendar) -> pa.Array:
    """Ask buyers how they heard of us: one in five answers, and some are wrong."""
    on, wishes = chunk.on, chunk.wishes
    branch = chunk.people.first_branch[wishes.person[bought]]
    asked = wishes.chance("answer")[bought] < ANSWER_SHARE
    chance = wishes.chance("answer_what")[bought]
    names_branch = (on.placement[bought] >= 0) & (chance < 0.6) & (branch >= 0)
    wrong = chance > 0.985
    names = [*NETWORKS, "search", "a friend"]
    said = np.select(
        [names_branch, wrong],
        [branch % len(NETWORKS), 0],
        np.where(chance < 0.7, len(NETWORKS), len(NETWORKS) + 1),
    )
    return text(names, said, ~asked)


def referrers(seed: int, chunk: Chunk, bought: Integers) -> pa.Array:
    """Name the site a buyer came from, where the browser told: coupon sites by most who used a leaked code."""
    random = draws(seed, f"regimes/referrers/{chunk.number}")
    leaked = chunk.on.cause[bought] == LEAK
    chance = random.random(len(bought))
    site = np.minimum((chunk.wishes.chance("site")[bought] * len(SITES)).astype(np.int64), len(SITES) - 1)
    search = len(SITES)
    from_site = np.where(leaked, chance < 0.65, chance < 0.01)
    told = from_site | (chance > 0.75)
    return text([*SITES, "search.example"], np.where(from_site, site, search), ~told)


def truth_table(
    chunk: Chunk, bought: Integers, orders: pa.Table, proved: Booleans, ground: Ground
) -> pa.Table:
    on, off, wishes = chunk.on, chunk.off, chunk.wishes
    in_off = is_recorded(ground, off)
    return pa.table(
        {
            "order_id": orders["order_id"],
            "cause": text(CAUSES, on.cause[bought]),
            "would_have_bought": off.buys[bought],
            "saw_post": on.saw[bought],
            "placement_id": pa.array(on.placement[bought] + 1, mask=on.placement[bought] < 0),
            "list_minor": wishes.list_minor[bought],
            "refund_minor": on.refund_minor[bought],
            "refund_at": pa.array(refund_moments(on, bought), mask=on.refund_minor[bought] == 0),
            "off_minor": np.where(in_off, off.net_minor(wishes.list_minor, float(ground.days)), 0)[bought],
            "is_evident": proved,
        }
    )


def refund_table(truth: pa.Table, currency: str, ground: Ground) -> pa.Table:
    """List the refunds that are known at the end of the test; the orders are net of them."""
    ends_at = int(micros(np.array([float(ground.days)]))[0])
    known = truth.filter(pc.fill_null(pc.less_equal(truth["refund_at"], ends_at), False))
    return pa.table(
        {
            "order_id": known["order_id"],
            "at": known["refund_at"],
            "amount_minor": known["refund_minor"],
            "currency": text([currency], np.zeros(known.num_rows, dtype=np.int64)),
        }
    )


def refund_moments(on: Life, bought: Integers) -> Integers:
    return micros(np.where(on.refund_minor[bought] > 0, on.refund_at[bought], 0.0))


def social_evidence(chunk: Chunk, every: Meetings, bought: Integers) -> Booleans:
    """Tell which orders redeemed a post's code, or are a customer's first after a human click of theirs within the window."""
    on = chunk.on
    # Whole milliseconds, so that a person and a moment fit into one whole number.
    moment = np.int64(1) << 38

    def key(who: Integers, at: Integers) -> Integers:
        return who * moment + at // 1_000 - base

    at_order, at_touch = micros(on.at[bought]), micros(every.at)
    base = min(int(at_order.min(initial=0) or 0), int(at_touch.min(initial=0) or 0)) // 1_000
    keys = key(chunk.wishes.person[bought], at_order)
    sort = np.argsort(keys, kind="stable")
    clicks = np.flatnonzero(
        (every.kind == CLICK) & (every.placement >= 0) & (every.sort == 0) & (every.who >= 0)
    )
    click_keys = key(every.who[clicks], at_touch[clicks])
    next_order = np.searchsorted(keys[sort], click_keys)
    inside = next_order < len(keys)
    gap = keys[sort][np.minimum(next_order, len(keys) - 1)] - click_keys if len(keys) else click_keys
    near = inside & (gap <= WINDOW_DAYS * 86_400_000)
    proved = on.code_of[bought] >= 0
    proved[sort[next_order[near]]] = True
    return np.asarray(proved, dtype=np.bool_)


def text(words: list[str] | tuple[str, ...], which: Integers, empty: Booleans | None = None) -> pa.Array:
    """Spell out a small vocabulary."""
    codes = pa.array(np.where(which < 0, len(words) - 1, which).astype(np.int32), mask=empty)
    return pc.cast(pa.DictionaryArray.from_arrays(codes, pa.array(list(words), pa.string())), pa.string())
