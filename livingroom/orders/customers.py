"""Who bought: the customers of one batch of orders, found by their handles or made.

A shop's customer number counts before a mail address. An order that tells neither has a customer of its own,
whom we cannot know again.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from livingroom.orders.facts import Sale
from livingroom.people.models import Customer, Handle

Identity = tuple[str, str]


def identities_of(sale: Sale, shop_slug: str) -> list[Identity]:
    found = []
    if sale.customer_number:
        found.append((Handle.Kind.SHOP.value, f"{shop_slug}:{sale.customer_number}"[:160]))
    if sale.mail:
        found.append((Handle.Kind.MAIL.value, sale.mail))
    return found


class Clientele:
    """Customers and handles of one batch; new ones are written together by `save`."""

    def __init__(self, identities: Iterable[Identity]) -> None:
        self._known: dict[Identity, Customer] = {}
        self._new_customers: list[Customer] = []
        self._new_handles: dict[Identity, tuple[Customer, datetime]] = {}
        self._earlier: dict[int, Customer] = {}
        self._find(sorted(set(identities)))

    def _find(self, identities: list[Identity]) -> None:
        wanted = Q()
        for kind in {kind for kind, _ in identities}:
            wanted |= Q(kind=kind, value__in=[value for its, value in identities if its == kind])
        if not wanted:
            return
        # Two orders of one person at once must agree on which was first: the second waits for the first.
        rows = Handle.objects.filter(wanted).select_related("customer").order_by("customer_id")
        by_id: dict[int, Customer] = {}
        for handle in rows.select_for_update(of=("customer",), no_key=True):
            self._known[handle.kind, handle.value] = by_id.setdefault(handle.customer_id, handle.customer)

    def known(self, identities: list[Identity]) -> Customer | None:
        return next((self._known[identity] for identity in identities if identity in self._known), None)

    def add(self, *, country: str, at: datetime) -> Customer:
        customer = Customer(country=country, first_seen_at=at)
        self._new_customers.append(customer)
        return customer

    def attach(self, customer: Customer, identities: list[Identity], at: datetime) -> None:
        """Remember that these handles are this customer's; a handle that is somebody's stays theirs."""
        for identity in identities:
            if identity not in self._known:
                self._known[identity] = customer
                self._new_handles[identity] = (customer, at)

    def orders_at(self, customer: Customer, at: datetime) -> bool:
        """Note an order of the customer; True when none is earlier."""
        if customer.first_order_at is not None and customer.first_order_at <= at:
            return False
        customer.first_order_at = at
        if customer.pk:
            self._earlier[customer.pk] = customer
        return True

    def save(self) -> None:
        Customer.objects.bulk_create(self._new_customers)
        if self._earlier:
            Customer.objects.bulk_update(self._earlier.values(), ["first_order_at"])
        handles = [
            Handle(customer=customer, kind=kind, value=value, seen_at=at)
            for (kind, value), (customer, at) in sorted(self._new_handles.items(), key=lambda item: item[0])
        ]
        if handles:
            Handle.objects.bulk_create(handles)
