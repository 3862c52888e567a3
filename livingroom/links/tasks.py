"""What the ticker calls: ship clicks every second, tidy the lake now and then."""

from datetime import datetime, timedelta
from functools import cache

from django.conf import settings
from django_tasks import task

from livingroom.lake import Lake
from livingroom.links.redirector.gaps import Gap
from livingroom.links.shipping import Shipper, ShippingReport
from livingroom.shared.events import raise_alarm, resolve_alarm

BUDGET_SECONDS = 2.0  # the ticker has other rooms to call
TIDY_EVERY = timedelta(minutes=10)
GAP_RINGS_FOR = timedelta(hours=24)

_next_tidying_at: datetime | None = None
_last_words: str | None = None  # of the alarm about lost clicks; None: not looked yet


def tick(now: datetime) -> None:
    """Ship what is sealed, and ring where a person must look."""
    global _next_tidying_at
    report = shipper().ship(now, budget_seconds=BUDGET_SECONDS)
    ring(report, now)
    if _next_tidying_at is None or now >= _next_tidying_at:
        _next_tidying_at = now + TIDY_EVERY
        tidy_lake.enqueue(now.isoformat())


@task(queue_name="slow")
def tidy_lake(now: str) -> int:
    """Merge small files and destroy old visitor keys. Returns how many files went."""
    return shipper().tidy(datetime.fromisoformat(now))


@cache
def shipper() -> Shipper:
    """This process' shipper, which remembers who was here in the last half hour."""
    return Shipper(settings.HOME, Lake(settings.LAKE_URL))


def ring(report: ShippingReport, now: datetime) -> None:
    """Raise the alarms that a round of shipping gives reason for, and end the ones that it answers."""
    for problem in report.poisoned:
        raise_alarm(
            kind="click segment",
            subject=problem.partition(":")[0][:120],
            text=f"Clicks were set aside: {problem}",
            now=now,
        )
    if not report.is_busy:
        _ring_for_lost_clicks(_words_on_gaps(report.gaps, now), now)


def _words_on_gaps(gaps: list[Gap], now: datetime) -> str:
    recent = [gap for gap in gaps if gap.to_at > (now - GAP_RINGS_FOR).timestamp() * 1_000_000]
    lost = sum(gap.clicks for gap in recent)
    return f"{lost:,} clicks were answered but could not be recorded: {recent[-1].reason}." if recent else ""


def _ring_for_lost_clicks(words: str, now: datetime) -> None:
    """Write only when there is news: this is called every second."""
    global _last_words
    if words == _last_words:
        return
    _last_words = words
    if words:
        raise_alarm(kind="clicks lost", subject="redirector", text=words, now=now)
    else:
        resolve_alarm(kind="clicks lost", subject="redirector", now=now)
