"""What reading costs: every account that is charged, and the days of one."""

import csv

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from livingroom.networks import spent
from livingroom.networks.models import Connection, ReadingDay
from livingroom.networks.registry import find_network
from livingroom.people.policy import may, require

DEFINITION = (
    "What networks charged for posts and accounts that were read, as booked when they were read, by day in UTC. The price of "
    "each is the network's list price. Version 1."
)


@require_GET
def spending(request: HttpRequest) -> HttpResponse:
    """Money spent on reading, per account and month, beside the budget."""
    require(request.user, "look")
    now = timezone.now()
    accounts = spent.accounts_spending(now)
    months = spent.months_spending([row.connection for row in accounts], now)
    if (kind := request.GET.get("format", "")) in {"csv", "json"}:
        return _file(kind, "spending", [_as_month(row) for row in months])
    context = {
        "accounts": accounts,
        "months": months,
        "charging": [find_network(name).title for name in spent.charging()],
        "may_set_up": may(request.user, "set_up"),
    }
    return render(request, "networks/spending.html", context)


@require_GET
def account_spending(request: HttpRequest, number: int) -> HttpResponse:
    """The days behind one account's figures."""
    require(request.user, "look")
    connection = get_object_or_404(Connection, pk=number)
    days = list(spent.days_of(connection))
    if (kind := request.GET.get("format", "")) in {"csv", "json"}:
        rows = [_as_day(row) for row in days]
        return _file(kind, f"spending-{connection.pk}", rows)
    return render(request, "networks/spending_days.html", {"connection": connection, "days": days})


def _as_month(row: spent.MonthSpending) -> dict[str, object]:
    return {
        "network": row.connection.network,
        "account": row.connection.handle,
        "month": f"{row.month:%Y-%m}",
        "read": row.n_read,
        "amount": f"{row.amount}",
        "currency": row.currency,
    }


def _as_day(row: ReadingDay) -> dict[str, object]:
    return {"on": f"{row.on}", "read": row.n_read, "amount": f"{row.amount}", "currency": row.currency}


def _file(kind: str, name: str, rows: list[dict[str, object]]) -> HttpResponse:
    response: HttpResponse
    if kind == "json":
        response = JsonResponse({"definition": DEFINITION, "rows": rows}, json_dumps_params={"indent": 2})
    else:
        response = HttpResponse(content_type="text/csv; charset=utf-8")
        writer = csv.DictWriter(response, list(rows[0]) if rows else [])
        writer.writeheader()
        writer.writerows(
            {key: f"'{value}" if str(value).startswith(("=", "+", "-", "@")) else value for key, value in row.items()}
            for row in rows
        )  # fmt: skip
    response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return response
