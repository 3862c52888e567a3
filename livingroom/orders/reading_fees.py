"""What networks charge for reading, among the costs: one row per account and day, once the day is over."""

from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP

from livingroom.branches.models import Branch
from livingroom.networks.readings import ReadingDay
from livingroom.orders.actors import HOUSE
from livingroom.orders.costs import record_cost
from livingroom.orders.facts import Unusable
from livingroom.orders.models import Cost
from livingroom.shared.money import to_minor

# A day that cannot be booked (no exchange rate yet) is tried again for so long.
LOOK_BACK = timedelta(days=30)


def book_reading_fees(now: datetime) -> int:
    """Record the days that are over (UTC, as networks bill). Returns how many are new."""
    today = now.date()
    days = ReadingDay.objects.filter(on__lt=today, on__gte=today - LOOK_BACK, amount__gt=0)
    keys = {_key(day): day for day in days.select_related("connection")}
    known = set(Cost.objects.filter(source_key__in=keys).values_list("source_key", flat=True))
    return sum(_book(day, key, now) for key, day in keys.items() if key not in known)


def _book(day: ReadingDay, key: str, now: datetime) -> bool:
    try:
        record_cost(
            actor=HOUSE,
            now=now,
            kind=Cost.Kind.NETWORK_FEE,
            branch=Branch.objects.filter(connection=day.connection).order_by("pk").first(),
            on=day.on,
            amount_minor=to_minor(day.amount, day.currency, rounding=ROUND_HALF_UP),
            currency=day.currency,
            text=f"{day.connection}: {day.n_read:,} posts read",
            source_key=key,
        )
    except Unusable:
        return False
    return True


def _key(day: ReadingDay) -> str:
    return f"reading {day.connection_id} {day.on.isoformat()}"
