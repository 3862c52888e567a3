"""The staff's pages of events: what is planned, one event with what came of it, and venues with their secrets."""

import csv
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from livingroom.community.events import attendance as door
from livingroom.community.events.announcing import attach_post, draft_post
from livingroom.community.events.attending import counts_of
from livingroom.community.events.forms import BranchesForm, EventForm, VenueForm
from livingroom.community.events.models import Attendance, CameOfIt, Event, Rsvp, Venue
from livingroom.community.events.operations import CannotChange, announce, cancel, save_event
from livingroom.community.events.outcome import outcome_of
from livingroom.community.events.putting_down import put_down, read_reference, take_away
from livingroom.community.events.venues import change_secret, make_venue
from livingroom.community.groups.hearing import n_invited
from livingroom.people.models import Member
from livingroom.people.policy import may, require
from livingroom.posts.models import Post
from livingroom.posts.queries import postable_branches
from livingroom.shared.models import Brand

SHOWN = 100


@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    require(request.user, "look")
    rows = list(
        Event.objects.select_related("host", "venue")
        .annotate(n_there=Count("attendances"))
        .order_by("-starts_at")[:SHOWN]
    )
    found = counts_of(rows)
    context = {
        "rows": [(row, found[row.pk]) for row in rows],
        "may_arrange": may(request.user, "host"),
    }
    return render(request, "community/events/desk.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    staff = require(request.user, "host")
    row = get_object_or_404(Event, pk=pk) if pk else None
    form = EventForm(request.POST or None, event=row)
    if request.method == "POST" and form.is_valid():
        try:
            saved = save_event(staff=staff, draft=form.draft(), now=timezone.now(), event=row)
        except CannotChange as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, "Saved.")
            return redirect("community_event", saved.pk)
    context = {"form": form, "row": row}
    return render(request, "community/events/edit.html", context, status=422 if form.errors else 200)


@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    staff = require(request.user, "look")
    row = get_object_or_404(Event.objects.select_related("host", "venue"), pk=pk)
    context = {
        "row": row,
        "found": outcome_of(row, timezone.now()),
        "currency": Brand.current().reporting_currency,
        "rsvps": row.rsvps.select_related("member").order_by("answer", "waits_since", "at")[:SHOWN],
        "seen": set(row.attendances.filter(source="hand").values_list("member_id", flat=True)),
        "there": row.attendances.select_related("member", "customer")[:SHOWN],
        "groups": row.groups.all(),
        "n_invited": n_invited(row, timezone.now()) if row.state == Event.State.DRAFT else 0,
        "posts": row.event_posts.select_related("post"),
        "branches": BranchesForm(postable_branches(staff)),
        "may_arrange": may(staff, "host"),
        "may_answer": may(staff, "answer_ideas"),
        "sees_people": may(staff, "see_people"),
    }
    return render(request, "community/events/detail.html", context)


@require_GET
def outcome_file(request: HttpRequest, pk: int) -> HttpResponse:
    """What its announcements brought, as rows."""
    require(request.user, "look")
    row = get_object_or_404(Event, pk=pk)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{row.slug}.csv"'
    writer = csv.writer(response)
    writer.writerow(
        ["branch", "post", "state", "due_at", "clicks", "visitors", "orders", "net_minor", "currency"]
    )
    currency = Brand.current().reporting_currency
    for one in outcome_of(row, timezone.now()).placements:
        due = one.placement.due_at.isoformat() if one.placement.due_at else ""
        writer.writerow([
            one.placement.branch.slug, one.placement.post_id, one.placement.state, due, one.n_clicks, one.n_visitors,
            one.n_orders, one.net_minor, currency,
        ])  # fmt: skip
    return response


@require_POST
def deed(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    """Announce, call off."""
    staff, row, now = require(request.user, "host"), get_object_or_404(Event, pk=pk), timezone.now()
    try:
        if what == "announce":
            announce(staff=staff, event=row, now=now)
            messages.success(request, "Everybody can see it now. Choose branches that tell of it.")
        else:
            cancel(staff=staff, event=row, reason=request.POST.get("reason", ""), now=now)
            messages.success(request, "Called off. Who wanted to come is told.")
    except CannotChange as problem:
        messages.error(request, str(problem))
    return redirect("community_event", pk)


@require_POST
def tell(request: HttpRequest, pk: int) -> HttpResponse:
    """Draft the post for the chosen branches, and go on to the desk where it is scheduled."""
    staff, row = require(request.user, "answer_ideas"), get_object_or_404(Event, pk=pk)
    form = BranchesForm(postable_branches(staff), request.POST)
    if not form.is_valid():
        messages.error(request, "Choose at least one branch.")
        return redirect("community_event", pk)
    post = draft_post(
        staff=staff, event=row, branches=list(form.cleaned_data["branches"]), now=timezone.now()
    )
    messages.success(request, "This is the draft. Read it, then schedule it.")
    return redirect("post", post.pk)


@require_POST
def post_attach(request: HttpRequest, pk: int) -> HttpResponse:
    staff, row, number = (
        require(request.user, "answer_ideas"),
        get_object_or_404(Event, pk=pk),
        request.POST.get("post", ""),
    )
    digits = number.strip().rstrip("/").rsplit("/", 1)[-1]
    post = Post.objects.filter(pk=int(digits)).first() if digits.isdecimal() and len(digits) < 18 else None
    if post is None:
        messages.error(request, "There is no such post: paste its address, or its number.")
    else:
        attach_post(staff=staff, event=row, post=post, now=timezone.now())
        messages.success(request, "What its links bring counts here.")
    return redirect("community_event", pk)


@require_POST
def attach(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a conversation or an idea down to it."""
    staff, row = require(request.user, "answer_ideas"), get_object_or_404(Event, pk=pk)
    try:
        conversation, idea = read_reference(request.POST.get("what", ""))
        note = request.POST.get("note", "")
        put_down(staff=staff, event=row, conversation=conversation, idea=idea, note=note, now=timezone.now())
    except CannotChange as problem:
        messages.error(request, str(problem))
    return HttpResponseRedirect(reverse("community_event", args=[pk]) + "#came-of-it")


@require_POST
def detach(request: HttpRequest, pk: int, row_id: int) -> HttpResponse:
    row = get_object_or_404(CameOfIt, pk=row_id, event=pk)
    take_away(staff=require(request.user, "answer_ideas"), row=row, now=timezone.now())
    return HttpResponseRedirect(reverse("community_event", args=[pk]) + "#came-of-it")


@require_POST
def saw(request: HttpRequest, pk: int, rsvp_id: int) -> HttpResponse:
    """Somebody who announced themselves is here."""
    row = get_object_or_404(Rsvp.objects.select_related("event", "member__customer"), pk=rsvp_id, event=pk)
    door.note_by_hand(staff=require(request.user, "answer_ideas"), rsvp=row, now=timezone.now())
    return HttpResponseRedirect(reverse("community_event", args=[pk]) + "#there")


@require_POST
def link(request: HttpRequest, pk: int, row_id: int) -> HttpResponse:
    """Say which member an avatar is; an empty choice takes it back."""
    staff = require(request.user, "see_people")
    row = get_object_or_404(Attendance, pk=row_id, event=pk)
    number = request.POST.get("member", "")
    member = (
        Member.objects.filter(pk=int(number)).first() if number.isdecimal() and len(number) < 18 else None
    )
    door.link(staff=staff, attendance=row, member=member, now=timezone.now())
    return HttpResponseRedirect(reverse("community_event", args=[pk]) + "#there")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def venues(request: HttpRequest) -> HttpResponse:
    """Places in virtual worlds; a new secret is shown this once."""
    staff = require(request.user, "look")
    form, made = VenueForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        try:
            made = make_venue(staff=staff, **form.cleaned_data, now=timezone.now())
            form = VenueForm()
        except CannotChange as problem:
            form.add_error("name", str(problem))
    return _venues(request, form, made, status=422 if form.errors else 200)


@never_cache
@require_POST
def venue_secret(request: HttpRequest, slug: str) -> HttpResponse:
    row = get_object_or_404(Venue, slug=slug)
    secret = change_secret(staff=require(request.user, "set_up"), venue=row, now=timezone.now())
    return _venues(request, VenueForm(), (row, secret))


def _venues(
    request: HttpRequest, form: VenueForm, made: tuple[Venue, str] | None, *, status: int = 200
) -> HttpResponse:
    rows = [
        (row, settings.PUBLIC_URL + reverse("venue_door", args=[row.slug]), row.deliveries.first())
        for row in Venue.objects.all()
    ]
    context: dict[str, Any] = {
        "form": form,
        "rows": rows,
        "made": made,
        "may_set_up": may(request.user, "set_up"),
    }
    return render(request, "community/events/venues.html", context, status=status)
