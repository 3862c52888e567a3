"""What customers said when they were asked whether they were happy with us."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np

from livingroom.inbox.csat.models import Asked, Survey
from livingroom.inbox.models import Conversation
from livingroom.inbox.reports.rolling import day_of, mark_stale, roll_stale
from livingroom.world.generate import World
from livingroom.world.period import draws

ASKED_AFTER, ANSWERED_AFTER = timedelta(minutes=30), timedelta(hours=7)
RATED_SHARE = 0.27
# Whoever was answered within some minutes is happy four times in five; a day of waiting halves the odds six times.
HAPPY_AT_ONCE, HALVED_EVERY_HOURS = 4.5, 4.0


def load_ratings(world: World, now: datetime) -> int:
    """Ask everybody once whose conversation was closed. Returns how many rated."""
    random = draws(world.seed, "ratings")
    survey, _ = Survey.objects.get_or_create(name="After closing", defaults={"sample_share": 1.0})
    closed = Conversation.objects.filter(closed_at__isnull=False, first_answered_at__isnull=False).order_by(
        "pk"
    )
    rows: list[Asked] = []
    asked_of: set[int] = set()
    for case in closed:
        if case.author_id in asked_of or case.closed_at is None or case.first_answered_at is None:
            continue
        asked_of.add(case.author_id)
        hours = (case.first_answered_at - case.opened_at).total_seconds() / 3600
        rows.append(_asked(survey, case, case.closed_at, hours, random))
    Asked.objects.bulk_create(rows, batch_size=500)
    mark_stale({day_of(row.conversation.opened_at) for row in rows})
    while roll_stale(now):
        pass
    return sum(row.rating is not None for row in rows)


def _asked(
    survey: Survey, case: Conversation, closed_at: datetime, hours: float, random: np.random.Generator
) -> Asked:
    odds = HAPPY_AT_ONCE * 0.5 ** (hours / HALVED_EVERY_HOURS)
    answers, is_happy = random.random() < RATED_SHARE, random.random() < odds / (1 + odds)
    stars = int(
        random.choice([4, 5], p=[0.35, 0.65]) if is_happy else random.choice([1, 2, 3], p=[0.45, 0.2, 0.35])
    )
    return Asked(
        survey=survey,
        conversation=case,
        author_id=case.author_id,
        closed_at=closed_at,
        state=Asked.State.ANSWERED if answers else Asked.State.ASKED,
        language=case.language,
        ask_at=closed_at + ASKED_AFTER,
        asked_at=closed_at + ASKED_AFTER,
        rating=stars if answers else None,
        answered_at=closed_at + ANSWERED_AFTER if answers else None,
    )
