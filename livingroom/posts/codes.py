"""What to do about a code that got out: stop it, or give its placement another."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from livingroom.links.models import Code
from livingroom.links.operations import end_code, mint_code
from livingroom.people.models import Staff
from livingroom.people.policy import require
from livingroom.posts.models import Placement
from livingroom.shared.events import record_event, resolve_alarm


class CodeOver(ValueError):
    """The code was stopped already, or its offer is over."""


class NotShared(ValueError):
    """A single-use code belongs to one visitor: there is nothing to rotate."""


@dataclass(frozen=True)
class Rotated:
    """The new code, and the placement whose text still shows the old one because it is out."""

    code: Code
    shows_old: Placement | None


def stop_code(*, staff: Staff, code: Code, now: datetime) -> None:
    """End a code for good. Raises PermissionDenied, CodeOver."""
    require(staff, "publish")
    with transaction.atomic():
        _end(code, now)
        record_event(actor=staff, verb="stopped code", subject=code.link, now=now, code=code.text)


def rotate_code(*, staff: Staff, code: Code, now: datetime) -> Rotated:
    """End a shared code and give its placement a new one for the rest of the offer.

    A post that is not out yet will show the new code; one that is out shows the old until somebody edits it on its network.
    Raises PermissionDenied, CodeOver, NotShared.
    """
    require(staff, "publish")
    if code.kind != Code.Kind.SHARED:
        raise NotShared(f"{code} belongs to one visitor. Stop it instead.")
    with transaction.atomic():
        _end(code, now)
        fresh = mint_code(link=code.link, starts_at=code.starts_at, ends_at=code.ends_at)
        record_event(
            actor=staff, verb="rotated code", subject=code.link, now=now, code=code.text, into=fresh.text
        )
    placement = Placement.objects.filter(link=code.link).select_related("branch", "post").first()
    is_out = placement is not None and placement.sent_text != ""
    return Rotated(fresh, placement if is_out else None)


def _end(code: Code, now: datetime) -> None:
    if not end_code(code=code, now=now):
        raise CodeOver(f"{code} was stopped already, or its offer is over.")
    resolve_alarm(kind="leak", subject=f"code {code.text}", now=now)
