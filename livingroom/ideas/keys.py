"""Keys with which a program acts as one of ours on ideas: answers, merges. It may what they may, as long as they may."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied

from livingroom.ideas.models import StaffKey
from livingroom.people.models import Staff
from livingroom.people.policy import may, require
from livingroom.shared.events import record_event

MARK = "lri"
NOTE_USE_EVERY = timedelta(minutes=10)


class NoKey(ValueError):
    """The words say what is missing."""


def make_key(*, staff: Staff, name: str, now: datetime) -> tuple[StaffKey, str]:
    """Make a key of one's own. Returns it with its text, which is never shown again. Raises PermissionDenied, NoKey."""
    require(staff, "answer_ideas")
    if not name.strip():
        raise NoKey("Say what will use the key.")
    prefix, rest = secrets.token_hex(5), secrets.token_urlsafe(30)
    key = StaffKey.objects.create(
        staff=staff, name=name.strip()[:60], prefix=prefix, hash=_hash(rest), made_at=now
    )
    record_event(actor=staff, verb="made idea key", subject=key, now=now, name=key.name)
    return key, f"{MARK}_{prefix}_{rest}"


def revoke_key(*, staff: Staff, key: StaffKey, now: datetime) -> None:
    """Accept it no more: one's own, or anybody's by who sets up the house. Raises PermissionDenied."""
    if key.staff_id != staff.pk and not may(staff, "set_up"):
        raise PermissionDenied("This is somebody else’s key.")
    if key.revoked_at is None:
        key.revoked_at = now
        key.save(update_fields=["revoked_at"])
        record_event(actor=staff, verb="revoked idea key", subject=key, now=now, name=key.name)


def find_key(text: str, *, now: datetime) -> StaffKey | None:
    """The key with this text, unless it is unknown, revoked, or of somebody who may do nothing any more."""
    mark, _, rest = text.partition("_")
    prefix, _, secret = rest.partition("_")
    if mark != MARK or not secret:
        return None
    rows = StaffKey.objects.select_related("staff")
    key = rows.filter(prefix=prefix, revoked_at=None, staff__is_active=True).first()
    if key is None or not secrets.compare_digest(key.hash, _hash(secret)):
        return None
    if key.last_used_at is None or now - key.last_used_at > NOTE_USE_EVERY:
        StaffKey.objects.filter(pk=key.pk).update(last_used_at=now)
    return key


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
