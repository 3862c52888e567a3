"""The calendar: when each account speaks, what kind of post it is, and on which accounts a post is placed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from livingroom.world.accounts import BRANCH_INDEX, SHARED_WITH
from livingroom.world.brand import BranchFacts
from livingroom.world.catalogue import PRODUCTS
from livingroom.world.columns import Columns
from livingroom.world.offers import Offers, draw_offers
from livingroom.world.period import (
    DAY,
    END,
    HOUR,
    MINUTE,
    N_DAYS,
    START,
    Booleans,
    Integers,
    day_index,
    draws,
)
from livingroom.world.wording import Saying, put_into_words

KINDS_BY_PURPOSE: dict[str, dict[str, float]] = {
    "sales": {"offer": 0.66, "reply": 0.16, "question": 0.06, "news": 0.12},
    "service": {"reply": 0.72, "tip": 0.22, "news": 0.06},
    "community": {"question": 0.38, "event": 0.12, "news": 0.22, "tip": 0.12, "reply": 0.16},
    "news": {"news": 0.74, "event": 0.1, "question": 0.06, "reply": 0.1},
}
POST_HOUR_WEIGHT = np.array([0] * 8 + [3, 6, 8, 8, 6, 6, 7, 8, 7, 5, 2] + [0] * 5, dtype=np.float64)
NO_CODE, SHARED_CODE, SINGLE_CODE = range(3)
# Some offers need no code: the price stands on the page behind the link.
CODE_KIND_SHARES = (0.3, 0.67, 0.03)


@dataclass(frozen=True)
class Posts(Columns):
    """What was said once; `offer` is -1 without one."""

    branch: Integers
    at: Integers
    kind: list[str]
    offer: Integers
    code_kind: Integers
    text: list[str]


@dataclass(frozen=True)
class Placements(Columns):
    """One post on one account, in order of time; `code_kind` says what exclusive code it carries, if any."""

    post: Integers
    branch: Integers
    at: Integers
    offer: Integers
    code_kind: Integers

    @property
    def has_code(self) -> Booleans:
        return np.asarray(self.code_kind != NO_CODE, dtype=np.bool_)


def schedule(seed: int, branch: BranchFacts, index: int, scale: float) -> Integers:
    """Draw the moments at which one account posts: working days and hours of its own clock, more each year."""
    random = draws(seed, f"schedule/{branch.key}")
    opened = day_index(branch.opened_on)
    weekly = np.interp(np.arange(N_DAYS), (opened, N_DAYS), branch.weekly_posts)
    weekly[:opened] = 0
    weekday = (np.arange(N_DAYS) + 4) % 7  # the world begins on a Friday
    daily = weekly * np.where(weekday < 5, 0.186, 0.035) * scale
    counts = random.poisson(daily)
    days = np.repeat(np.arange(N_DAYS), counts)
    hours = random.choice(24, size=len(days), p=POST_HOUR_WEIGHT / POST_HOUR_WEIGHT.sum())
    local = days * DAY + hours * HOUR + random.integers(0, 60, len(days)) * MINUTE
    at = START + local - int(branch.place.utc_offset_hours * HOUR)
    return np.asarray(at[at < END - HOUR], dtype=np.int64)


def draw_kinds(seed: int, branches: tuple[BranchFacts, ...], branch: Integers) -> list[str]:
    random = draws(seed, "kinds")
    chance = random.random(len(branch))
    limits = {purpose: np.cumsum(list(kinds.values())) for purpose, kinds in KINDS_BY_PURPOSE.items()}
    names = {purpose: list(kinds) for purpose, kinds in KINDS_BY_PURPOSE.items()}
    kinds = []
    for index, draw in zip(branch.tolist(), chance.tolist(), strict=True):
        purpose = branches[index].purpose
        kinds.append(
            names[purpose][min(int(np.searchsorted(limits[purpose], draw)), len(names[purpose]) - 1)]
        )
    return kinds


def write_texts(
    seed: int,
    branches: tuple[BranchFacts, ...],
    branch: Integers,
    at: Integers,
    kinds: list[str],
    offers: Offers,
    offer: Integers,
    code_kind: Integers,
) -> list[str]:
    random = draws(seed, "words")
    chances = random.random((len(at), 10)).tolist()
    host = random.random(len(at)).tolist()
    product = random.integers(0, len(PRODUCTS) - 8, len(at)).tolist()  # accessories are no news
    is_reminder = random.random(len(at)) < 0.25
    texts, announced = [], set()
    for post, (index, moment, kind, number) in enumerate(
        zip(branch.tolist(), at.tolist(), kinds, offer.tolist(), strict=True)
    ):
        facts = branches[index]
        sign = facts.hosts[int(host[post] * len(facts.hosts))].initials
        saying = Saying(kind, facts.language, facts.place, sign, moment, product[post])
        if number >= 0:
            again = number in announced and bool(is_reminder[post])
            announced.add(number)
            saying = offer_saying(saying, offers, number, again, bool(code_kind[post] == SHARED_CODE))
        texts.append(put_into_words(saying, chances[post]))
    return texts


def offer_saying(saying: Saying, offers: Offers, number: int, again: bool, shows_code: bool) -> Saying:
    return Saying(
        kind="reminder" if again else offers.kind[number],
        language=saying.language,
        country=saying.country,
        sign=saying.sign,
        at=saying.at,
        product=int(offers.product[number]),
        percent=int(offers.percent[number]),
        amount_minor=int(offers.amount_minor[number]),
        minimum_minor=int(offers.minimum_minor[number]),
        gift=int(offers.gift[number]),
        ends_at=int(offers.ends_at[number]),
        shows_code=shows_code,
    )


def draw_posts(seed: int, branches: tuple[BranchFacts, ...], scale: float) -> tuple[Offers, Posts]:
    """Draw every post with its offer and its words, in order of time."""
    moments = [schedule(seed, facts, index, scale) for index, facts in enumerate(branches)]
    at = np.concatenate(moments)
    branch = np.repeat(np.arange(len(branches)), [len(each) for each in moments]).astype(np.int64)
    order = np.lexsort((branch, at))
    at, branch = at[order], branch[order]
    kinds = draw_kinds(seed, branches, branch)
    is_offer = np.array([kind == "offer" for kind in kinds], dtype=np.bool_)
    offers, offer = draw_offers(seed, branches, branch, at, is_offer)
    chance = draws(seed, "code_kinds").choice(len(CODE_KIND_SHARES), size=len(at), p=CODE_KIND_SHARES)
    code_kind = np.where(offer >= 0, chance, NO_CODE).astype(np.int64)
    texts = write_texts(seed, branches, branch, at, kinds, offers, offer, code_kind)
    return offers, Posts(branch, at, kinds, offer, code_kind, texts)


def place_posts(seed: int, posts: Posts, offers: Offers, branches: tuple[BranchFacts, ...]) -> Placements:
    """Place every post on its account, and some on a second account a few minutes later."""
    random = draws(seed, "placements")
    n = len(posts)
    is_amount = (posts.offer >= 0) & (offers.amount_minor[posts.offer] > 0)
    post, branch, at = [np.arange(n)], [posts.branch], [posts.at]
    for origin, partner, share in SHARED_WITH:
        chosen = (posts.branch == BRANCH_INDEX[origin]) & (random.random(n) < share)
        chosen &= np.array([kind != "reply" for kind in posts.kind], dtype=np.bool_)
        if branches[BRANCH_INDEX[origin]].place.currency != branches[BRANCH_INDEX[partner]].place.currency:
            chosen &= ~is_amount  # £50 off is no promise in euro
        chosen &= posts.at >= START + day_index(branches[BRANCH_INDEX[partner]].opened_on) * DAY
        rows = np.flatnonzero(chosen)
        post.append(rows)
        branch.append(np.full(len(rows), BRANCH_INDEX[partner], dtype=np.int64))
        at.append(posts.at[rows] + random.integers(1, 20, len(rows)) * MINUTE)
    return sort_placements(np.concatenate(post), np.concatenate(branch), np.concatenate(at), posts)


def sort_placements(post: Integers, branch: Integers, at: Integers, posts: Posts) -> Placements:
    order = np.lexsort((branch, post, at))
    post, branch, at = post[order].astype(np.int64), branch[order], at[order]
    return Placements(post, branch, at, posts.offer[post], posts.code_kind[post])
