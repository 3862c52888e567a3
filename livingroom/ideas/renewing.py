"""Scores of the list *now* fall as ideas grow older: they are renewed when they would be more than a little too high."""

from datetime import datetime, timedelta

import numpy as np
from django.db import transaction
from django.db.models import Case, F, FloatField, Q, Sum, Value, When
from django.db.models.functions import Abs

from livingroom.ideas.counting import (
    AT_ONCE,
    COUNTS,
    RECENT,
    Scale,
    microseconds,
    recount,
    recount_board,
    score,
)
from livingroom.ideas.models import Board, Idea, Vote
from livingroom.measure.ranking import next_epoch, rebase_factor
from livingroom.people.models import Staff
from livingroom.people.policy import require
from livingroom.shared.events import record_event
from livingroom.shared.rows import write_back

# Of (age + 2 hours): a score is never more than 1.4 % above what it would be now.
STALE_SHARE = 0.01
LOW_LOOKED_AT_EVERY = timedelta(hours=1)
_LEAST_KEY = 2.0**-500
SHORTEST_DAYS, LONGEST_DAYS = 0.1, 3650.0


def renew_scores(now: datetime) -> int:
    """Make stale scores anew. Returns how many."""
    rows = Idea.objects.public().filter(now_score__gt=0).values_list("pk", "public_at", "now_at")
    stale = [pk for pk, public_at, now_at in rows.iterator() if _is_stale(public_at, now_at, now)]
    for start in range(0, len(stale), AT_ONCE):
        _renew(stale[start : start + AT_ONCE], now)
    return len(stale)


def lift_what_rose(now: datetime, since: datetime) -> int:
    """Count ideas anew whose votes against have just grown too old: their score may rise from 0 without a vote."""
    against = Vote.objects.filter(COUNTS, sign=-1, at__gt=since - RECENT, at__lte=now - RECENT)
    low = against.filter(root__now_score=0, root__now_at__lt=now - LOW_LOOKED_AT_EVERY)  # others are renewed
    return recount(list(low.values_list("root", flat=True).distinct()), now)


def move_epochs(now: datetime) -> int:
    """Move the epochs of boards before keys grow too large; all keys with them. Returns how many boards moved."""
    return sum(_move_epoch(board, now) for board in Board.objects.all())


def change_half_life(*, staff: Staff, board: Board, days: float, now: datetime) -> Board:
    """Let votes weigh half after another time, and make all keys anew from the votes. Raises PermissionDenied, ValueError."""
    require(staff, "arrange_ideas")
    if not SHORTEST_DAYS <= days <= LONGEST_DAYS:
        raise ValueError(f"A half-life is between {SHORTEST_DAYS:g} and {LONGEST_DAYS:g} days.")
    with transaction.atomic():
        locked = Board.objects.select_for_update().get(pk=board.pk)
        before, locked.half_life_days = locked.half_life_days, days
        locked.epoch = now  # a shorter one would begin beyond the range of a float
        locked.save(update_fields=["half_life_days", "epoch"])
        record_event(
            actor=staff, verb="changed the half-life", subject=locked, now=now, before=before, after=days
        )
    # Board first, ideas after it in batches: a vote that comes meanwhile is counted anew with its idea.
    recount_board(locked, now)
    return locked


def _is_stale(public_at: datetime | None, now_at: datetime | None, now: datetime) -> bool:
    if public_at is None or now_at is None:
        return True
    return now - now_at > STALE_SHARE * (now - public_at + timedelta(hours=2))


def _renew(numbers: list[int], now: datetime) -> None:
    with transaction.atomic():
        ideas = list(
            Idea.objects.select_for_update(no_key=True, of=("self",))
            .filter(pk__in=numbers)
            .only("pk", "public_at")
            .order_by("pk")
        )
        recent = Vote.objects.filter(COUNTS, root__in=numbers, at__gt=now - RECENT)
        net = dict(recent.values_list("root").annotate(net=Sum("sign")))
        for idea in ideas:
            idea.n_recent = net.get(idea.pk, 0)
        score(ideas, now)
        write_back(ideas, ("n_recent", "now_score", "now_at"))


def _move_epoch(board: Board, now: datetime) -> bool:
    scale = Scale.of(board)
    to = next_epoch(microseconds(now), scale.half_life, scale.epoch)
    if to is None:
        return False
    moved_to = board.epoch + timedelta(microseconds=to - scale.epoch)
    if (to - scale.epoch) / scale.half_life > 700:  # nobody looked for long
        Board.objects.filter(pk=board.pk).update(epoch=moved_to)
        recount_board(board, now)
        return True
    factor = rebase_factor(scale.epoch, to, scale.half_life)
    with transaction.atomic():
        Board.objects.filter(pk=board.pk).update(epoch=moved_to)
        Idea.objects.filter(~Q(popular_key=0), board=board).annotate(size=Abs("popular_key")).update(
            popular_key=Case(
                When(size__lt=_LEAST_KEY, then=Value(0.0)),
                default=F("popular_key") * Value(np.float64(factor).item()),
                output_field=FloatField(),
            )
        )
    return True
