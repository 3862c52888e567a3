"""One alarm for each board whose answers are late: it says how many, and whose."""

from datetime import datetime

from django.db.models import Count
from django.urls import reverse

from livingroom.ideas.duty.lateness import is_quiet
from livingroom.ideas.models import Board, Idea
from livingroom.shared.events import raise_alarm, resolve_alarm

KIND = "ideas late"


def ring(now: datetime) -> None:
    """Ring for boards with late answers until none is late. A board nobody has used for a year rings for nothing."""
    for board in Board.objects.filter(closed_at=None):
        late = Idea.objects.owed().filter(board=board, due_at__lte=now)
        n = 0 if is_quiet(board, now) else late.count()
        if n == 0:
            resolve_alarm(kind=KIND, subject=board, now=now)
            continue
        owners = (
            late.order_by().values_list("owner__name").annotate(n=Count("pk")).order_by("-n", "owner__name")
        )
        whose = ", ".join(f"{name or 'nobody'} {count}" for name, count in owners[:4])
        words = "idea waits" if n == 1 else "ideas wait"
        raise_alarm(
            kind=KIND,
            subject=board,
            text=f"{n} {words} longer for an answer than “{board}” promises ({whose}).",
            now=now,
            url=f"{reverse('ideas_desk')}?board={board.slug}&due=late",
        )
