"""Customers one by one: the list, the search, one customer's page and what can be done for them."""

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from livingroom.people.consents.operations import withdraw_consent
from livingroom.people.customers.queries import handles_shown, n_open_links, newest_customers
from livingroom.people.erasure.operations import ask_erasure
from livingroom.people.export.writing import export_of
from livingroom.people.finding import as_searched, find_customers
from livingroom.people.identities import CannotMerge, CustomerMerge, standing_merges, undo_merge
from livingroom.people.models import Customer
from livingroom.people.parts import shown_parts
from livingroom.people.persons import root_of
from livingroom.people.policy import may, require
from livingroom.shared.models import Brand


@require_safe
def customers(request: HttpRequest) -> HttpResponse:
    """The newest customers, or those that fit what was searched; an address never stands in the page's own address."""
    require(request.user, "see_people")
    searched, country = request.GET.get("q", ""), request.GET.get("country", "")
    part = newest_customers(country=country, before=request.GET.get("before", ""))
    rows = find_customers(searched) if searched else part.rows
    key = {"country": country, "before": str(part.older)}
    older = "" if searched or part.older is None else f"?{urlencode(key)}"
    context = {
        "rows": [(row, handles_shown(row)) for row in rows],
        "searched": "" if searched.startswith("mail:") else searched,
        "is_search": bool(searched),
        "country": country,
        "older_url": older,
        "newer_url": reverse("customers") if request.GET.get("before") else "",
        "n_links": n_open_links(),
        "may_erase": may(request.user, "erase_people"),
    }
    return render(request, "people/customers/list.html", context)


@require_POST
def search(request: HttpRequest) -> HttpResponse:
    """Take what was searched out of a form, so that no address lands in a log, and show who it is."""
    require(request.user, "see_people")
    searched = as_searched(request.POST.get("q", ""))
    found = find_customers(searched) if searched else []
    if len(found) == 1:
        return redirect("customer", root_of(found[0]).pk)
    return redirect(f"{reverse('customers')}?{urlencode({'q': searched})}" if searched else "customers")


@require_safe
def customer(request: HttpRequest, pk: int) -> HttpResponse:
    """All we know of one customer, and what led us to believe it."""
    require(request.user, "see_people")
    found = get_object_or_404(Customer, pk=pk)
    kept = root_of(found)
    if kept.pk != found.pk:
        messages.info(request, f"Customer {found.pk} is customer {kept.pk}.")
        return redirect("customer", kept.pk)
    context = {
        "customer": found,
        "handles": handles_shown(found),
        "merges": standing_merges(found),
        "consents": found.consents.all(),
        "parts": shown_parts(request, found),
        "may_part": may(request.user, "answer"),
        "may_erase": may(request.user, "erase_people"),
    }
    return render(request, "people/customers/customer.html", context)


@require_POST
def export(request: HttpRequest, pk: int) -> FileResponse:
    """Everything about one customer as a ZIP."""
    found = get_object_or_404(Customer, pk=pk)
    now = timezone.now()
    file = export_of(by=require(request.user, "see_people"), customer=found, now=now)
    name = f"{Brand.current().name} customer {found.pk} {now:%Y-%m-%d}.zip"
    return FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")


def erase(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what will happen, and ask for the customer's number, before anything does."""
    staff = require(request.user, "erase_people")
    found = root_of(get_object_or_404(Customer, pk=pk))
    problem = ""
    if request.method == "POST":
        if request.POST.get("number", "").strip() == str(found.pk):
            receipt = ask_erasure(
                by=staff,
                customer=found,
                now=timezone.now(),
                mail=request.POST.get("mail", ""),
                is_for_good=bool(request.POST.get("is_for_good")),
            )
            return redirect("erasure_receipt", receipt.number)
        problem = f"Write the customer’s number, {found.pk}, to erase them."
    context = {"customer": found, "problem": problem}
    return render(request, "people/customers/erase.html", context, status=422 if problem else 200)


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Customer, pk=pk)
    purpose = request.POST.get("purpose", "")
    n = withdraw_consent(
        by=require(request.user, "see_people"), customer=found, purpose=purpose, now=timezone.now()
    )
    messages.success(
        request, f"Their yes to {purpose} is taken back." if n else "Nothing of that kind stands."
    )
    return redirect("customer", found.pk)


@require_POST
def part(request: HttpRequest, pk: int, merge_id: int) -> HttpResponse:
    """Undo a merge: every row goes back to whom it came from."""
    merge = get_object_or_404(CustomerMerge, pk=merge_id, kept=pk)
    try:
        undo_merge(staff=require(request.user, "see_people"), merge=merge, now=timezone.now())
        messages.success(request, f"Customer {merge.other_id} stands alone again.")
    except CannotMerge as problem:
        messages.error(request, str(problem))
    return redirect("customer", pk)
