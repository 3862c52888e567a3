"""How fast a branch answers, and what waits there. Only what is recorded: rooms that hold conversations tell it here.

A room above adds its own source when it starts: `add_source(function)`. What hosts counted by hand is one source.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from livingroom.branches.models import HandFigure

OVER_DAYS = 28


@dataclass(frozen=True)
class Answering:
    """What is known of a branch's answers; None is not known."""

    median_minutes: int | None = None
    n_unanswered: int | None = None
    source: str = ""


Source = Callable[[Sequence[int], datetime], Mapping[int, Answering]]
_sources: list[Source] = []


def add_source(source: Source) -> None:
    """Let a room tell what it knows; what it says comes before what was counted by hand."""
    if source not in _sources:
        _sources.append(source)


def answering_of(branch_ids: Sequence[int], now: datetime) -> dict[int, Answering]:
    """Return what is known of each branch over the last 28 days; a branch nobody knows of is absent."""
    found = counted_by_hand(branch_ids, now)
    for source in _sources:
        for branch_id, told in source(branch_ids, now).items():
            found[branch_id] = _prefer(told, found.get(branch_id))
    return found


def counted_by_hand(branch_ids: Sequence[int], now: datetime) -> dict[int, Answering]:
    """The median of the days' medians, and the latest count of what waits."""
    names = HandFigure.Name
    rows = HandFigure.objects.filter(
        branch_id__in=branch_ids,
        name__in=[names.ANSWER_MINUTES, names.UNANSWERED],
        on__gt=now.date() - timedelta(days=OVER_DAYS),
        on__lte=now.date(),
    ).order_by("on")
    minutes: dict[int, list[int]] = {}
    waiting: dict[int, int] = {}
    for branch_id, name, value in rows.values_list("branch_id", "name", "value"):
        if name == names.ANSWER_MINUTES:
            minutes.setdefault(branch_id, []).append(value)
        else:
            waiting[branch_id] = value
    return {
        branch_id: Answering(
            round(median(minutes[branch_id])) if branch_id in minutes else None,
            waiting.get(branch_id),
            "counted by hand",
        )
        for branch_id in minutes.keys() | waiting.keys()
    }


def _prefer(told: Answering, other: Answering | None) -> Answering:
    if other is None:
        return told
    minutes = other.median_minutes if told.median_minutes is None else told.median_minutes
    waiting = other.n_unanswered if told.n_unanswered is None else told.n_unanswered
    return Answering(minutes, waiting, told.source)
