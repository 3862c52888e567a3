"""The event log's and the alarms' one door."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import models

from livingroom.shared.models import Alarm, Event


def subject_of(row: models.Model) -> str:
    """Name a row for people and for links: `placement 17`."""
    return f"{row._meta.model_name} {row.pk}"


def record_event(
    *, actor: object, verb: str, subject: models.Model | str, now: datetime, **change: Any
) -> Event:
    """Write down that `actor` did `verb` to `subject`."""
    name = subject if isinstance(subject, str) else subject_of(subject)
    return Event.objects.create(at=now, actor=str(actor), verb=verb, subject=name, change=change)


def record_events(
    *, actor: object, now: datetime, happened: Iterable[tuple[str, models.Model, Mapping[str, Any]]]
) -> None:
    """Write down many at once: each a verb, what it was done to, and the change."""
    Event.objects.bulk_create(
        [
            Event(at=now, actor=str(actor), verb=verb, subject=subject_of(row), change=dict(change))
            for verb, row, change in happened
        ],
        batch_size=500,
    )


def raise_alarm(*, kind: str, subject: models.Model | str, text: str, now: datetime, url: str = "") -> Alarm:
    """Ring until somebody resolves it; raising again refreshes the text and rings no second time."""
    name = subject if isinstance(subject, str) else subject_of(subject)
    alarm, _ = Alarm.objects.update_or_create(
        kind=kind,
        subject=name,
        resolved_at=None,
        defaults={"text": text, "url": url},
        create_defaults={
            "text": text,
            "url": url,
            "raised_at": now,
        },
    )
    return alarm


def resolve_alarm(*, kind: str, subject: models.Model | str, now: datetime) -> None:
    """Stop the alarm, if it rings."""
    name = subject if isinstance(subject, str) else subject_of(subject)
    Alarm.objects.ringing().filter(kind=kind, subject=name).update(resolved_at=now)
