from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from livingroom.dashboards.receipt import read_receipt
from livingroom.orders.models import Order
from livingroom.people.policy import require


@require_safe
def receipt(request: HttpRequest, order_id: int) -> HttpResponse:
    """How do we know? One order with everything that was seen on the way to it."""
    require(request.user, "look")
    order = get_object_or_404(Order.objects.select_related("shop", "customer"), pk=order_id)
    return render(request, "dashboards/receipt.html", {"receipt": read_receipt(order), "order": order})
