"""The ticker's part: once a day followers are counted and addresses opened; every hour what must ring rings.

Who follows is read in steps of some minutes, because large accounts take many.
"""

from datetime import date, datetime, timedelta

from django.utils import timezone
from django_tasks import task

from livingroom.branches import care
from livingroom.branches.models import Branch
from livingroom.branches.questions import forums

LOOK_EVERY = timedelta(hours=1)
STEP_EVERY = timedelta(minutes=5)
_next_step_at: datetime | None = None
_next_look_at: datetime | None = None
_read_on: dict[int, date] = {}  # a forum in which nothing was solved keeps no row that says when it was read
_asked_on: dict[int, date] = {}  # some networks count no followers: they are not asked again every hour


def tick(now: datetime) -> None:
    """Every hour, have a worker look after the branches. What was done today is not done again."""
    global _next_look_at, _next_step_at
    if _next_step_at is None or now >= _next_step_at:
        _next_step_at = now + STEP_EVERY
        read_followers.enqueue()
    if _next_look_at is None or now >= _next_look_at:
        _next_look_at = now + LOOK_EVERY
        look_after_branches.enqueue()


@task(queue_name="slow")
def look_after_branches() -> dict[str, int]:
    """Returns how many branches were counted, how many addresses opened, how many alarms ring."""
    now = timezone.now()
    to_ask = [pk for pk in care.branches_to_count(now) if _asked_on.get(pk) != now.date()]
    _asked_on.update(dict.fromkeys(to_ask, now.date()))
    counted = [care.count_reach(branch, now) for branch in _branches(to_ask)]
    care.forget_checks(now)
    wanted = care.addresses_to_open(now)
    branches = {branch.pk: branch for branch in _branches([branch_id for branch_id, _ in wanted])}
    for branch_id, url in wanted:
        care.check_address(branches[branch_id], url, timezone.now())
    _read_forums(now)
    return {
        "counted": sum(day is not None for day in counted),
        "opened": len(wanted),
        "ringing": care.ring(timezone.now()),
    }


@task(queue_name="slow")
def read_followers() -> int:
    """Returns how many branches were read through."""
    from livingroom.branches.audience import reading  # with it comes a library that nothing else here needs

    now = timezone.now()
    reading.thin_out(now)
    return sum(row.finished_at is not None for row in reading.read_audiences(now))


def _read_forums(now: datetime) -> None:
    for forum in forums.forums_to_read(now):
        if _read_on.get(forum.pk) != now.date():
            _read_on[forum.pk] = now.date()
            forums.read_forum(forum, now)


def _branches(ids: list[int]) -> list[Branch]:
    return list(Branch.objects.filter(pk__in=ids).select_related("connection"))
