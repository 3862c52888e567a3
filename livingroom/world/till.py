"""What the shops' tills know: orders with their code, click id and the buyer's answer, and what came back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from livingroom.world.agents import COUPON_REFERRER
from livingroom.world.clicks import CHANNELS, NOBODY, NamedClicks
from livingroom.world.codebook import CodeBook
from livingroom.world.columns import Columns
from livingroom.world.countries import COUNTRIES, COUNTRY_CODES
from livingroom.world.people import Needs
from livingroom.world.period import DAY, HOUR, Booleans, Floats, Integers, draws
from livingroom.world.shopping import INDUCED, LEAK, Lives, Purchases

ANSWER_SHARE = 0.36  # so many tell the shop how they heard of it
SOCIAL_ANSWER = "social"
LOST_SHARE = 0.07  # another browser, a cleared cookie: the click id does not reach the till
REMEMBERED_DAYS = 30


@dataclass(frozen=True)
class Orders(Columns):
    """One row an order, in order of time. `click` numbers the clicks and `code_placement` the placements; -1 is none."""

    external_id: list[str]
    at: Integers
    person: Integers
    is_first: Booleans
    country: Integers
    division: Integers
    product: Integers
    quantity: Integers
    extra: Integers
    list_minor: Integers
    discount_minor: Integers
    gross_minor: Integers
    goods_minor: Integers
    code_placement: Integers
    code: list[str]
    click: Integers
    said_channel: list[str]
    referrer_host: list[str]


@dataclass(frozen=True)
class Refunds(Columns):
    """Money that went back; `amount_minor` is positive."""

    order: Integers
    at: Integers
    amount_minor: Integers
    is_whole: Booleans


def ring_up(seed: int, needs: Needs, lives: Lives, clicks: NamedClicks, codes: CodeBook) -> Orders:
    """Turn the purchases of the life with posts into orders as a till records them."""
    bought = lives.on
    person = needs.person[bought.need]
    return Orders(
        external_id=order_numbers(needs.country[bought.need]),
        at=bought.at,
        person=person,
        is_first=first_of_person(person),
        country=needs.country[bought.need],
        division=bought.division,
        product=bought.product,
        quantity=bought.quantity,
        extra=bought.extra,
        list_minor=bought.list_minor,
        discount_minor=bought.discount_minor,
        gross_minor=bought.list_minor - bought.discount_minor,
        goods_minor=bought.goods_minor,
        code_placement=bought.code_placement,
        code=[
            codes.redeemed(placement, who)
            for placement, who in zip(bought.code_placement.tolist(), person.tolist(), strict=True)
        ],
        click=remembered_clicks(needs, bought, clicks),
        said_channel=answers(seed, needs, lives),
        referrer_host=referrers(needs, bought),
    )


def referrers(needs: Needs, bought: Purchases) -> list[str]:
    """Tell the page the buyer came from where the till knows: half of those with a leaked code came from its site."""
    from_coupons = (bought.cause == LEAK) & (needs.chance("second_look")[bought.need] < 0.5)
    return [COUPON_REFERRER if each else "" for each in from_coupons.tolist()]


def order_numbers(country: Integers) -> list[str]:
    """Count up within each country's shop: US-100001."""
    counts = [100_000] * len(COUNTRIES)
    numbers = []
    for index in country.tolist():
        counts[index] += 1
        numbers.append(f"{COUNTRY_CODES[index]}-{counts[index]}")
    return numbers


def first_of_person(person: Integers) -> Booleans:
    is_first = np.zeros(len(person), dtype=np.bool_)
    is_first[np.unique(person, return_index=True)[1]] = True
    return is_first


def remembered_clicks(needs: Needs, bought: Purchases, clicks: NamedClicks) -> Integers:
    """Find the last click of the same need before each order: its id sits in the shop's cart, unless it got lost."""
    mine = np.flatnonzero(clicks.need != NOBODY)
    mine = mine[np.lexsort((clicks.at[mine], clicks.need[mine]))]
    # Need and time in one sortable number: the newest click at or before the order is one search away.
    span = np.int64(2) ** 38
    milliseconds = clicks.at[mine] // 1000 - clicks.at.min() // 1000
    keys = clicks.need[mine] * span + milliseconds
    wanted = bought.need * span + (bought.at // 1000 - clicks.at.min() // 1000)
    place = np.searchsorted(keys, wanted, side="right") - 1
    candidate = mine[place.clip(0)]
    good = (place >= 0) & (clicks.need[candidate] == bought.need)
    good &= bought.at - clicks.at[candidate] < REMEMBERED_DAYS * DAY
    good &= needs.chance("lost")[bought.need] >= LOST_SHARE
    return np.where(good, candidate, NOBODY)


def answers(seed: int, needs: Needs, lives: Lives) -> list[str]:
    """Let some buyers say how they heard of the shop; most who saw a post and acted on it say so, few others do."""
    random = draws(seed, "answers")
    bought = lives.on
    answered = needs.chance("said")[bought.need] < ANSWER_SHARE
    acted = bought.placement >= 0
    seen = lives.exposure.seen[bought.need] & (lives.exposure.seen_at[bought.need] < bought.at)
    says_social = np.where(acted, 0.8, np.where(seen, 0.5, 0.012))
    social = needs.chance("said_what")[bought.need] < says_social
    other = np.array((*CHANNELS, "friend", "press"))[random.integers(0, len(CHANNELS) + 2, len(bought))]
    texts = np.where(answered, np.where(social, SOCIAL_ANSWER, other), "")
    return [str(text) for text in texts]


def give_back(seed: int, needs: Needs, bought: Purchases) -> Refunds:
    """Draw what is returned, from the needs' own draws, so that both lives return alike; some of it comes late."""
    chance = needs.chance("refund")[bought.need]
    rate = 0.052 + 0.03 * (bought.cause == INDUCED)
    rows = np.flatnonzero(chance < rate)
    need = bought.need[rows]
    paid = bought.list_minor[rows] - bought.discount_minor[rows]
    share = returned_share(needs.chance("refund_share")[need])
    delay = 2 * DAY + (-np.log1p(-needs.chance("refund_delay")[need]) * 12 * DAY).astype(np.int64)
    at = bought.at[rows] + np.minimum(delay, 75 * DAY)
    whole = share >= 1
    amount = np.where(whole, paid, np.round(paid * share).astype(np.int64))
    order = np.lexsort((rows, at))
    return Refunds(rows[order], at[order] // HOUR * HOUR, amount[order], whole[order])


def returned_share(chance: Floats) -> Floats:
    """Six of ten send everything back, the others a part."""
    return np.where(chance < 0.6, 1.0, 0.1 + (chance - 0.6) * 1.25)
