"""Learn from corrections: a lesson is all of them up to one, so the same lesson always makes the same judge."""

import time
from datetime import datetime, timedelta

from livingroom.listening.models import Correction, Lesson
from livingroom.listening.understanding.judge import (
    LEARNT_KINDS,
    brand_languages,
    brand_terms,
    examples,
    make,
)

LEARN_EVERY = timedelta(minutes=10)
ENOUGH_AT_ONCE = 20


def is_due(now: datetime) -> bool:
    """After twenty new corrections at once, after fewer when they have waited a while."""
    last = Lesson.objects.first()
    new = Correction.objects.filter(kind__in=LEARNT_KINDS, pk__gt=last.upto if last else 0)
    if last is None or now - last.made_at >= LEARN_EVERY:
        return new.exists()
    return new[:ENOUGH_AT_ONCE].count() >= ENOUGH_AT_ONCE


def learn(now: datetime) -> Lesson | None:
    """Learn all corrections there are. None when nothing is new.

    The judge is made once here, so that a lesson that cannot be learnt never becomes one.
    """
    newest = (
        Correction.objects.filter(kind__in=LEARNT_KINDS).order_by("-pk").values_list("pk", flat=True).first()
    )
    last = Lesson.objects.first()
    if newest is None or (last is not None and newest <= last.upto):
        return None
    taught, started = examples(newest), time.monotonic()
    make(brand_languages(), brand_terms(), taught)
    return Lesson.objects.create(
        number=last.number + 1 if last else 1,
        upto=newest,
        n_examples=len(taught),
        took_seconds=round(time.monotonic() - started, 3),
        made_at=now,
    )
