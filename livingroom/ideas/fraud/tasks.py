"""What the ticker calls: look through the votes of each public board on which somebody has voted since."""

from datetime import datetime, timedelta

from django.db.models import Max
from django.utils import timezone
from django_tasks import task

from livingroom.ideas.fraud.operations import review_board
from livingroom.ideas.models import Board, Vote
from livingroom.shared.leases import leased

EVERY = timedelta(minutes=10)
LEASE = timedelta(minutes=30)
_next_at: datetime | None = None
# What this process has looked at already, by board; another process looks once more, and finds nothing new.
_looked_until: dict[int, int] = {}


def tick(now: datetime) -> None:
    global _next_at
    if _next_at is None or now >= _next_at:
        _next_at = now + EVERY
        if Vote.objects.exists():
            look_for_rings.enqueue()


@task(queue_name="slow")
def look_for_rings() -> None:
    now = timezone.now()
    with leased("votes cast together", now=now, length=LEASE) as is_ours:
        if is_ours:
            review_boards(now)


def review_boards(now: datetime) -> None:
    """Employees are who they signed in as: their twin boards are left out."""
    for board in Board.objects.filter(is_twin=False, closed_at=None):
        newest = Vote.objects.filter(root__board=board).aggregate(newest=Max("pk"))["newest"] or 0
        if newest > _looked_until.get(board.pk, 0):
            review_board(board, now)
            _looked_until[board.pk] = newest
