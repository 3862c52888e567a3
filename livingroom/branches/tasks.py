"""The ticker's part: once a day followers are counted and addresses opened; every hour what must ring rings."""

from datetime import date, datetime, timedelta

from django.utils import timezone
from django_tasks import task

from livingroom.branches import care
from livingroom.branches.models import Branch

LOOK_EVERY = timedelta(hours=1)
_next_look_at: datetime | None = None
_asked_on: dict[int, date] = {}  # some networks count no followers: they are not asked again every hour


def tick(now: datetime) -> None:
    """Every hour, have a worker look after the branches. What was done today is not done again."""
    global _next_look_at
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
    return {
        "counted": sum(day is not None for day in counted),
        "opened": len(wanted),
        "ringing": care.ring(timezone.now()),
    }


def _branches(ids: list[int]) -> list[Branch]:
    return list(Branch.objects.filter(pk__in=ids).select_related("connection"))
