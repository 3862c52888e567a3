"""The verbs of storm sessions: one topic, a host, a window; in the end a summary, told to all who took part."""

from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils.text import slugify

from livingroom.ideas.duty.telling import tell_participants
from livingroom.ideas.models import Board, Storm
from livingroom.people.models import Staff
from livingroom.people.policy import may, require_everywhere
from livingroom.shared.events import raise_alarm, record_event, resolve_alarm

SHORTEST_SUMMARY = 40
# A host has these days before it rings.
SUMMARY_WITHIN = timedelta(days=3)
NO_SUMMARY = "storm without summary"


class NotSo(ValueError):
    """The words say what must be mended; `field` is where."""

    def __init__(self, text: str, field: str = "") -> None:
        super().__init__(text)
        self.field = field


def begin_storm(
    *, staff: Staff, board: Board, topic: str, intro: str, host: Staff, opens_at: datetime, closes_at: datetime, now: datetime,
) -> Storm:  # fmt: skip
    """Make a storm session. It opens and closes by its window. Raises PermissionDenied, NotSo."""
    require_everywhere(staff, "host")
    _require_sense(topic, host, opens_at, closes_at)
    if closes_at <= now:
        raise NotSo("Choose an end to come.", "closes_at")
    with transaction.atomic():
        storm = Storm.objects.create(
            board=board, slug=_free_slug(board, topic), topic=topic.strip(), intro=intro.strip(), host=host,
            opens_at=opens_at, closes_at=closes_at,
        )  # fmt: skip
        record_event(actor=staff, verb="began storm session", subject=storm, now=now, topic=storm.topic)
    return storm


def change_storm(
    *, staff: Staff, storm: Storm, topic: str, intro: str, host: Staff, opens_at: datetime, closes_at: datetime, now: datetime,
) -> None:  # fmt: skip
    """Change what is said of it, its host or its window, until it was summed up. Raises PermissionDenied, NotSo."""
    require_everywhere(staff, "host")
    if storm.summed_up_at is not None:
        raise NotSo("It was summed up: what people were told stays as it is.")
    _require_sense(topic, host, opens_at, closes_at)
    before = {"opens_at": storm.opens_at.isoformat(), "closes_at": storm.closes_at.isoformat()}
    storm.topic, storm.intro, storm.host = topic.strip(), intro.strip(), host
    storm.opens_at, storm.closes_at = opens_at, closes_at
    with transaction.atomic():
        storm.save()
        record_event(actor=staff, verb="changed storm session", subject=storm, now=now, before=before)


def close_storm(*, staff: Staff, storm: Storm, now: datetime) -> None:
    """End it before its time. Raises PermissionDenied, NotSo."""
    _require_host(staff, storm)
    if not storm.opens_at < now < storm.closes_at:
        raise NotSo("It is not open.")
    Storm.objects.filter(pk=storm.pk).update(closes_at=now)
    storm.closes_at = now
    record_event(actor=staff, verb="closed storm session", subject=storm, now=now)


def sum_up(*, staff: Staff, storm: Storm, summary: str, now: datetime) -> None:
    """Say what came of it; all who took part are told, once. Raises PermissionDenied, NotSo."""
    _require_host(staff, storm)
    if storm.closes_at > now:
        raise NotSo("It is not over yet: close it first.", "summary")
    if storm.summed_up_at is not None:
        raise NotSo("It was summed up already, and who took part was told.", "summary")
    if len(summary.strip()) < SHORTEST_SUMMARY:
        raise NotSo("Say what came of it: whoever took part reads it.", "summary")
    with transaction.atomic():
        if not Storm.objects.filter(pk=storm.pk, summed_up_at=None).update(
            summary=summary.strip(), summed_up_at=now
        ):
            raise NotSo("It was summed up already, and who took part was told.", "summary")
        storm.refresh_from_db()
        tell_participants(storm, now)
        resolve_alarm(kind=NO_SUMMARY, subject=storm, now=now)
        record_event(actor=staff, verb="summed up", subject=storm, now=now)


def ring_for_summaries(now: datetime) -> None:
    """Ring for storm sessions that were over three days ago and have no summary."""
    over = Storm.objects.filter(summed_up_at=None, closes_at__lte=now - SUMMARY_WITHIN)
    for storm in over.filter(closes_at__gt=now - timedelta(days=365)).select_related("host"):
        raise_alarm(
            kind=NO_SUMMARY,
            subject=storm,
            text=f"The storm session “{storm}” is over, and {storm.host or 'nobody'} owes its summary.",
            now=now,
            url=reverse("desk_storm", args=[storm.pk]),
        )


def state_of(storm: Storm, now: datetime) -> str:
    """In a word: planned, open, over (its summary is owed), or summed up."""
    if storm.summed_up_at is not None:
        return "summed up"
    if now < storm.opens_at:
        return "planned"
    return "open" if now < storm.closes_at else "over"


def _require_host(staff: Staff, storm: Storm) -> None:
    if storm.host_id != staff.pk or not may(staff, "answer_ideas"):
        require_everywhere(staff, "host")


def _require_sense(topic: str, host: Staff, opens_at: datetime, closes_at: datetime) -> None:
    if not topic.strip():
        raise NotSo("Name the topic.", "topic")
    if not may(host, "answer_ideas"):
        raise NotSo(f"{host} may not answer ideas: choose somebody who may.", "host")
    if closes_at <= opens_at:
        raise NotSo("It must end after it begins.", "closes_at")


def _free_slug(board: Board, topic: str) -> str:
    base = slugify(topic)[:50] or "storm"
    taken = set(Storm.objects.filter(board=board, slug__startswith=base).values_list("slug", flat=True))
    return next(
        name for n in range(1, len(taken) + 2) if (name := base if n == 1 else f"{base}-{n}") not in taken
    )
