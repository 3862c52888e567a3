"""The customers of one batch of orders or rows, found by their handles or made, and written together.

A handle that is somebody's stays theirs. Where one order or row names two customers by two handles, that is noted as a link.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from livingroom.people.models import Customer, Handle

Identity = tuple[str, str]
SAME_MAIL = "same mail address"


class Clientele:
    """Customers and handles of one batch; new ones are written together by `save`."""

    def __init__(self, identities: Iterable[Identity]) -> None:
        self._known: dict[Identity, Customer] = {}
        self._new_customers: list[Customer] = []
        self._new_handles: dict[Identity, tuple[Customer, datetime]] = {}
        self._earlier: dict[int, Customer] = {}
        self._one_person: list[tuple[Customer, Customer, Identity, Identity]] = []
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

    def add(self, *, country: str, at: datetime, language: str = "") -> Customer:
        customer = Customer(country=country, language=language, first_seen_at=at)
        self._new_customers.append(customer)
        return customer

    def attach(self, customer: Customer, identities: list[Identity], at: datetime) -> int:
        """Remember that these handles are this customer's. Returns how many are new; those that are somebody's stay theirs."""
        n = 0
        for identity in identities:
            owner = self._known.get(identity)
            if owner is None:
                self._known[identity] = customer
                self._new_handles[identity] = (customer, at)
                n += 1
            elif owner is not customer:
                self._one_person.append((customer, owner, identities[0], identity))
        return n

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
        if self._one_person:
            self._note_links()

    def _note_links(self) -> None:
        from django.utils import timezone

        from livingroom.people.linking.proposing import Find, keep_finds

        keep_finds(
            [
                Find(
                    customer.pk,
                    owner.pk,
                    SAME_MAIL,
                    f"{shown(first)} came with {shown(second)}, by which the other is known.",
                    is_certain=not _has_another_number(owner, first),
                )
                for customer, owner, first, second in self._one_person
            ],
            timezone.now(),
        )


def shown(identity: Identity) -> str:
    """A handle in words: no hash tells a person anything."""
    kind, value = identity
    if kind == Handle.Kind.MAIL:
        return "one and the same mail address"
    place, _, name = value.partition(":")
    return f"customer number {name} of shop {place}" if kind == Handle.Kind.SHOP else f"{name} on {place}"


def _has_another_number(customer: Customer, identity: Identity) -> bool:
    """A shop gives one number to one person: with two of them, the address may be a marketplace's or a family's."""
    shop = identity[1].partition(":")[0]
    numbers = Handle.objects.filter(customer=customer, kind=Handle.Kind.SHOP, value__startswith=f"{shop}:")
    return numbers.exclude(value=identity[1]).exists()
