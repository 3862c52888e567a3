"""Which branches told of an idea, and what came of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Sum

from livingroom.branches.models import Branch
from livingroom.ideas.models import Idea, InAction
from livingroom.links.models import ClickClass, ClickCount
from livingroom.links.operations import short_url
from livingroom.posts.models import Placement


@dataclass(frozen=True)
class Told:
    """One branch that told of an idea: where to read it, its own link, and how many people followed that."""

    idea_id: int
    branch: Branch
    placement_id: int
    post_id: int
    url: str
    short_url: str
    n_clicks: int
    at: datetime | None
    state: str


def told_by(idea: Idea) -> list[Told]:
    """The branches that have told of it, the first first. For the public page: only what is out."""
    return [told for told in told_of([idea.pk]) if told.state == Placement.State.SENT]


def told_of(ideas: Iterable[int]) -> list[Told]:
    """Every placement of the posts that tell of these ideas, drafts as well. For staff."""
    ideas_of: dict[int, list[int]] = {}
    for idea, post in (
        InAction.objects.filter(idea__in=list(ideas)).order_by("pk").values_list("idea", "post")
    ):
        ideas_of.setdefault(post, []).append(idea)
    rows = list(
        Placement.objects.filter(post__in=ideas_of)
        .exclude(state=Placement.State.CANCELLED)
        .select_related("branch", "link")
        .order_by("sent_at", "pk")
    )
    clicks = _clicks([row.link_id for row in rows if row.link_id])
    return [_told(row, idea, clicks) for row in rows for idea in ideas_of[row.post_id]]


def _told(row: Placement, idea: int, clicks: dict[int, int]) -> Told:
    return Told(
        idea, row.branch, row.pk, row.post_id, row.remote_url, short_url(row.link) if row.link else "",
        clicks.get(row.link_id or 0, 0), row.sent_at, row.state,
    )  # fmt: skip


def _clicks(links: list[int]) -> dict[int, int]:
    """Clicks by people; bots, previews and prefetches are none."""
    counts = ClickCount.objects.filter(link__in=links, click_class=ClickClass.HUMAN)
    return dict(counts.order_by().values_list("link").annotate(n=Sum("n")))
