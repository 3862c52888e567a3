"""Notice of whom rows changed since the last look, by what the rows themselves tell."""

from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Max, Model

from livingroom.orders.models import Order
from livingroom.people.models import Consent, Customer, CustomerMerge, Handle
from livingroom.segments.clock import YEAR_DAYS
from livingroom.segments.facts import changed
from livingroom.segments.models import Progress, StalePerson

LATE = timedelta(seconds=60)  # a transaction may write its moment and commit later
LATE_ROWS = 200


def find_changes(today: date, *, is_marked: bool = True) -> None:
    """Mark everybody of whom rows changed since the last look; when a new day began, those whose orders grew a year old."""
    found = [
        _since("orders", Order, "changed_at", "customer_id"),
        _since("merges", CustomerMerge, "at", "kept_id", "other_id"),
        _since("undone", CustomerMerge, "undone_at", "kept_id", "other_id"),
        _since("withdrawn", Consent, "withdrawn_at", "customer_id"),
        _newer("customers", Customer, "pk"),
        _newer("handles", Handle, "customer_id"),
        _newer("consents", Consent, "customer_id"),
        _aged(today),
    ]
    if is_marked:
        for customers in found:
            changed(customers)


def has_changes(today: date) -> bool:
    """Whether a look would find anything, by a few index look-ups.

    A yes that was taken back is found by the look of each minute: among millions of consents nothing says so quickly.
    """
    if StalePerson.objects.exists():
        return True
    seen = {row.name: row for row in Progress.objects.all()}
    newest = {
        "orders": Order.objects.aggregate(at=Max("changed_at"))["at"],
        "merges": CustomerMerge.objects.aggregate(at=Max("at"))["at"],
        "undone": CustomerMerge.objects.aggregate(at=Max("undone_at"))["at"],
    }
    if any(at is not None and (name not in seen or seen[name].at != at) for name, at in newest.items()):
        return True
    models: dict[str, type[Model]] = {"customers": Customer, "handles": Handle, "consents": Consent}
    for name, model in models.items():
        last = model._default_manager.aggregate(n=Max("pk"))["n"] or 0
        if last > (seen[name].number if name in seen else 0):
            return True
    return "aged" not in seen or seen["aged"].at != _midnight(today)


def _since(name: str, model: type[Model], column: str, *customers: str) -> set[int]:
    place, _ = Progress.objects.get_or_create(name=name)
    newest = model._default_manager.aggregate(at=Max(column))["at"]
    if newest is None or newest == place.at:
        return set()
    rows = model._default_manager.all()
    if place.at is not None:
        rows = rows.filter(**{f"{column}__gte": place.at - LATE})
    else:
        rows = rows.filter(**{f"{column}__isnull": False})
    found = {
        number for row in rows.values_list(*customers).iterator() for number in row if number is not None
    }
    place.at = newest
    place.save(update_fields=["at"])
    return found


def _newer(name: str, model: type[Model], customer: str) -> set[int]:
    place, _ = Progress.objects.get_or_create(name=name)
    newest = model._default_manager.aggregate(n=Max("pk"))["n"] or 0
    if newest <= place.number:
        return set()
    rows = model._default_manager.filter(pk__gt=place.number - LATE_ROWS)
    found = set(rows.values_list(customer, flat=True).iterator())
    place.number = newest
    place.save(update_fields=["number"])
    return found


def _aged(today: date) -> set[int]:
    """Whose orders crossed the edge of the last year since the day that was kept."""
    place, _ = Progress.objects.get_or_create(name="aged")
    midnight = _midnight(today)
    if place.at == midnight:
        return set()
    found: set[int] = set()
    if place.at is not None:
        edges = sorted([place.at - timedelta(days=YEAR_DAYS), midnight - timedelta(days=YEAR_DAYS)])
        rows = Order.objects.filter(placed_at__gte=edges[0], placed_at__lt=edges[1], customer__isnull=False)
        found = {
            number for number in rows.values_list("customer_id", flat=True).iterator() if number is not None
        }
    place.at = midnight
    place.save(update_fields=["at"])
    return found


def _midnight(today: date) -> datetime:
    return datetime.combine(today, time(), UTC)
