"""Reads for the library."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, Q

from livingroom.posts.media.models import MediaItem, PostImage

PAGE_SIZE = 48


@dataclass(frozen=True)
class Shelf:
    """One page of the library."""

    items: list[MediaItem]
    folders: list[tuple[str, int]]
    older: int


def shelf(*, folder: str = "", words: str = "", without_alt: bool = False, before: int = 0) -> Shelf:
    """Pictures, newest first, by folder (with those below it), words of name, alt text and tags."""
    rows = MediaItem.objects.kept().annotate(n_uses=Count("uses"))
    if folder:
        rows = rows.filter(Q(folder=folder) | Q(folder__startswith=f"{folder}/"))
    for word in words.split():
        rows = rows.filter(Q(name__icontains=word) | Q(alt__icontains=word) | Q(tags__icontains=word))
    if without_alt:
        rows = rows.filter(alt="")
    if before:
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-pk")[: PAGE_SIZE + 1])
    counts = MediaItem.objects.kept().values_list("folder").annotate(n=Count("pk")).order_by("folder")
    return Shelf(found[:PAGE_SIZE], list(counts), found[PAGE_SIZE - 1].pk if len(found) > PAGE_SIZE else 0)


def to_pick(chosen: Collection[int]) -> list[MediaItem]:
    """The pictures a composer offers: the chosen ones, then the newest."""
    rows = {item.pk: item for item in MediaItem.objects.filter(pk__in=list(chosen))} if chosen else {}
    newest = MediaItem.objects.kept().exclude(pk__in=list(chosen))[:12]
    return [*(rows[pk] for pk in chosen if pk in rows), *newest]


def used_where(item: MediaItem) -> list[PostImage]:
    """Every post that has the picture, with its placements."""
    rows = item.uses.select_related("post").prefetch_related("post__placements__branch")
    return list(rows.order_by("-post_id")[:200])
