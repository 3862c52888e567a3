"""What the records show of all this: clicks, codes, answers, other channels and machines, with identities lost on the way."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from livingroom.world.columns import Columns
from livingroom.world.period import Booleans, Floats, Integers, draws
from livingroom.world.regimes.calendar import SINGLE_CODE, Calendar, latest_post, moment
from livingroom.world.regimes.ground import Ground
from livingroom.world.regimes.kinds import Regime
from livingroom.world.regimes.people import NOBODY
from livingroom.world.regimes.simulate import Chunk
from livingroom.world.regimes.truth import is_recorded

KINDS = ("click", "code", "conversation", "mail", "search", "ad", "visit")
CLICK, CODE, CONVERSATION, MAIL, SEARCH, AD, VISIT = range(len(KINDS))
CLASSES = ("human", "bot", "preview", "prefetch", "head")
OTHER_DEVICE_SHARE = 0.08
SWAPPED_SHARE = 0.002  # clicks made on a device that somebody else is known by
MACHINE_SHARE = 0.35  # machine clicks beside human ones
UNDETECTED_SHARE = 0.03  # machines that pass for people
OTHERS = ((SEARCH, 0.45), (MAIL, 0.25), (AD, 0.12), (VISIT, 0.3))  # seen in the days before an order
NONE = -1
# Anonymous visitors have numbers of their own, far above customers'.
ANONYMOUS = 1_000_000_000_000


@dataclass(frozen=True)
class Meetings(Columns):
    """Touches of one chunk. `who` is the person's row, -1 for somebody unknown; `wish` the wish it led to, or -1."""

    who: Integers
    at: Floats
    kind: Integers
    sort: Integers  # human or which machine
    placement: Integers
    wish: Integers


def meet(seed: int, chunk: Chunk, regime: Regime, ground: Ground, calendar: Calendar) -> Meetings:
    """Draw everything that was recorded before orders, and at them."""
    random = draws(seed, f"regimes/meetings/{chunk.number}")
    bought = np.flatnonzero(is_recorded(ground, chunk.on))
    parts = [
        buyers_clicks(chunk, bought, calendar),
        codes_redeemed(chunk, bought),
        idle_clicks(random, chunk, regime, ground, calendar),
        conversations(random, chunk, ground, calendar),
        *[others(random, chunk, ground, bought, kind, share) for kind, share in OTHERS],
    ]
    n_clicks = sum(int((part.kind == CLICK).sum()) for part in parts)
    parts.append(machines(random, calendar, n_clicks))
    every = join(parts)
    return lose_identities(random, chunk, every)


def buyers_clicks(chunk: Chunk, bought: Integers, calendar: Calendar) -> Meetings:
    """A click on the way to the purchase, minutes or hours before; nobody clicks a post before it is there."""
    rows = bought[chunk.on.clicked[bought]]
    before = 0.002 - 0.15 * np.log1p(-chunk.wishes.chance("hurry")[rows])
    at, posted = chunk.on.at[rows], moment(calendar, chunk.on.placement[rows])
    at = np.maximum(at - before, posted + (at - posted) * 0.5)
    return meetings(chunk.wishes.person[rows], at, CLICK, chunk.on.placement[rows], rows)


def codes_redeemed(chunk: Chunk, bought: Integers) -> Meetings:
    rows = bought[chunk.on.code_of[bought] >= 0]
    return meetings(chunk.wishes.person[rows], chunk.on.at[rows], CODE, chunk.on.code_of[rows], rows)


def idle_clicks(
    random: np.random.Generator, chunk: Chunk, regime: Regime, ground: Ground, calendar: Calendar
) -> Meetings:
    """Followers click what they see, and mostly leave it at that."""
    people = chunk.people
    n = random.poisson(regime.browsing * ground.days / 120 * (people.first_branch != NOBODY))
    who = np.repeat(np.arange(len(people)), n)
    at = random.random(len(who)) * ground.days
    post = latest_post(calendar, ground, people.first_branch[who], people.reads_geo[who], at)
    keep = (post >= 0) & (at - moment(calendar, post) < 4)
    return meetings(who[keep], at[keep], CLICK, post[keep])


def conversations(random: np.random.Generator, chunk: Chunk, ground: Ground, calendar: Calendar) -> Meetings:
    people = chunk.people
    n = random.poisson(0.03 * ground.days / 120 * (people.first_branch != NOBODY))
    who = np.repeat(np.arange(len(people)), n)
    at = random.random(len(who)) * ground.days
    post = latest_post(calendar, ground, people.first_branch[who], people.reads_geo[who], at)
    keep = post >= 0
    return meetings(who[keep], at[keep], CONVERSATION, post[keep])


def others(
    random: np.random.Generator, chunk: Chunk, ground: Ground, bought: Integers, kind: int, share: float
) -> Meetings:
    """Mail, search, adverts and visits: before many orders, and as often before none."""
    if kind == MAIL:
        reads = chunk.people.reads_mail
        rows = bought[reads[chunk.wishes.person[bought]] & (random.random(len(bought)) < 2 * share)]
        idle = np.flatnonzero(reads & (random.random(len(reads)) < share))
    else:
        rows = bought[random.random(len(bought)) < share]
        idle = np.flatnonzero(random.random(len(chunk.people)) < share)
    before = random.exponential(0.3 if kind == SEARCH else 2.5, len(rows)) + 0.001
    at_idle = random.random(len(idle)) * ground.n_days - ground.pre_days
    who = np.concatenate([chunk.wishes.person[rows], idle])
    at = np.concatenate([chunk.on.at[rows] - before, at_idle])
    none = np.full(len(who), NONE, dtype=np.int64)
    return meetings(who, at, kind, none, np.concatenate([rows, none[: len(idle)]]))


def machines(random: np.random.Generator, calendar: Calendar, n_clicks: int) -> Meetings:
    """Previews, crawlers and prefetches follow every post; a few pass for people."""
    n = random.poisson(MACHINE_SHARE * n_clicks) if calendar.shown.any() else 0
    shown = np.flatnonzero(calendar.shown.any(axis=1))
    post = shown[random.integers(0, len(shown), n)] if n else np.zeros(0, dtype=np.int64)
    at = calendar.placements.at[post] + random.exponential(0.3, n)
    undetected = random.random(n) < UNDETECTED_SHARE
    sort = np.where(undetected, 0, random.integers(1, len(CLASSES), n))
    none = np.full(n, NONE, dtype=np.int64)
    return Meetings(none, at, np.full(n, CLICK, dtype=np.int64), sort, post, none)


def lose_identities(random: np.random.Generator, chunk: Chunk, every: Meetings) -> Meetings:
    """Cookies go, people change devices or refuse consent, and now and then a click is put down to somebody else."""
    people = chunk.people
    traced = every.kind != CODE
    known = every.who >= 0
    refused: Booleans = traced & known & people.refuses_consent[every.who]
    lost = traced & known & people.loses_cookie[every.who]
    lost |= traced & (random.random(len(every)) < OTHER_DEVICE_SHARE)
    swapped = traced & (random.random(len(every)) < SWAPPED_SHARE)
    stranger = random.integers(0, len(people), len(every))
    who = np.where(lost, NONE, np.where(swapped & known, stranger, every.who))
    keep = np.flatnonzero(~refused)
    return Meetings(
        who[keep], every.at[keep], every.kind[keep], every.sort[keep], every.placement[keep], every.wish[keep]
    )


def meetings(
    who: Integers, at: Floats, kind: int, placement: Integers, wish: Integers | None = None
) -> Meetings:
    n = len(who)
    zero = np.zeros(n, dtype=np.int64)
    return Meetings(who, at, zero + kind, zero, placement, zero + NONE if wish is None else wish)


def join(parts: list[Meetings]) -> Meetings:
    names = ("who", "at", "kind", "sort", "placement", "wish")
    return Meetings(*[np.concatenate([part.column(name) for part in parts]) for name in names])


def issues_code(calendar: Calendar, every: Meetings) -> Booleans:
    """Tell which clicks were given a single-use code: every human one on such a placement."""
    kind = np.append(calendar.placements.code_kind, NONE)[every.placement]
    return np.asarray((every.kind == CLICK) & (kind == SINGLE_CODE) & (every.sort == 0), dtype=np.bool_)
