"""A link for somebody outside: signed, for one version at one stage, for one use, and it ends."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse

from livingroom.people.models import Staff
from livingroom.people.policy import require
from livingroom.posts.approval.models import Approval, ApprovalStage, GuestLink, PlacementVersion
from livingroom.posts.approval.operations import CannotDecide, stage_to_decide, write_approval
from livingroom.posts.approval.standing import why_own, why_written
from livingroom.shared.events import record_event

SALT = "livingroom.posts.guest-approval"
HOURS_AT_MOST = 30 * 24


def make_guest_link(
    *, staff: Staff, version: PlacementVersion, guest: str, hours: int, now: datetime
) -> tuple[GuestLink, str]:
    """Make a link for a guest at the stage that is next; returns it with its address, which is kept nowhere.

    Who wrote the text cannot make one: they could open it themselves. Raises PermissionDenied, CannotDecide.
    """
    require(staff, "publish", version.placement.branch)
    if why := why_written(staff, version):
        raise CannotDecide(f"{why} The same goes for the guest’s link.")
    if not guest.strip() or not 1 <= hours <= HOURS_AT_MOST:
        raise CannotDecide(f"Name the guest, and let the link end after 1 to {HOURS_AT_MOST} hours.")
    with transaction.atomic():
        stage = stage_to_decide(version, now)
        if stage.by != ApprovalStage.By.GUEST:
            raise CannotDecide(f"“{stage}” is not for guests but for {stage.get_by_display().lower()}.")
        nonce = secrets.token_urlsafe(24)
        link = GuestLink.objects.create(
            version=version,
            stage=stage,
            guest=guest.strip()[:80],
            nonce_digest=_digest(nonce),
            made_by=staff,
            made_at=now,
            ends_at=now + timedelta(hours=hours),
        )
        record_event(
            actor=staff,
            verb="asked a guest",
            subject=version.placement,
            now=now,
            guest=link.guest,
            hours=hours,
        )
    token = signing.dumps([link.pk, nonce], salt=SALT, compress=True)
    return link, settings.PUBLIC_URL + reverse("guest_approval", args=[token])


def read_guest_link(token: str, now: datetime) -> GuestLink:
    """Return the link that a token opens. Raises CannotDecide when it is forged, used, revoked or over."""
    try:
        pk, nonce = signing.loads(token, salt=SALT)
        link = GuestLink.objects.select_related("stage", "version__placement__branch").get(pk=pk)
    except (signing.BadSignature, ValueError, TypeError, GuestLink.DoesNotExist):
        raise CannotDecide("This link is not one of ours, or a piece of it is missing.") from None
    if not secrets.compare_digest(link.nonce_digest, _digest(str(nonce))):
        raise CannotDecide("This link is not one of ours, or a piece of it is missing.")
    if not link.is_live_at(now):
        raise CannotDecide("This link was used already, or its time is over. Ask for another.")
    return link


def decide_as_guest(
    *, link: GuestLink, verdict: str, reason: str, now: datetime, browser: object = None
) -> Approval:
    """Write down a guest's word, once. `browser` is who is signed in there: the writer is not their own guest.

    Raises CannotDecide.
    """
    if isinstance(browser, Staff) and (why := why_own(browser, link.version)):
        raise CannotDecide(f"You are signed in as {browser}. {why}")
    with transaction.atomic():
        stage = stage_to_decide(link.version, now)
        if stage.pk != link.stage_id:
            raise CannotDecide(f"This link was for “{link.stage}”, which has been decided.")
        if not GuestLink.objects.filter(pk=link.pk, used_at=None, revoked_at=None, ends_at__gt=now).update(
            used_at=now
        ):
            raise CannotDecide("This link was used already, or its time is over. Ask for another.")
        who = f"{link.guest} (guest of {link.made_by})"
        return write_approval(link.version, stage, verdict, reason, now, who=who, guest_link=link)


def revoke_guest_link(*, staff: Staff, link: GuestLink, now: datetime) -> None:
    """Let a link open nothing any more. Raises PermissionDenied."""
    require(staff, "publish", link.version.placement.branch)
    if GuestLink.objects.filter(pk=link.pk, used_at=None, revoked_at=None).update(revoked_at=now):
        record_event(
            actor=staff,
            verb="took back a guest’s link",
            subject=link.version.placement,
            now=now,
            guest=link.guest,
        )


def _digest(nonce: str) -> str:
    return hashlib.sha256(nonce.encode()).hexdigest()
