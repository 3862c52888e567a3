"""Change segments: another rule is another version; a use records what for; an export is written down."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.text import slugify

from livingroom.people.models import Staff
from livingroom.people.policy import require
from livingroom.segments.asking import members_of
from livingroom.segments.bands import current_basis
from livingroom.segments.models import Customs, Segment, SegmentUse, SegmentVersion
from livingroom.segments.parsing import RuleProblem, parse
from livingroom.segments.rules import digest_of, to_json
from livingroom.segments.signals import version_made
from livingroom.shared.events import record_event
from livingroom.shared.problems import Problem

LEAST, MOST = 2, 1000


class CannotSave(ValueError):
    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.text)
        self.problem = problem


class CannotUse(ValueError):
    """The words say why."""


def save_segment(
    *,
    staff: Staff,
    name: str,
    rule: object,
    purpose: str,
    ground: str,
    about: str = "",
    why: str = "",
    segment: Segment | None = None,
    now: datetime,
) -> Segment:
    """Make a segment, or change one; what the rule or its ground says otherwise becomes the next version.

    Raises CannotSave, PermissionDenied.
    """
    require(staff, "publish")
    name, purpose = name.strip(), slugify(purpose.strip())[:60]
    try:
        read = parse(rule)
    except RuleProblem as problem:
        raise CannotSave(Problem(str(problem), field="rule")) from None
    _check_words(name, purpose, ground, segment)
    basis = current_basis(now).to_json()
    if segment is not None and segment.current is not None and to_json(read) == segment.current.rule:
        basis = segment.current.basis  # limits of bands are renewed with the rule only
    digest = digest_of(read, purpose=purpose, ground=ground, basis=basis)
    with transaction.atomic():
        segment = segment or Segment(made_at=now, owner=staff, slug=_free_slug(name))
        segment.name, segment.about = name, about.strip()[:300]
        segment.save()
        if segment.current is None or segment.current.digest != digest:
            version = _next_version(
                segment,
                why,
                staff,
                now,
                rule=to_json(read),
                basis=basis,
                purpose=purpose,
                ground=ground,
                digest=digest,
            )
            version_made.send(sender=Segment, version=version, now=now)
        number = segment.current.number if segment.current else 0
        record_event(
            actor=staff, verb="saved", subject=segment, now=now, name=name, version=number, digest=digest
        )
    return segment


def archive_segment(*, staff: Staff, segment: Segment, now: datetime) -> None:
    """Offer it no more; what uses it goes on. Raises PermissionDenied."""
    require(staff, "publish")
    segment.archived_at = segment.archived_at or now
    segment.save(update_fields=["archived_at"])
    record_event(actor=staff, verb="archived", subject=segment, now=now)


def restore_segment(*, staff: Staff, segment: Segment, now: datetime) -> None:
    """Raises PermissionDenied."""
    require(staff, "publish")
    segment.archived_at = None
    segment.save(update_fields=["archived_at"])
    record_event(actor=staff, verb="restored", subject=segment, now=now)


def use_version(
    *,
    version: SegmentVersion,
    used_by: str,
    by: object,
    now: datetime,
    purpose: str = "",
    freeze: bool = False,
) -> SegmentUse:
    """Write down that `used_by` (as the event log names it) uses this version, in place of what it used before.

    Without another `purpose` it is the version's own. Raises CannotUse when it is for something else, or when `used_by` froze
    another version before.
    """
    purpose = purpose or version.purpose
    if purpose != version.purpose:
        raise CannotUse(
            f"{version} may be used for {version.purpose}, not for {purpose}: save a version for that purpose."
        )
    with transaction.atomic():
        standing = SegmentUse.objects.select_for_update().filter(used_by=used_by, ended_at=None).first()
        if standing is not None and standing.version_id == version.pk:
            if freeze and standing.frozen_at is None:
                standing.frozen_at = now
                standing.save(update_fields=["frozen_at"])
            return standing
        if standing is not None and standing.frozen_at is not None:
            raise CannotUse(f"{used_by} was sent with {standing.version} and keeps it.")
        if standing is not None:
            standing.ended_at = now
            standing.save(update_fields=["ended_at"])
        return SegmentUse.objects.create(
            version=version,
            used_by=used_by,
            purpose=purpose,
            by=str(by),
            at=now,
            frozen_at=now if freeze else None,
        )


def end_use(*, used_by: str, now: datetime) -> None:
    """It uses no segment any more; a frozen use stays written down."""
    SegmentUse.objects.filter(used_by=used_by, ended_at=None, frozen_at=None).update(ended_at=now)


def export_members(*, staff: Staff, version: SegmentVersion, now: datetime) -> Iterator[int]:
    """Every member's number, streamed; that somebody took them is written down before the first. Raises PermissionDenied."""
    require(staff, "see_people")
    record_event(
        actor=staff, verb="exported members of", subject=version.segment, now=now, version=version.number,
        purpose=version.purpose, digest=version.digest,
    )  # fmt: skip
    return members_of(version, now)


def set_customs(*, staff: Staff, smallest_group: int, now: datetime) -> Customs:
    """Raises CannotSave, PermissionDenied."""
    require(staff, "set_up")
    if not LEAST <= smallest_group <= MOST:
        raise CannotSave(Problem(f"From {LEAST} to {MOST} people.", field="smallest_group"))
    customs, _ = Customs.objects.update_or_create(pk=1, defaults={"smallest_group": smallest_group})
    record_event(actor=staff, verb="set", subject=customs, now=now, smallest_group=smallest_group)
    return customs


def _check_words(name: str, purpose: str, ground: str, segment: Segment | None) -> None:
    if not name:
        raise CannotSave(Problem("Give the segment a name.", field="name"))
    if Segment.objects.filter(name__iexact=name).exclude(pk=segment.pk if segment else 0).exists():
        raise CannotSave(Problem("Another segment has this name.", field="name"))
    if not purpose:
        raise CannotSave(Problem("Say what it may be used for, in a word such as offers.", field="purpose"))
    if ground not in SegmentVersion.Ground.values:
        raise CannotSave(Problem("Choose the ground it stands on.", field="ground"))


def _next_version(segment: Segment, why: str, staff: Staff, now: datetime, **told: Any) -> SegmentVersion:
    last = segment.versions.order_by("-number").values_list("number", flat=True).first() or 0
    version = SegmentVersion.objects.create(
        segment=segment, number=last + 1, why=why.strip()[:300], made_by=staff, made_at=now, **told
    )
    segment.current = version
    segment.save(update_fields=["current"])
    return version


def _free_slug(name: str) -> str:
    wanted = slugify(name)[:50] or "segment"
    same = Segment.objects.filter(Q(slug=wanted) | Q(slug__startswith=f"{wanted}-"))
    taken = {"new", "customs", *same.values_list("slug", flat=True)}
    number = 2
    slug = wanted
    while slug in taken:
        slug, number = f"{wanted}-{number}", number + 1
    return slug
