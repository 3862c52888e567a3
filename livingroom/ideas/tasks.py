"""Background work of the ranks: showings are folded, scores renewed, places drawn, epochs moved."""

from datetime import datetime, timedelta

import numpy as np
from django.utils import timezone
from django_tasks import task

from livingroom.ideas.drawing import draw_under_seen
from livingroom.ideas.folding import AT_ONCE, fold_showings
from livingroom.ideas.models import Board
from livingroom.ideas.renewing import lift_what_rose, move_epochs, renew_scores
from livingroom.shared.leases import leased

EVERY = timedelta(minutes=3)
LEASE = timedelta(minutes=15)
# Farther back than needed, for a worker that slept.
LOOK_BACK = timedelta(hours=6)
_next_at: datetime | None = None


def tick(now: datetime) -> None:
    """Called each second by the worker that holds the lease."""
    global _next_at
    if _next_at is None or now >= _next_at:
        _next_at = now + EVERY
        keep_ranks.enqueue()


@task(queue_name="slow")
def keep_ranks() -> None:
    now = timezone.now()
    with leased("ranks of ideas", now=now, length=LEASE) as is_ours:
        if is_ours:
            renew_ranks(now, np.random.default_rng())


def renew_ranks(now: datetime, rng: np.random.Generator) -> None:
    """Bring everything up that changes with time and not with a vote."""
    move_epochs(now)
    while fold_showings(now) == AT_ONCE:
        pass
    lift_what_rose(now, now - LOOK_BACK)
    renew_scores(now)
    for board in Board.objects.filter(closed_at=None):
        draw_under_seen(board, rng, now)
