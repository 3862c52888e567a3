"""A segment got its next version: which offers and posts take it, and which keep what they were approved or sent with."""

from datetime import datetime
from typing import Any

from livingroom.people.models import Staff
from livingroom.people.policy import may
from livingroom.posts.approval.following import follow_all
from livingroom.posts.approval.standing import standings_of
from livingroom.posts.audience import OFFERS, is_sealed, note_segment
from livingroom.posts.models import Offer, Placement, Post
from livingroom.segments.models import SegmentVersion


def follow_version(sender: object, *, version: SegmentVersion, now: datetime, **_: Any) -> None:
    """Offers and posts that were not sent yet take a segment's new version."""
    _offers(version, now)
    _posts(version, now)


def _offers(version: SegmentVersion, now: datetime) -> None:
    """Where the new version's purpose is another, they keep what they had."""
    if version.purpose != OFFERS:
        return
    for offer in Offer.objects.filter(segment_version__segment=version.segment_id):
        if not is_sealed(offer):
            offer.segment_version = version
            offer.save(update_fields=["segment_version"])
            note_segment(offer, by="segments", now=now)


def _posts(version: SegmentVersion, now: datetime) -> None:
    rows = Post.objects.filter(segment_version__segment=version.segment_id).select_related(
        "offer", "created_by"
    )
    for post in rows:
        if (
            is_sealed(post)
            or _is_approved(post, now)
            or (post.offer is not None and version.purpose != OFFERS)
        ):
            continue
        post.segment_version = version
        post.save(update_fields=["segment_version"])
        note_segment(post, by="segments", now=now)
        _ask_again(post, version, now)


def _is_approved(post: Post, now: datetime) -> bool:
    """Everybody who is asked said yes to it as it stands: that yes was about these people."""
    standings = standings_of(_editable(post), now).values()
    return any(each.is_wanted and each.is_complete for each in standings)


def _ask_again(post: Post, version: SegmentVersion, now: datetime) -> None:
    """Keep what placements say now; where somebody had been asked, ask anew in the name of one who may."""
    for placement in _editable(post):
        who = _who_may(placement, version.made_by, post.created_by)
        if who is not None:
            follow_all([placement], staff=who, now=now)


def _who_may(placement: Placement, *staff: Staff | None) -> Staff | None:
    return next((one for one in staff if one is not None and may(one, "write", placement.branch)), None)


def _editable(post: Post) -> list[Placement]:
    rows = post.placements.filter(state__in=Placement.EDITABLE, n_parts_sent=0).exclude(
        state=Placement.State.CANCELLED
    )
    return list(rows.select_related("branch", "post__offer", "post__segment_version__segment"))
