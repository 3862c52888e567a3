"""The truth, added up chunk by chunk: what was sold with the posts, and what would have been sold without them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from livingroom.world.period import Booleans, Integers
from livingroom.world.regimes.calendar import Calendar
from livingroom.world.regimes.ground import Ground
from livingroom.world.regimes.lives import CAUSES, NONE, Life, goods_minor
from livingroom.world.regimes.people import NOBODY, People, Wishes


@dataclass
class Tally:
    """Sums over people. Money in minor units; panels have one row a place and one column a day of the record."""

    on_minor: Integers
    off_minor: Integers
    branch_lift_minor: Integers
    cause_orders: Integers
    cause_net_minor: Integers
    cause_discount_minor: Integers
    gain_minor: int = 0  # gross profit with posts less that without, all refunds in
    gain_matured_minor: int = 0  # net revenue the same way
    discount_anyway_minor: int = 0
    evidence_minor: int = 0
    evidence_orders: int = 0
    n_orders: int = 0
    n_touches: int = 0
    extra: dict[str, int] = field(default_factory=dict)


def empty_tally(ground: Ground, calendar: Calendar) -> Tally:
    panel = (ground.n_geos + 1, ground.n_days)
    return Tally(
        on_minor=np.zeros(panel, dtype=np.int64),
        off_minor=np.zeros(panel, dtype=np.int64),
        branch_lift_minor=np.zeros(calendar.n_branches + 1, dtype=np.int64),
        cause_orders=np.zeros(len(CAUSES), dtype=np.int64),
        cause_net_minor=np.zeros(len(CAUSES), dtype=np.int64),
        cause_discount_minor=np.zeros(len(CAUSES), dtype=np.int64),
    )


def is_recorded(ground: Ground, life: Life) -> Booleans:
    """Tell which purchases fall into the record: before or during the test."""
    return life.buys & (life.at >= -ground.pre_days) & (life.at < ground.days)


def add_lives(
    tally: Tally, ground: Ground, calendar: Calendar, people: People, wishes: Wishes, on: Life, off: Life
) -> None:
    """Add a chunk."""
    geo = people.geo[wishes.person]
    tally.on_minor += panel_of(ground, geo, wishes, on)
    tally.off_minor += panel_of(ground, geo, wishes, off)
    in_on, in_off = is_recorded(ground, on), is_recorded(ground, off)
    known = float(ground.days)
    net_on = np.where(in_on, on.net_minor(wishes.list_minor, known), 0)
    net_off = np.where(in_off, off.net_minor(wishes.list_minor, known), 0)
    placement = np.where(on.placement >= 0, on.placement, on.code_of)
    branch = np.append(calendar.placements.branch, NOBODY)[placement]
    tally.branch_lift_minor += sums(branch, net_on - net_off, calendar.n_branches + 1)
    rows = np.flatnonzero(in_on)
    tally.cause_orders += np.bincount(on.cause[rows], minlength=len(CAUSES))
    tally.cause_net_minor += sums(on.cause[rows], net_on[rows], len(CAUSES))
    tally.cause_discount_minor += sums(on.cause[rows], on.discount_minor[rows], len(CAUSES))
    tally.discount_anyway_minor += int(on.discount_minor[in_on & ~wishes.is_latent].sum())
    matured = np.where(in_on, on.net_minor(wishes.list_minor), 0) - np.where(
        in_off, off.net_minor(wishes.list_minor), 0
    )
    goods = np.where(in_on, goods_minor(wishes, on), 0) - np.where(in_off, goods_minor(wishes, off), 0)
    tally.gain_matured_minor += int(matured.sum())
    tally.gain_minor += int((matured - goods).sum())
    tally.n_orders += len(rows)


def panel_of(ground: Ground, geo: Integers, wishes: Wishes, life: Life) -> Integers:
    """Add up net revenue by place and day, refunds as known at the end of the record."""
    rows = np.flatnonzero(is_recorded(ground, life))
    cell = geo[rows] * ground.n_days + ground.index(life.at[rows])
    net = life.net_minor(wishes.list_minor, float(ground.days))[rows]
    return sums(cell, net, (ground.n_geos + 1) * ground.n_days).reshape(ground.n_geos + 1, ground.n_days)


def sums(group: Integers, amount: Integers, n_groups: int) -> Integers:
    """Add whole amounts by group; group -1 goes to the last place."""
    # Doubles hold whole numbers exactly to 2^53, far above any chunk's total.
    weights = amount.astype(np.float64)
    total = np.bincount(np.where(group == NONE, n_groups - 1, group), weights=weights, minlength=n_groups)
    return np.round(total).astype(np.int64)
