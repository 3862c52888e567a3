"""What this room gives to an export."""

from collections.abc import Sequence

from livingroom.people.consents.models import Consent
from livingroom.people.export.registry import Sheet
from livingroom.people.models import Customer, CustomerMerge, Handle
from livingroom.people.persons import Person


def sheets_of(person: Person) -> Sequence[Sheet]:
    numbers = person.customers
    return [
        Sheet(
            "records",
            "Your records",
            Customer.objects.filter(pk__in=numbers).values(
                "id", "country", "language", "first_seen_at", "first_order_at"
            ),
        ),
        Sheet(
            "handles",
            "How we know you",
            Handle.objects.filter(customer__in=numbers).values("kind", "value", "seen_at"),
        ),
        Sheet(
            "consents",
            "What you agreed to",
            Consent.objects.filter(customer__in=numbers).values(
                "purpose", "given_at", "source", "withdrawn_at"
            ),
        ),
        Sheet(
            "merges",
            "Records we found to be yours",
            CustomerMerge.objects.filter(kept__in=numbers, undone_at=None).values(
                "evidence", "at", "by_rule"
            ),
        ),
    ]
