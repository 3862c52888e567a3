"""The verbs of groups: arrange one, and close one."""

from datetime import datetime

from django.db import transaction
from django.utils.text import slugify

from livingroom.community.groups.drafts import GroupDraft
from livingroom.community.groups.models import Group
from livingroom.community.groups.segments import note_segment
from livingroom.people.models import Staff
from livingroom.people.policy import require
from livingroom.shared.events import record_event


class SlugTaken(ValueError):
    """Another group has this name in its address."""


def save_group(*, staff: Staff, draft: GroupDraft, now: datetime, group: Group | None = None) -> Group:
    """Write a new or changed group. Raises SlugTaken, PermissionDenied."""
    require(staff, "arrange_ideas")
    row = group or Group(made_at=now, made_by=staff)
    slug = slugify(draft.slug or row.slug or draft.name)[:40].strip("-") or "group"
    if Group.objects.filter(slug=slug).exclude(pk=row.pk).exists():
        raise SlugTaken("Another group has this short name: give this one another.")
    with transaction.atomic():
        row.slug, row.words, row.interests = slug, _kept(draft), list(draft.interests)
        for name in ("name", "intro", "language", "segment", "position", "is_public"):
            setattr(row, name, getattr(draft, name))
        row.save()
        for name in ("branches", "hosts", "categories", "storms"):
            getattr(row, name).set(getattr(draft, name))
        note_segment(row, by=staff, now=now)
        record_event(actor=staff, verb="changed" if group else "made", subject=row, now=now, name=row.name)
    return row


def _kept(draft: GroupDraft) -> dict[str, dict[str, str]]:
    return {code: dict(said) for code, said in draft.words.items() if any(said.values())}
