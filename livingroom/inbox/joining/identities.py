"""One customer behind several names: an author gets a customer, and two customers come together, with the evidence kept."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from livingroom.inbox.authors import handle_of
from livingroom.inbox.models import Author
from livingroom.orders.models import Order
from livingroom.people.identities import CustomerMerge, add_mover, merge_customers
from livingroom.people.models import Customer, Handle, Staff
from livingroom.people.policy import require


def customer_of(author: Author, now: datetime) -> Customer:
    """The customer of an author; one whom we do not know yet is made, with the author's name as the handle."""
    if author.customer is not None:
        return author.customer
    kind, value = handle_of((author.network, author.author_id))
    handle = Handle.objects.filter(kind=kind, value=value).select_related("customer").first()
    customer = (
        handle.customer if handle else Customer.objects.create(country=author.country, first_seen_at=now)
    )
    if handle is None:
        Handle.objects.create(customer=customer, kind=kind, value=value, seen_at=now)
    author.customer = customer
    author.save(update_fields=["customer"])
    return customer


def same_person(
    *, staff: Staff, author: Author, other: Author, evidence: str, now: datetime
) -> CustomerMerge:
    """Say that two authors are one person. Raises CannotMerge, PermissionDenied."""
    require(staff, "answer")
    with transaction.atomic():
        kept, gone = customer_of(author, now), customer_of(other, now)
        return merge_customers(staff=staff, kept=kept, other=gone, evidence=evidence, now=now)


def add_movers() -> None:
    """What names a customer in rooms we know: authors, and orders, which are then measured anew."""
    add_mover(Author)
    add_mover(Order, touched=lambda rows: rows.update(changed_at=timezone.now()))
