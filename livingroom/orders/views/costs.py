from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import urlencode

from livingroom.branches.models import Branch
from livingroom.orders import queries
from livingroom.orders.costs import record_cost
from livingroom.orders.facts import Unusable
from livingroom.orders.forms import CostForm
from livingroom.orders.models import Cost
from livingroom.orders.views import staff_of
from livingroom.people.policy import may, require
from livingroom.shared.models import Brand
from livingroom.shared.months import read_months


def cost_list(request: HttpRequest) -> HttpResponse:
    """The list of costs, and the form that adds one."""
    brand = Brand.current()
    form = CostForm(
        request.POST or None, initial={"on": timezone.now().date(), "currency": brand.reporting_currency}
    )
    if request.method == "POST":
        require(staff_of(request), "record_orders")
        if form.is_valid() and _record(request, form):
            return redirect("costs")
    chosen = {name: request.GET.get(name, "") for name in ("kind", "branch")}
    months = read_months(request.GET.get("from", ""), request.GET.get("to", ""))
    costs = queries.chosen_costs(**chosen, months=months)
    part = queries.newest_costs(costs, before=request.GET.get("before", ""))
    here = urlencode({name: value for name, value in {**chosen, **months.parameters}.items() if value})
    context = {
        "costs": part.rows,
        "older_url": f"?{here}&before={part.older}" if part.older else "",
        "newer_url": f"?{here}" if request.GET.get("before") else "",
        "totals": queries.cost_totals(costs),
        "chosen": {**chosen, **months.parameters},
        "first_month": months.parameters.get("from", ""),
        "last_month": months.parameters.get("to", ""),
        "kinds": Cost.Kind.choices,
        "branches": Branch.objects.only("slug", "name"),
        "form": form,
        "hour_minor": brand.staff_hour_minor,
        "reporting_currency": brand.reporting_currency,
        "may_record": may(staff_of(request), "record_orders"),
    }
    return render(request, "orders/costs.html", context, status=422 if form.errors else 200)


def _record(request: HttpRequest, form: CostForm) -> bool:
    data = form.cleaned_data
    try:
        record_cost(
            actor=staff_of(request),
            kind=data["kind"],
            on=data["on"],
            now=timezone.now(),
            amount_minor=data.get("amount_minor"),
            currency=data["currency"],
            minutes=data["minutes"],
            branch=data["branch"],
            text=data["text"],
        )
    except Unusable as problem:
        form.add_error(problem.field if problem.field in form.fields else None, problem.text)
        return False
    messages.success(request, "The cost is recorded.")
    return True
