"""Followers and posts of every account, day by day."""

from __future__ import annotations

from datetime import timedelta

import numpy as np

from livingroom.branches.models import Branch, ReachDay
from livingroom.world.brand import follower_curve
from livingroom.world.generate import World
from livingroom.world.loading.bulk import first_free_id, insert
from livingroom.world.loading.house import branches_of
from livingroom.world.period import FIRST_DAY, N_DAYS, Integers, day_index, day_of


def posts_by_day(world: World) -> Integers:
    """Count the placements of each account on each day."""
    counts = np.zeros((len(world.branches), N_DAYS), dtype=np.int64)
    np.add.at(counts, (world.placements.branch, day_of(world.placements.at)), 1)
    return counts


def load_reach(world: World) -> int:
    """Write one row for each account and day since its opening."""
    counts = posts_by_day(world)
    days = [FIRST_DAY + timedelta(days=day) for day in range(N_DAYS)]
    branch_id: list[int] = []
    on, followers, n_posts = [], [], []
    for index, branch in enumerate(branches_of(world.branches)):
        opened = day_index(world.branches[index].opened_on)
        curve = follower_curve(world.branches[index])
        branch_id += [branch.pk] * (N_DAYS - opened)
        on += days[opened:]
        followers += [int(value) for value in curve[opened:]]
        n_posts += counts[index, opened:].tolist()
        Branch.objects.filter(pk=branch.pk).update(followers=int(curve[-1]))
    first = first_free_id(ReachDay)
    ids = range(first, first + len(on))
    return insert(
        ReachDay, {"id": ids, "branch_id": branch_id, "on": on, "followers": followers, "n_posts": n_posts}
    )
