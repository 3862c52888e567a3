from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from livingroom.orders import queries, rates
from livingroom.orders.models import Import, Order
from livingroom.orders.views import staff_of
from livingroom.people.policy import may
from livingroom.shared.places import countries

FILTERS = ("shop", "country", "state", "text")


@require_safe
def orders(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    chosen = {name: request.GET.get(name, "").strip() for name in FILTERS}
    part = queries.newest_orders(**chosen, before=request.GET.get("before", ""))
    health = queries.intake_health(now)
    here = urlencode({name: value for name, value in chosen.items() if value})
    rates_until = rates.current_book().newest
    return render(
        request,
        "orders/orders.html",
        {
            "health": health,
            "n_today": sum(row.n_today for row in health),
            "n_dead": sum(row.n_dead for row in health),
            "n_waiting": sum(row.n_waiting for row in health),
            "n_refused": sum(row.n_refused for row in health),
            "orders": part.rows,
            "older_url": f"?{here}&before={part.older}" if part.older else "",
            "newer_url": f"?{here}" if request.GET.get("before") else "",
            "chosen": chosen,
            "is_filtered": bool(here),
            "countries": countries(),
            "imports": Import.objects.select_related("shop")[:5],
            "rates_until": rates_until,
            "rates_are_old": (now.date() - rates_until).days > rates.OLDEST_DAYS,
            "may_record": may(staff_of(request), "record_orders"),
            "may_set_up": may(staff_of(request), "set_up"),
        },
    )


@require_safe
def order(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Order.objects.select_related("shop"), pk=pk)
    return render(
        request,
        "orders/order.html",
        {
            "order": found,
            "entries": found.entries.all(),
            "deliveries": found.intake.order_by("id").defer("body")[:50],
        },
    )
