"""Whom offers and posts are for: a segment, in the version that held when the first of them was sent."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from livingroom.branches.models import Branch
from livingroom.posts.models import Offer, Placement, Post
from livingroom.segments.asking import branches_of
from livingroom.segments.models import Segment, SegmentUse, SegmentVersion
from livingroom.segments.operations import end_use, use_version
from livingroom.segments.reach import reach_of
from livingroom.shared.events import subject_of
from livingroom.shared.problems import Problem

OFFERS = "offers"  # the purpose that people said yes to


def choosable_segments() -> list[Segment]:
    """Those that may be used for offers."""
    return [row for row in Segment.objects.standing() if row.current and row.current.purpose == OFFERS]


def choosable_versions(keep: SegmentVersion | None = None) -> list[SegmentVersion]:
    """What a post can be for: each segment as it is now, and the version that the post has."""
    found = [row.current for row in Segment.objects.standing() if row.current]
    return [keep, *found] if keep is not None and keep not in found else found


def newest_of(version: SegmentVersion | None) -> SegmentVersion | None:
    """What holds now, for a post that says the same again; the old one where the segment was put away."""
    if version is None or version.segment.archived_at is not None:
        return version
    return version.segment.current or version


def is_sealed(used: Offer | Post) -> bool:
    """Once a post was handed to a network, it and its offer keep their segment's version for ever."""
    uses = SegmentUse.objects.filter(used_by=subject_of(used), ended_at=None, frozen_at__isnull=False)
    return used.pk is not None and uses.exists()


def note_segment(used: Offer | Post, *, by: object, now: datetime) -> None:
    """Write down which version it uses, and what for; call it whenever it was saved. Raises CannotUse."""
    if used.segment_version is None:
        end_use(used_by=subject_of(used), now=now)
    else:
        use_version(
            version=used.segment_version, used_by=subject_of(used), by=by, now=now, purpose=_purpose(used)
        )


def seal_segment(placement: Placement, now: datetime) -> None:
    """A post goes out: from now on a changed segment changes nothing for it, nor for its offer."""
    for used in (placement.post, placement.post.offer):
        if used is not None and used.segment_version is not None:
            use_version(
                version=used.segment_version,
                used_by=subject_of(used),
                by="delivery",
                now=now,
                purpose=_purpose(used),
                freeze=True,
            )


def proposed_branches(version: SegmentVersion | None, branches: Iterable[Branch]) -> list[Branch]:
    """Of these branches, those that speak to the segment; none when it is for everybody or no branch can be told from another."""
    if version is None or reach_of(version).is_letters_only:
        return []
    return branches_of(version, branches)


def audience_problems(offer: Offer, branch: Branch) -> Iterator[Problem]:
    """An offer for some is not posted to others."""
    version = offer.segment_version
    if version is not None and not branches_of(version, [branch]):
        yield Problem(f"The offer is for {version.segment}, and {branch} does not speak to them.", "branches")


def addressing_problems(
    version: SegmentVersion | None, offer: Offer | None, branch: Branch
) -> Iterator[Problem]:
    """A post for some may be read by others; whoever sends it there is told."""
    if version is None:
        return
    if offer is not None and version.purpose != OFFERS:
        text = f"{version.segment} may be used for {version.purpose}, not for offers: leave out the offer or the segment."
        yield Problem(text, "segment")
    if not branches_of(version, [branch]):
        text = f"The post is for {version.segment}, and {branch} does not speak to them."
        yield Problem(text, "branches", blocks=False)
    elif reach_of(version).is_letters_only:
        text = f"No branch is known to speak to {version.segment}: only letters and direct messages reach them alone."
        yield Problem(text, "segment", blocks=False)


def change_problem(post: Post, wanted: SegmentVersion | None) -> Problem | None:
    """Why a post cannot be for somebody else any more."""
    kept = post.segment_version
    if post.pk is None or kept == wanted or not is_sealed(post):
        return None
    return Problem(f"It was sent for {kept} and keeps it. Write another post for others.", "segment")


def _purpose(used: Offer | Post) -> str:
    """An offer needs a yes to offers; a post is used for what its segment is there for."""
    return OFFERS if isinstance(used, Offer) else ""
