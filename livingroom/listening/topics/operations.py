"""Change topics: a new wording is a new version; pausing, budgets."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from livingroom.listening.models import Topic, TopicVersion
from livingroom.listening.topics.audience import note_segment
from livingroom.listening.topics.parsing import QueryProblem, parse
from livingroom.people.models import Staff
from livingroom.people.policy import require
from livingroom.segments.models import Segment
from livingroom.shared.events import record_event
from livingroom.shared.problems import Problem


class CannotSave(ValueError):
    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.text)
        self.problem = problem


@dataclass(frozen=True)
class Budget:
    """What reading for a topic may cost; None is without a limit."""

    calls_a_day: int | None = None
    calls_a_month: int | None = None
    money_a_day_minor: int | None = None
    money_a_month_minor: int | None = None
    currency: str = "USD"


def save_topic(
    *,
    staff: Staff,
    name: str,
    query: str,
    why: str = "",
    topic: Topic | None = None,
    is_searched: bool = False,
    budget: Budget = Budget(),
    segment: Segment | None = None,
    now: datetime,
) -> Topic:
    """Make a topic, or change one; another wording, or another segment, becomes its next version.

    Raises CannotSave, PermissionDenied.
    """
    require(staff, "publish")
    name, query = name.strip(), query.strip()
    try:
        parse(query)
    except QueryProblem as problem:
        raise CannotSave(Problem(problem.text, field="query")) from None
    if not name:
        raise CannotSave(Problem("Give the topic a name.", field="name"))
    twin = Topic.objects.filter(name__iexact=name).exclude(pk=topic.pk if topic and topic.pk else 0)
    if twin.exists():
        raise CannotSave(Problem("Another topic has this name.", field="name"))
    with transaction.atomic():
        topic = topic or Topic(made_at=now)
        topic.name, topic.is_searched = name, is_searched
        for field, value in vars(budget).items():
            setattr(topic, field, value)
        topic.save()
        wanted = segment.current_id if segment else None
        if topic.current is None or (topic.current.query, topic.current.segment_version_id) != (
            query,
            wanted,
        ):
            _next_version(topic, query, why, staff, now, segment)
            note_segment(topic, by=staff, now=now)
        record_event(actor=staff, verb="saved", subject=topic, now=now, query=query, why=why)
    return topic


def pause_topic(*, staff: Staff, topic: Topic, now: datetime) -> None:
    """Catch nothing more by it; what it caught stays. Raises PermissionDenied."""
    require(staff, "publish")
    topic.paused_at = topic.paused_at or now
    topic.save(update_fields=["paused_at"])
    record_event(actor=staff, verb="paused", subject=topic, now=now)


def resume_topic(*, staff: Staff, topic: Topic, now: datetime) -> None:
    """Raises PermissionDenied."""
    require(staff, "publish")
    topic.paused_at = None
    topic.save(update_fields=["paused_at"])
    record_event(actor=staff, verb="resumed", subject=topic, now=now)


def _next_version(
    topic: Topic, query: str, why: str, staff: Staff, now: datetime, segment: Segment | None
) -> None:
    last = topic.versions.order_by("-number").values_list("number", flat=True).first() or 0
    topic.current = TopicVersion.objects.create(
        topic=topic,
        number=last + 1,
        query=query,
        why=why.strip()[:300],
        made_by=staff,
        made_at=now,
        segment_version=segment.current if segment else None,
    )
    topic.save(update_fields=["current"])
