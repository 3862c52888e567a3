"""The verbs of the library."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import PurePath

from django.db import transaction

from livingroom.people.models import Staff
from livingroom.people.policy import require, require_everywhere
from livingroom.posts.approval.operations import follow_all
from livingroom.posts.media.models import DeskRules, MediaItem
from livingroom.posts.media.storage import keep
from livingroom.posts.models import Placement
from livingroom.shared.events import record_event
from livingroom.shared.pictures import clean_picture, fit_picture

THUMB_SIDE = 480


def add_picture(
    *,
    staff: Staff,
    content: bytes,
    name: str,
    now: datetime,
    folder: str = "",
    tags: Sequence[str] = (),
    alt: str = "",
) -> MediaItem:
    """Take a picture into the library; the same one again is the one that is there. Raises PermissionDenied, NotAPicture."""
    require(staff, "write")
    picture = clean_picture(content)
    thumb = fit_picture(picture.content, max_bytes=None, max_side=THUMB_SIDE)
    for each in (picture, thumb):
        keep(each)
    with transaction.atomic():
        item, is_new = MediaItem.objects.get_or_create(
            digest=picture.digest,
            defaults={
                "name": (PurePath(name).stem or "Picture")[:120],
                "folder": tidy_folder(folder),
                "tags": list(tags),
                "alt": alt.strip()[:1000],
                "media_type": picture.media_type,
                "width": picture.width,
                "height": picture.height,
                "thumb": f"{thumb.digest}.{thumb.ending}",
                "n_bytes": len(picture.content),
                "added_by": staff,
                "added_at": now,
            },
        )
        if item.put_away_at is not None:
            item.put_away_at = None
            item.save(update_fields=["put_away_at"])
        if is_new:
            record_event(actor=staff, verb="added picture", subject=item, now=now, name=item.name)
    return item


def change_picture(
    *, staff: Staff, item: MediaItem, name: str, folder: str, tags: Sequence[str], alt: str, now: datetime
) -> MediaItem:
    """Rename, move, tag or describe a picture. Raises PermissionDenied."""
    require(staff, "write")
    before = {"name": item.name, "folder": item.folder, "tags": item.tags, "alt": item.alt}
    item.name, item.folder = name.strip()[:120] or item.name, tidy_folder(folder)
    item.tags, item.alt = list(tags), alt.strip()[:1000]
    with transaction.atomic():
        item.save(update_fields=["name", "folder", "tags", "alt"])
        record_event(actor=staff, verb="changed picture", subject=item, now=now, before=before)
        told = Placement.objects.filter(post__images__item=item, state__in=Placement.EDITABLE)
        follow_all(told.exclude(versions=None).select_related("post__offer", "branch"), staff=staff, now=now)
    return item


def put_away(*, staff: Staff, item: MediaItem, now: datetime) -> None:
    """Offer a picture no more; posts that have it keep it. Raises PermissionDenied."""
    require(staff, "write")
    item.put_away_at = now
    with transaction.atomic():
        item.save(update_fields=["put_away_at"])
        record_event(actor=staff, verb="put away picture", subject=item, now=now)


def set_desk_rules(*, staff: Staff, rules: DeskRules, now: datetime) -> DeskRules:
    """Change what the brand wants of every post. Raises PermissionDenied."""
    require_everywhere(staff, "arrange")
    with transaction.atomic():
        rules.pk = 1
        rules.save()
        kept = {
            field.name: getattr(rules, field.name)
            for field in DeskRules._meta.concrete_fields
            if field.name not in {"id", "updated_at"}
        }
        record_event(actor=staff, verb="changed the desk’s rules", subject=rules, now=now, **kept)
    return rules


def tidy_folder(folder: str) -> str:
    parts = (" ".join(part.split()) for part in folder.split("/"))
    return "/".join(part for part in parts if part not in {"", ".", ".."})[:120]
