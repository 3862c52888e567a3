"""The verbs of the front door: a visitor tells of a false account, staff settle it."""

import hashlib
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.urls import reverse

from livingroom.frontdoor.checking import Verdict
from livingroom.frontdoor.models import Suspect, SuspectReport
from livingroom.people.models import Staff
from livingroom.people.policy import require
from livingroom.shared.events import raise_alarm, record_event, resolve_alarm

REPORTS_AN_HOUR = 5
REPORTS_A_DAY = 500  # of everybody together: beyond it nobody could read them
LONGEST_NOTE = 1000
ALARM, SUBJECT = "false account", "front door"


class TooMany(Exception):
    """This visitor, or everybody together, has told us enough for now."""


class NothingToReport(ValueError):
    """What is ours, or cannot be read, is no false account."""


def report_account(*, text: str, verdict: Verdict, note: str, address: str, now: datetime) -> Suspect:
    """Keep what a visitor told us and ring. Raises TooMany, NothingToReport."""
    if verdict.account is None or not verdict.may_be_reported:
        raise NothingToReport(text)
    visitor = visitor_of(address, now)
    with transaction.atomic():
        _require_room(visitor, now)
        suspect, _ = Suspect.objects.get_or_create(
            key=verdict.account.key[:200],
            defaults={
                "account": text[:500],
                "verdict": verdict.kind,
                "resembles": verdict.branch.name if verdict.branch else "",
                "first_at": now,
                "last_at": now,
            },
        )
        # Told again by the same visitor on the same day, it is the same report.
        _, is_fresh = SuspectReport.objects.get_or_create(
            suspect=suspect, visitor=visitor, defaults={"at": now, "note": note[:LONGEST_NOTE]}
        )
        if is_fresh:
            _count(suspect, now)
    return suspect


def settle_suspect(*, staff: Staff, suspect: Suspect, outcome: str, now: datetime) -> Suspect:
    """Write down what became of it; the alarm falls silent with the last. Raises PermissionDenied."""
    require(staff, "publish")
    with transaction.atomic():
        suspect.outcome, suspect.settled_at, suspect.settled_by = Suspect.Outcome(outcome), now, staff
        suspect.save(update_fields=["outcome", "settled_at", "settled_by"])
        _ring(now)
        record_event(actor=staff, verb="settled false account", subject=suspect, now=now, outcome=outcome)
    return suspect


def visitor_of(address: str, now: datetime) -> str:
    """A name for a visitor that holds for a day and cannot be turned back."""
    key = settings.SECRET_KEY.encode()[:64]
    return hashlib.blake2b(f"{now:%Y-%m-%d} {address}".encode(), key=key).hexdigest()[:24]


def _require_room(visitor: str, now: datetime) -> None:
    recent = SuspectReport.objects.filter(visitor=visitor, at__gt=now - timedelta(hours=1)).count()
    today = SuspectReport.objects.filter(at__gt=now - timedelta(days=1)).count()
    if recent >= REPORTS_AN_HOUR or today >= REPORTS_A_DAY:
        raise TooMany


def _count(suspect: Suspect, now: datetime) -> None:
    """One more tells of it; what was settled is open again, for it may have come back."""
    Suspect.objects.filter(pk=suspect.pk).update(
        n_reports=F("n_reports") + 1, last_at=now, settled_at=None, outcome="", settled_by=None
    )
    suspect.refresh_from_db()
    _ring(now)


def _ring(now: datetime) -> None:
    """One alarm for all that wait: a flood of reports must not drown the others."""
    waiting = Suspect.objects.waiting()
    latest = waiting.first()
    if latest is None:
        resolve_alarm(kind=ALARM, subject=SUBJECT, now=now)
        return
    text = f"Accounts that visitors reported wait for a look: {waiting.count()}, the latest {latest.account[:120]}."
    raise_alarm(kind=ALARM, subject=SUBJECT, text=text, url=reverse("suspects"), now=now)
