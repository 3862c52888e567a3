"""What was posted for each segment: placements that went out, the human clicks on their links, and the floor they earned."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, QuerySet, Sum

from livingroom.attribution.models import FLOOR, Evidence
from livingroom.dashboards.period import Period
from livingroom.links.models import ClickClass, ClickCount
from livingroom.posts.models import Placement
from livingroom.segments.models import SegmentVersion

_SEGMENT = "post__segment_version__segment"


@dataclass(frozen=True)
class Posted:
    n_placements: int = 0
    n_clicks: int = 0
    floor_minor: int = 0


def posted_for(versions: Sequence[SegmentVersion], period: Period | None = None) -> dict[int, Posted]:
    """By the segment's number: placements that were sent, clicks and orders in the period, whatever the version was."""
    segments = {version.segment_id for version in versions}
    placements = Placement.objects.filter(
        **{f"{_SEGMENT}__in": segments}, state=Placement.State.SENT, **_within(period, "sent_at")
    )
    clicks = ClickCount.objects.filter(
        **{f"link__placement__{_SEGMENT}__in": segments}, click_class=ClickClass.HUMAN, **_days(period)
    )
    orders = Evidence.objects.filter(
        **{f"placement__{_SEGMENT}__in": segments}, grade__in=FLOOR, **_within(period, "placed_at")
    )
    sent = _by(placements, _SEGMENT, Count("pk"))
    clicked = _by(clicks, f"link__placement__{_SEGMENT}", Sum("n"))
    floor = _by(orders, f"placement__{_SEGMENT}", Sum("order__net_reporting_minor"))
    return {
        number: Posted(sent.get(number, 0), clicked.get(number, 0), floor.get(number, 0))
        for number in segments
    }


def _by(
    rows: QuerySet[Placement] | QuerySet[ClickCount] | QuerySet[Evidence], column: str, figure: Count | Sum
) -> dict[int, int]:
    found = rows.order_by().values_list(column).annotate(figure=figure)
    return {number: int(n or 0) for number, n in found}


def _within(period: Period | None, field: str) -> dict[str, object]:
    return {f"{field}__gte": period.start_at, f"{field}__lt": period.end_at} if period else {}


def _days(period: Period | None) -> dict[str, object]:
    return {"on__gte": period.start_at.date(), "on__lt": period.end_at.date()} if period else {}
