"""What the pages of customers show: rows ready to print."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from livingroom.people.clientele import shown
from livingroom.people.linking.models import LinkProposal
from livingroom.people.models import Customer, CustomerMerge, Handle

ROWS = 50


@dataclass(frozen=True)
class Part:
    """Some rows of a long list, and the key of the rows after them."""

    rows: list[Customer]
    older: int | None


def standing() -> QuerySet[Customer]:
    """Customers who are themselves: who was merged away is found under who was kept."""
    gone = CustomerMerge.objects.filter(other=OuterRef("pk"), undone_at=None)
    return Customer.objects.filter(~Exists(gone))


def newest_customers(*, country: str = "", before: str = "") -> Part:
    """The newest customers; `before` is the key of an earlier part."""
    rows = standing().order_by("-pk").prefetch_related("handles")
    if country:
        rows = rows.filter(country=country.upper())
    if before.isdecimal() and len(before) < 18:
        rows = rows.filter(pk__lt=int(before))
    found = list(rows[: ROWS + 1])
    return Part(found[:ROWS], found[ROWS - 1].pk if len(found) > ROWS else None)


def handles_shown(customer: Customer) -> list[tuple[Handle, str]]:
    """Each handle with its words; of an address we know only that there is one."""
    rows = customer.handles.all()
    return [(row, "A mail address" if row.kind == Handle.Kind.MAIL else _words(row)) for row in rows]


def n_open_links() -> int:
    return LinkProposal.objects.open().count()


def _words(handle: Handle) -> str:
    words = shown((handle.kind, handle.value))
    return words[:1].upper() + words[1:] if handle.kind == Handle.Kind.SHOP else words
