"""Finding a customer by what somebody has at hand: their number, a handle, an order number, a mail address (hashed at once).

Rooms above add their own ways: `add_finder(function)` gets the words and returns numbers of customers.
"""

from collections.abc import Callable, Iterable

from livingroom.people.models import Customer, Handle
from livingroom.shared.addresses import mail_hash

Finder = Callable[[str], Iterable[int]]
MOST = 50
_finders: dict[str, Finder] = {}


def add_finder(finder: Finder) -> None:
    _finders[f"{finder.__module__}.{finder.__qualname__}"] = finder


def as_searched(text: str) -> str:
    """What may stand in an address or a log: a mail address only as its keyed hash."""
    text = text.strip()
    at = text.lstrip("@")
    return mail_hash(at) if "@" in at and "." in at.rpartition("@")[2] and " " not in at else text[:160]


def find_customers(searched: str) -> list[Customer]:
    """Those whom the words fit, as `as_searched` wrote them; the lowest numbers first."""
    numbers: set[int] = set(_by_handle(searched))
    if searched.isdecimal() and len(searched) < 18:
        numbers.add(int(searched))
    for finder in _finders.values():
        numbers.update(finder(searched))
    return list(Customer.objects.filter(pk__in=sorted(numbers)[:MOST]).order_by("pk"))


def _by_handle(searched: str) -> Iterable[int]:
    bare = searched.lstrip("@")
    if not bare:
        return []
    exact = Handle.objects.filter(value__in={searched, bare}).values_list("customer", flat=True)
    # A handle is kept as place:name; people know the name.
    ending = Handle.objects.exclude(kind=Handle.Kind.MAIL).filter(value__endswith=f":{bare}")
    return [*exact, *ending.values_list("customer", flat=True)[:MOST]]
