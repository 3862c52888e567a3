"""The queue of customers who may be one person, and the receipts of those who were erased."""

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from livingroom.people.customers.queries import handles_shown
from livingroom.people.erasure.models import ErasureReceipt
from livingroom.people.erasure.running import digest_of, said_by
from livingroom.people.identities import CannotMerge
from livingroom.people.linking.deciding import accept_link, refuse_link
from livingroom.people.linking.models import LinkProposal
from livingroom.people.policy import require

AT_ONCE = 30


@require_safe
def links(request: HttpRequest) -> HttpResponse:
    """Pairs that wait for a person, with what both did; and what was decided last."""
    require(request.user, "see_people")
    rows = LinkProposal.objects.select_related("one", "two", "decided_by").prefetch_related(
        "one__handles", "two__handles"
    )
    waiting = rows.open()
    decided = rows.exclude(state=LinkProposal.State.OPEN).order_by("-decided_at")
    context = {
        "waiting": [(row, handles_shown(row.one), handles_shown(row.two)) for row in waiting[:AT_ONCE]],
        "n_waiting": waiting.count(),
        "decided": decided[:AT_ONCE],
    }
    return render(request, "people/customers/links.html", context)


@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    staff = require(request.user, "see_people")
    proposal = get_object_or_404(LinkProposal, pk=pk)
    try:
        if request.POST.get("answer") == "yes":
            merge = accept_link(staff=staff, proposal=proposal, now=timezone.now())
            messages.success(
                request, f"Customers {merge.kept_id} and {merge.other_id} are one. It can be undone."
            )
        else:
            refuse_link(staff=staff, proposal=proposal, now=timezone.now())
            messages.success(request, "They stay two, and this is not asked again.")
    except CannotMerge as problem:
        messages.error(request, str(problem))
    return redirect("customer_links")


@require_safe
def receipts(request: HttpRequest) -> HttpResponse:
    require(request.user, "see_people")
    searched = request.GET.get("q", "").strip().upper()
    rows = ErasureReceipt.objects.all()
    if searched:
        rows = rows.filter(Q(number=searched) | Q(digest=searched.lower()))
    return render(request, "people/customers/receipts.html", {"rows": rows[:100], "searched": searched})


@require_safe
def receipt(request: HttpRequest, number: str) -> HttpResponse:
    """What was erased and where; the page asks for itself again while the work goes on."""
    require(request.user, "see_people")
    found = get_object_or_404(ErasureReceipt, number=number)
    is_done = found.state == ErasureReceipt.State.DONE
    context = {
        "receipt": found,
        "is_done": is_done,
        "rooms": [(room, sorted(counts.items())) for room, counts in sorted(found.rooms.items())],
        "left": sorted(dict(found.searched.get("left", {})).items()),
        "holds": is_done and digest_of(found) == found.digest,
    }
    return render(request, "people/customers/receipt.html", context)


@require_safe
def receipt_file(request: HttpRequest, number: str) -> JsonResponse:
    """The receipt to give away."""
    require(request.user, "see_people")
    found = get_object_or_404(ErasureReceipt, number=number, state=ErasureReceipt.State.DONE)
    response = JsonResponse({**said_by(found), "digest": found.digest}, json_dumps_params={"indent": 1})
    response["Content-Disposition"] = f'attachment; filename="{found.number}.json"'
    return response
