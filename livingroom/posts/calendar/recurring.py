"""Posts that come again. Each time is a post of its own, made a week ahead, so that people see it and may change it."""

from calendar import monthrange
from datetime import date, datetime, time, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse

from livingroom.people.models import Staff
from livingroom.people.policy import require
from livingroom.posts.audience import newest_of
from livingroom.posts.calendar.models import Recurrence
from livingroom.posts.checks import local_time
from livingroom.posts.models import Placement, Post
from livingroom.posts.operations import NotReady, PostDraft, save_post, schedule_placements
from livingroom.shared.events import raise_alarm, record_event

AHEAD = timedelta(days=7)
AT_ONCE = 20
Every = Recurrence.Every


class CannotRecur(ValueError):
    """It cannot come again like this; the text says why."""


def repeat_post(
    *, staff: Staff, post: Post, every: str, starts_on: date, at: time, ends_on: date | None, now: datetime
) -> Recurrence:
    """Let a post come again on its branches. Raises PermissionDenied, CannotRecur."""
    branches = [row.branch for row in _branches_of(post)]
    for branch in branches:
        require(staff, "publish", branch)
    if not branches:
        raise CannotRecur("The post is on no branch: choose one first.")
    if every not in Every.values or starts_on < now.date():
        raise CannotRecur("Say how often, and begin today or later.")
    if ends_on is not None and ends_on < starts_on:
        raise CannotRecur("It ends before it begins.")
    with transaction.atomic():
        made = Recurrence.objects.create(
            post=post, every=every, starts_on=starts_on, at=at, ends_on=ends_on, made_by=staff
        )
        record_event(actor=staff, verb="lets it come again", subject=post, now=now, every=every)
    return made


def stop_repeating(*, staff: Staff, recurrence: Recurrence, now: datetime) -> None:
    """Make no more of it; what is promised already stays. Raises PermissionDenied."""
    for row in _branches_of(recurrence.post):
        require(staff, "publish", row.branch)
    with transaction.atomic():
        if Recurrence.objects.filter(pk=recurrence.pk, stopped_at=None).update(stopped_at=now):
            record_event(actor=staff, verb="ended what came again", subject=recurrence.post, now=now)


def make_recurring(now: datetime) -> int:
    """Make the posts whose time is near, each once. Returns how many."""
    horizon = (now + AHEAD).date()
    rows = Recurrence.objects.filter(stopped_at=None, problem="", starts_on__lte=horizon)
    n = 0
    for row in rows.select_related("post__offer", "made_by"):
        while n < AT_ONCE and (on := day_of(row, row.n_made)) <= horizon:
            if row.ends_on is not None and on > row.ends_on:
                Recurrence.objects.filter(pk=row.pk).update(stopped_at=now)
                break
            if not _make(row, on, now):
                break
            n += 1
            row.refresh_from_db()
    return n


def day_of(row: Recurrence, number: int) -> date:
    """The day of the n-th time, counted from 0. The 31st is the last day where a month is shorter."""
    if row.every == Every.MONTH:
        month = row.starts_on.month - 1 + number
        year, month = row.starts_on.year + month // 12, month % 12 + 1
        return date(year, month, min(row.starts_on.day, monthrange(year, month)[1]))
    return row.starts_on + timedelta(days=number * (7 if row.every == Every.WEEK else 1))


def _make(row: Recurrence, on: date, now: datetime) -> bool:
    """Make one time of it; the number moves on in the same transaction, so that nothing is made twice."""
    try:
        with transaction.atomic():
            if not Recurrence.objects.filter(pk=row.pk, n_made=row.n_made).update(n_made=row.n_made + 1):
                return False
            _copy(row, on, now)
    except (NotReady, PermissionDenied, CannotRecur) as error:
        text = f"“{row.post.title}” comes no more: {error}"
        Recurrence.objects.filter(pk=row.pk).update(problem=str(error))
        raise_alarm(
            kind="recurring", subject=row, text=text, url=reverse("post", args=[row.post_id]), now=now
        )
        return False
    return True


def _copy(row: Recurrence, on: date, now: datetime) -> None:
    if row.made_by is None:
        raise CannotRecur("Who wanted it is not here any more.")
    placements = _branches_of(row.post)
    copy = save_post(staff=row.made_by, draft=draft_of(row.post, placements), now=now)
    due = {}
    for placement in copy.placements.select_related("branch"):
        # A time that the clocks skip is taken an hour later that day; one that is past is not made up for.
        due_at, _ = local_time(datetime.combine(on, row.at), placement.branch.zone)
        if due_at > now:
            due[placement.pk] = due_at
    if due:
        schedule_placements(staff=row.made_by, due=due, now=now)


def draft_of(post: Post, placements: list[Placement]) -> PostDraft:
    """What a post says, to be said again."""
    first = placements[0] if placements else None
    images = list(post.images.select_related("item"))
    return PostDraft(
        title=post.title,
        text=post.text,
        destination=post.destination,
        offer=post.offer,
        code_kind=first.code_kind if first else Placement.Codes.NONE,
        n_codes=first.n_codes if first else 0,
        branches=tuple(row.branch for row in placements),
        overrides={row.branch_id: row.text_override for row in placements},
        tags=tuple(post.tags),
        first_comment=post.first_comment,
        may_split=post.may_split,
        images=tuple((row.item, row.alt_override) for row in images),
        alts={row.item_id: row.alts for row in images},
        signing=post.signing,
        begun_from=post.begun_from,
        segment=newest_of(post.segment_version),
    )


def _branches_of(post: Post) -> list[Placement]:
    rows = post.placements.exclude(state=Placement.State.CANCELLED)
    return list(rows.select_related("branch__connection").order_by("pk"))
