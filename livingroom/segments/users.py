"""Who uses a segment, ready to print: how many of each kind, and the newest of them with their pages.

Rooms above say where their rows have a page: `add_page("offer", "offer")`, the kind as the event log names it and the URL's name.
"""

from collections import Counter
from dataclasses import dataclass

from django.urls import reverse

from livingroom.segments.models import Segment, SegmentUse

SHOWN = 20
_pages: dict[str, str] = {}


@dataclass(frozen=True)
class Use:
    row: SegmentUse
    url: str


@dataclass(frozen=True)
class Users:
    """`counts` has kinds with how many use the segment now; `newest` those that ended, too."""

    counts: list[tuple[str, int]]
    newest: list[Use]
    n_more: int


def add_page(kind: str, url_name: str) -> None:
    """Let a room above say where its rows are looked at."""
    _pages[kind] = url_name


def users_of(segment: Segment) -> Users:
    uses = SegmentUse.objects.filter(version__segment=segment).select_related("version")
    kinds = Counter(
        name.partition(" ")[0] for name in uses.filter(ended_at=None).values_list("used_by", flat=True)
    )
    newest = [Use(row, _url(row.used_by)) for row in uses.order_by("-at", "-pk")[:SHOWN]]
    return Users(sorted(kinds.items()), newest, uses.count() - len(newest))


def _url(used_by: str) -> str:
    kind, _, number = used_by.partition(" ")
    return reverse(_pages[kind], args=[int(number)]) if kind in _pages and number.isdecimal() else ""
