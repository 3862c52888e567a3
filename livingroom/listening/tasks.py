"""Background work: understand what came in, search for topics, count, look for spikes, tell of alarms, learn."""

import time
from datetime import datetime, timedelta

from django.utils import timezone
from django_tasks import task

from livingroom.listening.counting import recount_stale
from livingroom.listening.jetstream.running import follow_sources
from livingroom.listening.models import AlertDelivery, Mention, StaleHour, Topic, TopicSearch
from livingroom.listening.shares.audit import draw
from livingroom.listening.spikes.detecting import detect
from livingroom.listening.spikes.quiet import detect_silence
from livingroom.listening.spikes.telling import deliver_due
from livingroom.listening.spikes.timers import look_for_answers
from livingroom.listening.topics.catching_up import catch_up
from livingroom.listening.topics.searching import due_searches, search_once
from livingroom.listening.understanding import lessons
from livingroom.listening.understanding.work import understand_new
from livingroom.shared.leases import leased

QUEUE = "listening"
WORK_FOR = 20.0  # seconds: then the next task goes on, so that a stop of the house is not kept waiting
LEASE = timedelta(minutes=5)
_due: dict[str, datetime] = {}


def tick(now: datetime) -> None:
    """Once a second: hand out what is due. Each look costs one small query."""
    if Mention.objects.to_understand().exists() and _is_time("understand", now, seconds=1):
        understand_waiting.enqueue()
    if _is_time("count", now, seconds=10) and StaleHour.objects.exists():
        count_hours.enqueue()
    if _is_time("spikes", now, seconds=180):
        look_for_spikes.enqueue()
    if _is_time("answers", now, seconds=30):
        look_for_answers(now)
    if _is_time("deliver", now, seconds=5) and AlertDelivery.objects.filter(try_at__lte=now).exists():
        deliver_alarms.enqueue()
    if _is_time("search", now, seconds=60) and Topic.objects.running().filter(is_searched=True).exists():
        search_topics.enqueue()
    if _is_time("learn", now, seconds=60) and lessons.is_due(now):
        learn_corrections.enqueue()
    if _is_time("draw", now, seconds=3600):
        draw_audit.enqueue()
    if _is_time("streams", now, seconds=5):
        follow_sources(now)


def _is_time(name: str, now: datetime, *, seconds: int) -> bool:
    if now < _due.get(name, now):
        return False
    _due[name] = now + timedelta(seconds=seconds)
    return True


@task(queue_name=QUEUE)
def understand_waiting() -> int:
    """Understand until nothing waits. One process does it at a time. Returns how many."""
    n, until = 0, time.monotonic() + WORK_FOR
    with leased("understand", now=timezone.now(), length=LEASE) as is_ours:
        while is_ours and time.monotonic() < until:
            done = understand_new(timezone.now())
            if not done:
                break
            n += done
    return n


@task(queue_name=QUEUE)
def count_hours() -> int:
    with leased("count mentions", now=timezone.now(), length=LEASE) as is_ours:
        return len(recount_stale()) if is_ours else 0


@task(queue_name="slow")
def look_for_spikes() -> int:
    now = timezone.now()
    with leased("look for spikes", now=now, length=LEASE) as is_ours:
        if not is_ours:
            return 0
        found = detect(now)
        if _is_time("silence", now, seconds=1800):
            found += detect_silence(now)
    return len(found)


@task(queue_name="slow")
def deliver_alarms() -> int:
    return deliver_due(timezone.now())


@task(queue_name="slow")
def search_topics() -> int:
    """Ask for one page of each search whose turn it is."""
    now, n = timezone.now(), 0
    with leased("search topics", now=now, length=LEASE) as is_ours:
        for place in due_searches(now) if is_ours else ():
            n += search_once(
                TopicSearch.objects.select_related("topic", "version", "connection").get(pk=place.pk), now
            )
    return n


@task(queue_name="slow")
def learn_corrections() -> int:
    with leased("learn corrections", now=timezone.now(), length=LEASE) as is_ours:
        lesson = lessons.learn(timezone.now()) if is_ours else None
    return lesson.number if lesson else 0


@task(queue_name="slow")
def draw_audit() -> int:
    return draw(timezone.now().date())


@task(queue_name="slow")
def catch_up_topic(topic_id: int) -> int:
    """Look for a topic's finds in what was heard before it had its present wording."""
    return catch_up(Topic.objects.select_related("current").get(pk=topic_id), now=timezone.now())
