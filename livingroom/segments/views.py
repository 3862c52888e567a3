"""Pages of segments, but for the one on which they are written."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from livingroom.people.models import Customer
from livingroom.people.policy import may, require
from livingroom.segments.asking import overlap_of, people_in, sizes_of
from livingroom.segments.bands import Basis
from livingroom.segments.forms import CustomsForm
from livingroom.segments.live import difference, look, sentence_of
from livingroom.segments.models import Customs, PersonFacts, Segment, SegmentUse, SegmentVersion
from livingroom.segments.operations import (
    CannotSave,
    archive_segment,
    export_members,
    restore_segment,
    set_customs,
)
from livingroom.segments.privacy import pairs, shown
from livingroom.segments.users import users_of

PREVIEW = 20
FULL = 8  # segments in the table of overlaps


@dataclass(frozen=True)
class Line:
    segment: Segment
    sentence: str
    size: str
    n_uses: int


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    require(request.user, "look")
    now, customs = timezone.now(), Customs.current()
    is_archive = request.GET.get("show") == "archived"
    rows = list(
        Segment.objects.filter(archived_at__isnull=not is_archive, current__isnull=False).select_related(
            "current", "owner"
        )
    )
    versions = [row.current for row in rows if row.current]
    n_uses = dict(
        SegmentUse.objects.filter(ended_at=None)
        .order_by()
        .values_list("version__segment")
        .annotate(Count("pk"))
    )
    sizes = sizes_of(versions, now)
    smallest = 0 if may(request.user, "see_people") else customs.smallest_group
    context = {
        "lines": [
            Line(row, sentence_of(row.current), shown(sizes[row.current.pk], smallest), n_uses.get(row.pk, 0))
            for row in rows
            if row.current
        ],
        "n_people": PersonFacts.objects.count(),
        "n_archived": Segment.objects.exclude(archived_at=None).count(),
        "is_archive": is_archive,
        "may_publish": may(request.user, "publish"),
        "customs_form": CustomsForm(initial={"smallest_group": customs.smallest_group})
        if may(request.user, "set_up")
        else None,
        "smallest": customs.smallest_group,
        "overlaps": _overlaps(sorted(versions, key=lambda each: -sizes[each.pk])[:FULL])
        if not is_archive
        else None,
    }
    return render(request, "segments/index.html", context)


@require_safe
def segment(request: HttpRequest, slug: str) -> HttpResponse:
    require(request.user, "look")
    found = get_object_or_404(Segment.objects.select_related("current", "owner"), slug=slug)
    now, sees_people = timezone.now(), may(request.user, "see_people")
    version = found.current
    assert version is not None
    live = look(
        version.rule, purpose=version.purpose, ground=version.ground, basis=Basis.of(version.basis), now=now,
        exact=sees_people, leave_out=found.pk,
    )  # fmt: skip
    versions = list(found.versions.select_related("made_by"))
    context = {
        "segment": found,
        "version": version,
        "live": live,
        "versions": [
            (each, sentence_of(each), older)
            for each, older in zip(versions, [*versions[1:], None], strict=True)
        ],
        "users": users_of(found),
        "post_url": reverse("compose"),
        "members": _preview(version) if sees_people else None,
        "may_publish": may(request.user, "publish"),
        "smallest": Customs.current().smallest_group,
    }
    return render(request, "segments/segment.html", context)


@require_safe
def versions(request: HttpRequest, slug: str, old: int, new: int) -> HttpResponse:
    """Two versions beside each other, and how many each of them would hold today."""
    require(request.user, "look")
    found = get_object_or_404(Segment, slug=slug)
    one, other = (get_object_or_404(found.versions, number=number) for number in (old, new))
    now, customs = timezone.now(), Customs.current()
    sizes = sizes_of([one, other], now)
    smallest = 0 if may(request.user, "see_people") else customs.smallest_group
    sides = [(each, sentence_of(each), shown(sizes[each.pk], smallest)) for each in (one, other)]
    return render(
        request,
        "segments/versions.html",
        {"segment": found, "sides": sides, "change": difference(one, other)},
    )


@require_POST
def archive(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Segment, slug=slug)
    archive_segment(staff=require(request.user, "publish"), segment=found, now=timezone.now())
    messages.success(request, f"{found} is put away. What uses it goes on.")
    return redirect("segment", slug)


@require_POST
def restore(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Segment, slug=slug)
    restore_segment(staff=require(request.user, "publish"), segment=found, now=timezone.now())
    messages.success(request, f"{found} can be used again.")
    return redirect("segment", slug)


@require_POST
def customs(request: HttpRequest) -> HttpResponse:
    staff = require(request.user, "set_up")
    form = CustomsForm(request.POST)
    if form.is_valid():
        try:
            set_customs(staff=staff, smallest_group=form.cleaned_data["smallest_group"], now=timezone.now())
            messages.success(request, "Kept. Reports hold to it from now on.")
            return redirect("segments")
        except CannotSave as cannot:
            form.add_error("smallest_group", cannot.problem.text)
    messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
    return redirect("segments")


@require_POST
def members_csv(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    """Every member's number, streamed. It changes something: the event log says who took it."""
    staff = require(request.user, "see_people")
    found = get_object_or_404(Segment.objects.select_related("current"), slug=slug)
    assert found.current is not None
    numbers = export_members(staff=staff, version=found.current, now=timezone.now())
    response = StreamingHttpResponse(_lines(numbers), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = (
        f'attachment; filename="{found.slug}-version-{found.current.number}.csv"'
    )
    return response


def _lines(numbers: Iterator[int]) -> Iterator[str]:
    yield "customer\r\n"
    for number in numbers:
        yield f"{number}\r\n"


def _preview(version: SegmentVersion) -> list[Any]:
    numbers = list(
        people_in(version, timezone.now()).order_by("-last_on", "pk").values_list("pk", flat=True)[:PREVIEW]
    )
    rows = Customer.objects.select_related("segment_facts").in_bulk(numbers)
    return [rows[number] for number in numbers if number in rows]


def _overlaps(chosen: list[SegmentVersion]) -> dict[str, Any] | None:
    if len(chosen) < 2:
        return None
    patterns = overlap_of(chosen, timezone.now())
    table = pairs(patterns, len(chosen), Customs.current().smallest_group)
    return {
        "names": [version.segment for version in chosen],
        "rows": [(version.segment, row) for version, row in zip(chosen, table, strict=True)],
    }
