"""The composer's form: from what was typed, from what is stored, or from what a link asked for."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.http import HttpRequest, QueryDict

from livingroom.branches.models import Branch
from livingroom.posts.audience import choosable_versions, newest_of, proposed_branches
from livingroom.posts.forms import LOCAL, PostForm
from livingroom.posts.media.queries import to_pick
from livingroom.posts.models import Offer, Placement, Post
from livingroom.posts.phrases.beginning import apply_phrase, begin_with
from livingroom.posts.phrases.queries import Offered
from livingroom.posts.queries import current_offers
from livingroom.segments.models import Segment, SegmentVersion


def compose_form(
    request: HttpRequest, post: Post | None, now: datetime, branches: list[Branch], offered: Offered
) -> PostForm:
    offers = current_offers(now, keep=post.offer if post else None)
    segments = choosable_versions(post.segment_version if post else None)
    if request.method == "POST":
        chosen = [int(pk) for pk in request.POST.getlist("images") if pk.isdigit()]
        posted = request.POST.copy()
        if not request.htmx:  # type: ignore[attr-defined]  # a live check carries the button that was pressed last
            apply_phrase(posted, offered, branches, offers)
            choose_fitting(posted, segments, branches)
        return PostForm(
            posted,
            branches=branches,
            offers=offers,
            pictures=to_pick(chosen),
            templates=offered.templates,
            segments=segments,
        )
    initial = _initial(request, post, branches)
    _propose_branches(initial, offers, segments, branches)
    template = offered.template(_number(request.GET.get("template")))
    if template is not None and post is None:
        begin_with(template, initial, branches, offers)
    pictures = to_pick(initial.get("images", []))
    return PostForm(initial=initial, branches=branches, offers=offers, pictures=pictures, segments=segments)


def _initial(request: HttpRequest, post: Post | None, branches: list[Branch]) -> dict[str, Any]:
    source = post or Post.objects.filter(pk=_number(request.GET.get("copy"))).first()
    if source is None:
        asked = request.GET.getlist("branch")
        chosen = [branch.pk for branch in branches if branch.slug in asked]
        return {
            "branches": chosen,
            "offer": request.GET.get("offer", ""),
            "segment": _segment_asked(request.GET.get("segment", "")),
            "at": request.GET.get("at", ""),
            "when": "now",
            "images": [number for text in request.GET.getlist("image") if (number := _number(text))],
        }
    rows, images = list(source.placements.select_related("branch")), list(source.images.all())
    live = [row for row in rows if row.state != Placement.State.CANCELLED]
    due = min((row.due_at.astimezone(row.branch.zone) for row in live if row.due_at), default=None)
    first = rows[0] if rows else None
    return {
        "title": source.title,
        "text": source.text,
        "tags": ", ".join(source.tags),
        "first_comment": source.first_comment,
        "may_split": source.may_split,
        "images": [row.item_id for row in images],
        **{f"alt_{row.item_id}": row.alt_override for row in images},
        **{f"alt_{row.item_id}_{key}": text for row in images for key, text in row.alts.items()},
        "signing": source.signing,
        "begun_from": source.begun_from_id or "",
        "offer": source.offer_id,
        "segment": (source.segment_version_id if post else _number_of(newest_of(source.segment_version)))
        or "",
        "destination": source.destination,
        "code_kind": first.code_kind if first else Placement.Codes.NONE,
        "n_codes": (first.n_codes or None) if first else None,
        "branches": [row.branch_id for row in live],
        "when": "at" if post and due else "now",
        "at": due.strftime(LOCAL) if post and due else "",
        **{f"override_{row.branch_id}": row.text_override for row in rows},
    }


def choose_fitting(posted: QueryDict, segments: Iterable[SegmentVersion], branches: list[Branch]) -> None:
    """Do what *Choose those that speak to them* says to the branches that were chosen so far."""
    if posted.get("do") == "fit":
        fitting = proposed_branches(_version(segments, posted.get("segment", "")), branches)
        posted.setlist("branches", [str(branch.pk) for branch in fitting])


def _propose_branches(
    initial: dict[str, Any],
    offers: Iterable[Offer],
    segments: Iterable[SegmentVersion],
    branches: list[Branch],
) -> None:
    """A new post for a segment, or of an offer for one, begins with the branches that speak to it."""
    if initial.get("branches"):
        return
    wanted = str(initial.get("offer") or "")
    offer = next((row for row in offers if str(row.pk) == wanted), None)
    version = _version(segments, str(initial.get("segment") or "")) or (
        offer.segment_version if offer else None
    )
    initial["branches"] = [branch.pk for branch in proposed_branches(version, branches)]


def _version(segments: Iterable[SegmentVersion], wanted: str) -> SegmentVersion | None:
    return next((row for row in segments if str(row.pk) == wanted), None)


def _segment_asked(slug: str) -> int | str:
    row = Segment.objects.standing().filter(slug=slug).first() if slug else None
    return row.current_id if row and row.current_id else ""


def _number_of(version: SegmentVersion | None) -> int | None:
    return version.pk if version else None


def as_posted(initial: Mapping[str, Any]) -> Any:
    posted = QueryDict(mutable=True)
    for name, value in initial.items():
        if value is False:
            continue  # a box that is not ticked is not sent
        posted.setlist(
            name,
            [str(one) for one in value] if isinstance(value, list) else ["" if value is None else str(value)],
        )
    return posted


def _number(text: str | None) -> int:
    return int(text) if text and text.isdigit() else 0
