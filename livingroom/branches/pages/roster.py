"""Who is on duty, and what is told about a branch by hand."""

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from livingroom.branches import operations
from livingroom.branches.forms_care import AddressForm, FactsForm, FigureForm, ShiftForm
from livingroom.branches.models import Address, Branch, Shift
from livingroom.branches.roster import hosts_on_duty, week_of
from livingroom.people.policy import may, require


def roster(request: HttpRequest, slug: str) -> HttpResponse:
    """The week of a branch on its own clock; POST puts a host on duty."""
    branch, now = get_object_or_404(Branch, slug=slug), timezone.now()
    may_arrange = may(request.user, "arrange", branch)
    form = ShiftForm(request.POST or None)
    if request.method == "POST":
        staff = require(request.user, "arrange", branch)
        if form.is_valid():
            operations.add_shifts(staff=staff, branch=branch, now=now, **form.cleaned_data)
            messages.success(request, f"{form.cleaned_data['host']} is on the roster.")
            return redirect("roster", branch.slug)
    here = hosts_on_duty([branch.pk], now).get(branch.pk, set())
    context = {
        "branch": branch,
        "week": week_of(branch),
        "form": form,
        "local": f"{now.astimezone(branch.zone):%A, %H:%M}",
        "on_duty": [host for host in branch.hosts.all() if host.pk in here],
        "may_arrange": may_arrange,
    }
    return render(request, "branches/roster.html", context, status=422 if form.errors else 200)


@require_POST
def shift_drop(request: HttpRequest, slug: str, shift_id: int) -> HttpResponse:
    shift = get_object_or_404(Shift.objects.select_related("branch", "host"), pk=shift_id, branch__slug=slug)
    operations.drop_shift(
        staff=require(request.user, "arrange", shift.branch), shift=shift, now=timezone.now()
    )
    messages.success(request, f"{shift} is off the roster.")
    return redirect("roster", slug)


def facts(request: HttpRequest, slug: str) -> HttpResponse:
    """What is told about a branch by hand: its words, its face, further addresses, and figures somebody counted."""
    branch, now = get_object_or_404(Branch, slug=slug), timezone.now()
    which = request.POST.get("which", "") if request.method == "POST" else ""
    forms = {
        "facts": FactsForm(request.POST if which == "facts" else None, instance=branch),
        "address": AddressForm(request.POST if which == "address" else None),
        "figure": FigureForm(
            request.POST if which == "figure" else None, initial={"on": now.date()}, today=now.date()
        ),
    }
    if which in forms and forms[which].is_valid():
        _keep(request, branch, which, forms)
        messages.success(request, "Kept.")
        return redirect("branch_facts", branch.slug)
    context = {
        "branch": branch,
        **{f"{name}_form": form for name, form in forms.items()},
        "addresses": branch.addresses.all(),
        "figures": branch.hand_figures.all()[:30],
        "may_arrange": may(request.user, "arrange", branch),
        "may_publish": may(request.user, "publish", branch),
    }
    is_wrong = any(form.errors for form in forms.values())
    return render(request, "branches/facts.html", context, status=422 if is_wrong else 200)


@require_POST
def address_drop(request: HttpRequest, slug: str, address_id: int) -> HttpResponse:
    address = get_object_or_404(Address.objects.select_related("branch"), pk=address_id, branch__slug=slug)
    operations.drop_address(
        staff=require(request.user, "arrange", address.branch), address=address, now=timezone.now()
    )
    messages.success(request, f"{address} is forgotten.")
    return redirect("branch_facts", slug)


def _keep(request: HttpRequest, branch: Branch, which: str, forms: Mapping[str, object]) -> None:
    now = timezone.now()
    form = forms[which]
    if isinstance(form, FactsForm):
        operations.save_facts(
            staff=require(request.user, "arrange", branch), branch=form.save(commit=False), now=now
        )
    elif isinstance(form, AddressForm):
        staff = require(request.user, "arrange", branch)
        operations.add_address(staff=staff, branch=branch, now=now, **form.cleaned_data)
    elif isinstance(form, FigureForm):
        staff = require(request.user, "publish", branch)
        operations.record_figure(staff=staff, branch=branch, now=now, **form.cleaned_data)
