"""Reports of false accounts: the public's form, and the staff's list."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from livingroom.frontdoor import operations
from livingroom.frontdoor.checking import check
from livingroom.frontdoor.models import Suspect
from livingroom.frontdoor.reporting import Stale, read_token
from livingroom.frontdoor.views.public import checked_page
from livingroom.people.policy import may, require
from livingroom.shared.visitors import visitor_address


@csrf_exempt  # nobody is signed in here, so there is nothing to abuse; the form's own token says where it came from
@require_POST
def report_account(request: HttpRequest) -> HttpResponse:
    """Keep what a visitor says about an account that is not ours."""
    try:
        text = read_token(request.POST.get("token", ""))
    except Stale:
        return checked_page(request, request.POST.get("account", "")[:500], told="stale", status=400)
    if request.POST.get("website"):  # a field that people do not see, and machines fill in
        return checked_page(request, text, told="thanks")
    try:
        operations.report_account(
            text=text,
            verdict=check(text),
            note=request.POST.get("note", "").strip(),
            address=visitor_address(request),
            now=timezone.now(),
        )
    except operations.TooMany:
        return checked_page(request, text, told="too_many", status=429)
    except operations.NothingToReport:
        return checked_page(request, text)
    return checked_page(request, text, told="thanks")


@require_GET
def suspects(request: HttpRequest) -> HttpResponse:
    """What visitors reported, what waits first."""
    staff = require(request.user, "look")
    show_all = request.GET.get("show") == "all"
    rows = Suspect.objects.prefetch_related("reports").select_related("settled_by")
    page = Paginator(rows if show_all else rows.waiting(), 50).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "show_all": show_all,
        "n_waiting": Suspect.objects.waiting().count(),
        "n_all": Suspect.objects.count(),
        "outcomes": Suspect.Outcome.choices,
        "may_settle": may(staff, "publish"),
    }
    return render(request, "frontdoor/suspects.html", context)


@require_POST
def suspect_settle(request: HttpRequest, suspect_id: int) -> HttpResponse:
    """Write down what became of a reported account."""
    staff = require(request.user, "publish")
    suspect = get_object_or_404(Suspect, pk=suspect_id)
    outcome = request.POST.get("outcome", "")
    if outcome not in Suspect.Outcome.values:
        messages.error(request, "Choose what became of it.")
    else:
        operations.settle_suspect(staff=staff, suspect=suspect, outcome=outcome, now=timezone.now())
        messages.success(request, f"{suspect}: {suspect.get_outcome_display().lower()}.")
    return redirect("suspects")
