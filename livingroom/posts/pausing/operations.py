"""The switch. Many may pull it; who may publish releases it, and chooses what is sent of what was kept back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.urls import reverse

from livingroom.branches.models import Branch
from livingroom.people.models import Staff
from livingroom.people.policy import Deed, require, require_everywhere
from livingroom.posts.models import Placement
from livingroom.posts.pausing.models import Pause
from livingroom.posts.pausing.queries import kept_back
from livingroom.shared.events import raise_alarm, record_event, resolve_alarm

State = Placement.State
Covers = Pause.Covers


class CannotStop(ValueError):
    """The stop as asked makes no sense; the text says why."""


@dataclass(frozen=True)
class _Country:
    """A whole country as a place, for whoever's role holds there."""

    country: str
    slug: str = ""
    division: str = ""


def start_pause(
    *, staff: Staff, covers: str, value: str, reason: str, ends_at: datetime | None, now: datetime
) -> Pause:
    """Stop everything, a country, a tag or a branch, from this moment. Raises PermissionDenied, CannotStop."""
    value = "" if covers == Covers.ALL else value.strip()
    _require_over(staff, "pause", covers, value)
    if not reason.strip():
        raise CannotStop("Say why: everybody will read it on every page.")
    if ends_at is not None and ends_at <= now:
        raise CannotStop("It would be over already.")
    with transaction.atomic():
        pause = Pause.objects.create(
            covers=covers,
            value=value,
            reason=reason.strip()[:300],
            started_by=staff,
            started_at=now,
            ends_at=ends_at,
        )
        hold_due([pause], now)
        url = reverse("pause", args=[pause.pk])
        raise_alarm(kind="stop", subject=pause, text=pause.said, url=url, now=now)
        record_event(
            actor=staff,
            verb="stopped",
            subject=pause,
            now=now,
            what=pause.what,
            why=pause.reason,
            ends_at=ends_at.isoformat() if ends_at else "",
        )
    return pause


def end_pause(*, staff: Staff, pause: Pause, now: datetime) -> None:
    """Let what it covers go out again; what was due meanwhile waits for a choice. Raises PermissionDenied."""
    _require_over(staff, "publish", pause.covers, pause.value)
    with transaction.atomic():
        if _end(pause, now, staff):
            record_event(actor=staff, verb="ended the stop", subject=pause, now=now, what=pause.what)


def end_pauses_by_time(now: datetime) -> int:
    """Ring off the stops whose time is over. Returns how many."""
    over = list(Pause.objects.open().filter(ends_at__lte=now))
    for pause in over:
        with transaction.atomic():
            if pause.ends_at is not None and _end(pause, pause.ends_at, None, noticed_at=now):
                record_event(actor="clock", verb="ended the stop", subject=pause, now=now, what=pause.what)
    return len(over)


def hold_due(pauses: Iterable[Pause], now: datetime) -> int:
    """Keep back what is due under these stops and not yet in a worker's hands. Returns how many."""
    rows = list(pauses)
    if not rows:
        return 0
    due = Placement.objects.filter(state=State.SCHEDULED, due_at__lte=now).select_related("post", "branch")
    n = 0
    for placement in due.iterator(500):
        found = next((row for row in rows if row.is_about(placement.branch, placement.post.tags)), None)
        n += found is not None and hold(placement, found, State.SCHEDULED, now=now)
    return n


def hold(placement: Placement, pause: Pause, state: str, *, now: datetime) -> bool:
    """Keep one placement back, if it is still in `state`."""
    with transaction.atomic():
        changed = Placement.objects.filter(pk=placement.pk, state=state).update(
            state=State.HELD, pause=pause, try_at=None, settle_at=None, problem=pause.said
        )
        if changed:
            resolve_alarm(kind="late", subject=placement, now=now)
            record_event(actor="stop", verb="kept back", subject=placement, now=now, pause=pause.pk)
    return bool(changed)


def note_chosen(pause: Pause | None, now: datetime) -> None:
    """After a choice: when nothing waits any more, the reminder ends."""
    if pause is not None and not kept_back(pause).exists():
        resolve_alarm(kind="kept back", subject=pause, now=now)


def _end(pause: Pause, at: datetime, staff: Staff | None, noticed_at: datetime | None = None) -> bool:
    hold_due([pause], at)
    if not Pause.objects.filter(pk=pause.pk, ended_at=None).update(ended_at=at, ended_by=staff):
        return False
    pause.refresh_from_db()
    now = noticed_at or at
    resolve_alarm(kind="stop", subject=pause, now=now)
    if n := kept_back(pause).count():
        text = f"{n} placement{'' if n == 1 else 's'} came due during the {pause}. Choose what is still sent."
        raise_alarm(
            kind="kept back", subject=pause, text=text, url=reverse("pause", args=[pause.pk]), now=now
        )
    return True


def _require_over(staff: Staff, deed: Deed, covers: str, value: str) -> None:
    if covers == Covers.BRANCH:
        branch = Branch.objects.filter(slug=value).first()
        if branch is None:
            raise CannotStop(f"There is no branch “{value}”.")
        require(staff, deed, branch)
    elif covers == Covers.COUNTRY:
        if not Branch.objects.filter(country=value).exists():
            raise CannotStop(f"No branch speaks in “{value}”.")
        require(staff, deed, _Country(value))
    elif covers == Covers.TAG and not value:
        raise CannotStop("Say which tag.")
    elif covers in Covers.values:
        require_everywhere(staff, deed)
    else:
        raise CannotStop("Stop everything, a country, a tag or a branch.")
