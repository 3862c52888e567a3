"""How often ideas were shown on each day, noted from their counters; kept for some weeks."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import numpy as np
from django.db.models import F, OuterRef, Q, Subquery

from livingroom.ideas.models import Board, Idea, ShownUntil
from livingroom.measure.ballots import Views

KEPT_DAYS = 45
AT_ONCE = 1000
_FIRST_DAY = date(1970, 1, 1)


def note_showings(board: Board, now: datetime) -> int:
    """Write down how often each idea has been shown until today, where that changed. Returns how many did."""
    today = now.astimezone(UTC).date()
    last = ShownUntil.objects.filter(idea=OuterRef("pk")).order_by("-on").values("n_shown")[:1]
    ideas = Idea.objects.public().filter(board=board, n_shown__gt=0).annotate(last=Subquery(last))
    changed = ideas.filter(Q(last=None) | ~Q(last=F("n_shown"))).values_list("pk", "n_shown")
    rows = [ShownUntil(idea_id=number, on=today, n_shown=n) for number, n in changed]
    ShownUntil.objects.bulk_create(
        rows, AT_ONCE, update_conflicts=True, unique_fields=["idea", "on"], update_fields=["n_shown"]
    )
    ShownUntil.objects.filter(on__lt=today - timedelta(days=KEPT_DAYS)).delete()
    return len(rows)


def views_of(board: Board) -> Views:
    """What each day added, of the days that are known; ideas are numbered as `gathering.Gathered` says."""
    rows = np.array(list(_added(board)), dtype=np.int64).reshape(-1, 3)
    both = np.concatenate([rows[:, 0] * 2, rows[:, 0] * 2 + 1])
    return Views(both, np.tile(rows[:, 1], 2), np.tile(rows[:, 2], 2))


def _added(board: Board) -> Iterator[tuple[int, int, int]]:
    rows = ShownUntil.objects.filter(idea__board=board).order_by("idea", "on")
    idea, before = 0, 0
    for number, on, n_shown, public_at in rows.values_list("idea", "on", "n_shown", "idea__public_at"):
        # What was shown before the first row that is known has no day, unless the idea is not older.
        is_first = number != idea
        if is_first and public_at is not None and public_at.astimezone(UTC).date() == on:
            yield number, (on - _FIRST_DAY).days, n_shown
        elif not is_first:
            yield number, (on - _FIRST_DAY).days, max(n_shown - before, 0)
        idea, before = number, n_shown
