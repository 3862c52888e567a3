"""Is something stopped, and what was kept back meanwhile?"""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count, QuerySet

from livingroom.posts.models import Placement
from livingroom.posts.pausing.models import Pause


def stopped_by(placement: Placement, now: datetime) -> Pause | None:
    """The stop that keeps a placement back: one that held at any moment since it was due.

    So what was due during a stop is not sent by itself afterwards, even when no worker ran meanwhile. Who sends it by
    choice promises it anew, for a time after the stop.
    """
    since = min(placement.due_at or now, now)
    return _first(Pause.objects.between(since, now), placement)


def pauses_to_come(now: datetime) -> list[Pause]:
    """The stops that hold now, for checks of many placements at once."""
    return [pause for pause in Pause.objects.open().select_related("started_by") if pause.holds_at(now)]


def kept_back(pause: Pause) -> QuerySet[Placement]:
    """What was due while it held and waits for somebody's choice."""
    rows = Placement.objects.filter(pause=pause, state=Placement.State.HELD)
    return rows.select_related("post", "branch").order_by("due_at", "pk")


def pauses_with_counts(limit: int = 50) -> list[Pause]:
    """The latest stops, each with how much it kept back and how much of it still waits."""
    rows = Pause.objects.select_related("started_by", "ended_by")
    return list(rows.annotate(n_kept=Count("kept_back")).order_by("-started_at")[:limit])


def _first(pauses: Iterable[Pause], placement: Placement) -> Pause | None:
    tags = placement.post.tags
    return next((pause for pause in pauses if pause.is_about(placement.branch, tags)), None)
