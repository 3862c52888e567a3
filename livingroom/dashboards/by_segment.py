"""What each segment bought and what was posted for it; never for a group so small that it tells of people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache

from livingroom.attribution.models import Evidence
from livingroom.dashboards.bought import Bought, added, bought_by_pattern, told_parts
from livingroom.dashboards.period import Period
from livingroom.dashboards.posted_for import Posted, posted_for
from livingroom.segments.asking import MOST_TOGETHER, overlap_of
from livingroom.segments.clock import as_of
from livingroom.segments.live import sentence_of
from livingroom.segments.models import Customs, PersonFacts, Segment, SegmentVersion
from livingroom.segments.privacy import intersections, shown, too_near
from livingroom.shared.paging import page_words, pages_of

NOT_TOLD = "not told"
PAGE = MOST_TOGETHER
LAID_FOR_SECONDS = 600  # laying a hundred segments over two million people takes seconds


@dataclass(frozen=True)
class Row:
    """One segment; a figure that must not be told is None, and `people` says so in words."""

    version: SegmentVersion
    sentence: str
    people: str
    n_people: int | None
    posted: Posted
    n_orders: int | None = None
    net_minor: int | None = None
    floor_minor: int | None = None
    ceiling_minor: int | None = None


@dataclass(frozen=True)
class BySegment:
    """One page of segments, the largest first. `n_found` fit the search, `n_all` are in use."""

    rows: list[Row]
    smallest: int
    n_found: int = 0
    n_all: int = 0
    page: int = 1

    @property
    def n_pages(self) -> int:
        return pages_of(self.n_found, PAGE)

    @property
    def page_words(self) -> str:
        return page_words(self.page, PAGE, self.n_found)


def read_by_segment(
    now: datetime, *, period: Period | None = None, search: str = "", page: int = 1, size: int = PAGE
) -> BySegment:
    """Segments in use, over the orders of a period; over all without one.

    Which of them may stand beside each other is decided over all that are in use, whatever page or search they are on.
    """
    versions, smallest = versions_in_use(), Customs.current().smallest_group
    if not versions:
        return BySegment([], smallest)
    patterns = laid_over(versions, now)
    hidden = too_near(patterns, len(versions), smallest)
    sizes = intersections(patterns, len(versions)).diagonal()
    places = [place for place, version in enumerate(versions) if _fits(version.segment, search)]
    places.sort(key=lambda place: (place in hidden, 0 if place in hidden else -sizes[place], place))
    page = min(max(page, 1), max(1, -(-len(places) // size)))
    chosen = places[(page - 1) * size : page * size]
    rows = _rows([versions[place] for place in chosen], now, period)
    return BySegment(
        [
            _row(rows, versions[place], number, int(sizes[place]), smallest, is_hidden=place in hidden)
            for number, place in enumerate(chosen)
        ],
        smallest,
        len(places),
        len(versions),
        page,
    )


def versions_in_use() -> list[SegmentVersion]:
    return [row.current for row in Segment.objects.standing() if row.current]


def laid_over(versions: Sequence[SegmentVersion], now: datetime) -> Mapping[int, int]:
    """The patterns of all of them, counted once for who turns pages."""
    versions_hash = hash(tuple(version.pk for version in versions))
    key = f"segments-laid-{as_of(now)}-{PersonFacts.objects.count()}-{versions_hash}"
    found: Mapping[int, int] | None = cache.get(key)
    if found is None:
        found = overlap_of(versions, now)
        cache.set(key, found, LAID_FOR_SECONDS)
    return found


@dataclass(frozen=True)
class _Page:
    """What was bought and posted, for the segments of one page."""

    bought: Mapping[int, Bought]
    posted: Mapping[int, Posted]
    has_evidence: bool


def _rows(versions: Sequence[SegmentVersion], now: datetime, period: Period | None) -> _Page:
    bought = {}
    for start in range(0, len(versions), MOST_TOGETHER):
        some = versions[start : start + MOST_TOGETHER]
        found = bought_by_pattern(some, now, period)
        for place in range(len(some)):
            bought[start + place] = added(found, (mask for mask in found if mask >> place & 1))
    return _Page(bought, posted_for(versions, period), Evidence.objects.exists())


def _row(page: _Page, version: SegmentVersion, number: int, n: int, smallest: int, *, is_hidden: bool) -> Row:
    posted = page.posted.get(version.segment_id, Posted())
    if is_hidden:
        words = shown(n, smallest)
        return Row(version, sentence_of(version), words if n < smallest else NOT_TOLD, None, posted)
    whole = page.bought[number]
    told = told_parts(whole.people, smallest, has_evidence=page.has_evidence)
    return Row(
        version,
        sentence_of(version),
        f"{n:,}",
        n,
        posted,
        whole.orders["all"] if told["all"] else None,
        whole.net_minor["all"] if told["all"] else None,
        whole.net_minor["floor"] if told["floor"] else None,
        whole.net_minor["ceiling"] if told["ceiling"] else None,
    )


def _fits(segment: Segment, search: str) -> bool:
    wanted = search.casefold().split()
    said = f"{segment.name} {segment.about}".casefold()
    return all(word in said for word in wanted)
