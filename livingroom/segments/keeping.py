"""Keep the narrow rows equal to the rows they come from, reading only what changed."""

from datetime import datetime

from django.db import transaction

from livingroom.people.models import Customer
from livingroom.segments.clock import as_of
from livingroom.segments.models import PersonFacts, Progress, StalePerson
from livingroom.segments.noticing import find_changes
from livingroom.segments.reading import chunks
from livingroom.segments.writing import refresh

AT_ONCE, SWEEP = 2_000, 4_000


def keep(now: datetime, *, at_most: int = 20) -> int:
    """Find what changed, and read those people anew, in so many batches at most. Returns how many people were read."""
    today = as_of(now)
    find_changes(today)
    n = 0
    for _ in range(at_most):
        numbers = list(
            StalePerson.objects.order_by("customer_number").values_list("customer_number", flat=True)[
                :AT_ONCE
            ]
        )
        if not numbers:
            break
        with transaction.atomic():
            # Forgotten first: what changes while we read marks the person again.
            for some in chunks(numbers):
                StalePerson.objects.filter(customer_number__in=some).delete()
            refresh(numbers, today)
        n += len(numbers)
    return n


def build(now: datetime, *, batch: int = 20_000) -> int:
    """Read everybody. Returns how many people there are."""
    today, after = as_of(now), 0
    find_changes(today, is_marked=False)
    while numbers := _next_customers(after, batch):
        with transaction.atomic():
            StalePerson.objects.filter(pk__gte=numbers[0], pk__lte=numbers[-1]).delete()
            refresh(numbers, today)
        after = numbers[-1]
    return PersonFacts.objects.count()


def sweep(now: datetime, *, n: int = SWEEP) -> int:
    """Read the next few thousand people anew, whatever was told of them: what no sign told of is mended within the round.

    Returns how many; nought once today's round is done.
    """
    today = as_of(now)
    place, _ = Progress.objects.get_or_create(name="sweep")
    if place.number == 0 and place.at is not None and place.at.date() == now.date():
        return 0
    numbers = _next_customers(place.number, n)
    if place.number == 0:
        place.at = now
    with transaction.atomic():
        refresh(numbers, today)
        place.number = numbers[-1] if numbers else 0
        place.save()
    return len(numbers)


def _next_customers(after: int, n: int) -> list[int]:
    return list(Customer.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:n])
