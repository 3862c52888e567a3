"""Whom an offer is for: a segment, in the version that held when the offer was first sent."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from livingroom.branches.models import Branch
from livingroom.posts.models import Offer, Placement
from livingroom.segments.asking import branches_of
from livingroom.segments.models import Segment, SegmentUse, SegmentVersion
from livingroom.segments.operations import end_use, use_version
from livingroom.shared.events import subject_of
from livingroom.shared.problems import Problem

OFFERS = "offers"  # the purpose that people said yes to


def choosable_segments() -> list[Segment]:
    """Those that may be used for offers."""
    return [row for row in Segment.objects.standing() if row.current and row.current.purpose == OFFERS]


def is_sealed(offer: Offer) -> bool:
    """Once a post with it was handed to a network, an offer keeps its segment's version for ever."""
    return (
        offer.pk is not None
        and SegmentUse.objects.filter(
            used_by=subject_of(offer), ended_at=None, frozen_at__isnull=False
        ).exists()
    )


def note_segment(offer: Offer, *, by: object, now: datetime) -> None:
    """Write down which version an offer uses, and what for; call it whenever an offer was saved. Raises CannotUse."""
    if offer.segment_version is None:
        end_use(used_by=subject_of(offer), now=now)
    else:
        use_version(version=offer.segment_version, used_by=subject_of(offer), by=by, now=now, purpose=OFFERS)


def seal_segment(placement: Placement, now: datetime) -> None:
    """A post with the offer goes out: from now on a changed segment changes nothing for it."""
    offer = placement.post.offer
    if offer is not None and offer.segment_version is not None:
        use_version(
            version=offer.segment_version,
            used_by=subject_of(offer),
            by="delivery",
            now=now,
            purpose=OFFERS,
            freeze=True,
        )


def follow_version(sender: object, *, version: SegmentVersion, now: datetime, **_: Any) -> None:
    """Offers that were not sent yet take a segment's new version; where its purpose is another, they keep what they had."""
    if version.purpose != OFFERS:
        return
    for offer in Offer.objects.filter(segment_version__segment=version.segment_id):
        if not is_sealed(offer):
            offer.segment_version = version
            offer.save(update_fields=["segment_version"])
            note_segment(offer, by="segments", now=now)


def proposed_branches(offer: Offer | None, branches: Iterable[Branch]) -> list[Branch]:
    """Of these branches, those that speak to the offer's segment; none when it is for everybody."""
    return branches_of(offer.segment_version, branches) if offer and offer.segment_version else []


def audience_problems(offer: Offer, branch: Branch) -> Iterator[Problem]:
    version = offer.segment_version
    if version is not None and not branches_of(version, [branch]):
        yield Problem(f"The offer is for {version.segment}, and {branch} does not speak to them.", "branches")
