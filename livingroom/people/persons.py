"""One person, as all rooms together know them: what export, erasure and the customer's page begin with.

    add_namer(function)      gets a Person and returns what its room knows them by: {"names": [("x", "42")], "orders": [7]}
    add_adopter(function)    finds somebody by a mail address of whom no customer is known yet, and makes one

Names that rooms share in what they return: `names` (network and id there), `words` (names and handles as people write them),
`mails` (addresses in the clear), `orders`, `clicks`, `authors`, `members`, `subjects` (as the event log names what is theirs:
conversation 17).
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from livingroom.people.identities import CustomerMerge
from livingroom.people.models import Customer, Handle
from livingroom.shared.addresses import mail_hash

Value = str | int | tuple[str, str]
Found = Mapping[str, Iterable[Value]]
Namer = Callable[["Person"], Found]
Adopter = Callable[[str, datetime], Customer | None]

ROUNDS = 4
_namers: dict[str, Namer] = {}
_adopters: dict[str, Adopter] = {}


@dataclass(frozen=True)
class Person:
    """The customers they are (more than one after a merge), their handles, and what rooms found under them."""

    customers: tuple[int, ...]
    handles: tuple[tuple[str, str], ...]
    found: dict[str, tuple[Value, ...]] = field(default_factory=dict)

    def numbers(self, name: str) -> list[int]:
        return [value for value in self.found.get(name, ()) if isinstance(value, int)]

    def texts(self, name: str) -> list[str]:
        return [value for value in self.found.get(name, ()) if isinstance(value, str)]

    @property
    def names(self) -> list[tuple[str, str]]:
        """Network and id on it, in the order they were found."""
        return [value for value in self.found.get("names", ()) if isinstance(value, tuple)]

    @property
    def mail_hashes(self) -> list[str]:
        return [value for kind, value in self.handles if kind == Handle.Kind.MAIL]

    def names_on(self, network: str) -> list[str]:
        return [name for there, name in self.names if there == network]

    def to_json(self) -> str:
        return json.dumps([self.customers, self.handles, self.found])

    @classmethod
    def from_json(cls, text: str) -> "Person":
        customers, handles, found = json.loads(text)
        return cls(
            tuple(customers),
            tuple((kind, value) for kind, value in handles),
            {
                name: tuple(tuple(one) if isinstance(one, list) else one for one in values)
                for name, values in found.items()
            },
        )


def add_namer(namer: Namer) -> None:
    """Let a room say what it knows somebody by. It hears what others found so far."""
    _namers[f"{namer.__module__}.{namer.__qualname__}"] = namer


def add_adopter(adopter: Adopter) -> None:
    _adopters[f"{adopter.__module__}.{adopter.__qualname__}"] = adopter


def person_of(customer: Customer, *, mail: str = "") -> Person:
    """Gather what is known of a customer and of those found to be the same. `mail` in the clear, where somebody gave it."""
    numbers = _all_of(root_of(customer).pk)
    handles = tuple(Handle.objects.filter(customer__in=numbers).order_by("pk").values_list("kind", "value"))
    found: dict[str, list[Value]] = {
        "names": [_name(value) for kind, value in handles if kind == Handle.Kind.NETWORK],
        "mails": [mail.strip().lower()] if mail else [],
        "subjects": [f"customer {number}" for number in numbers],
    }
    # What one room finds may let another find more: they are asked again until nothing new comes.
    person = Person(tuple(numbers), handles, _frozen(found))
    for _ in range(ROUNDS):
        for namer in _namers.values():
            for name, values in namer(Person(tuple(numbers), handles, _frozen(found))).items():
                found.setdefault(name, []).extend(values)
        before, person = person, Person(tuple(numbers), handles, _frozen(found))
        if before == person:
            break
    return person


def root_of(customer: Customer) -> Customer:
    """Who the customer is by now: where they were merged, the one who was kept."""
    merge = CustomerMerge.objects.filter(other=customer, undone_at=None).select_related("kept").first()
    return root_of(merge.kept) if merge else customer


def customer_by_mail(mail: str, now: datetime) -> Customer | None:
    """Who wrote or bought with this address, or signed in; None when nobody did."""
    handle = (
        Handle.objects.filter(kind=Handle.Kind.MAIL, value=mail_hash(mail)).select_related("customer").first()
    )
    if handle is not None:
        return root_of(handle.customer)
    return next((found for adopter in _adopters.values() if (found := adopter(mail, now))), None)


def customer_by_name(name: str, now: datetime) -> Customer | None:
    """Who has this id on a network, written bluesky:did:plc:abc123. One who only spoke becomes a customer."""
    network, colon, rest = name.strip().partition(":")
    if not (network and colon and rest):
        return None
    kind, value = handle_of(network, rest)
    handle = Handle.objects.filter(kind=kind, value=value).select_related("customer").first()
    if handle is not None:
        return root_of(handle.customer)
    customer = Customer.objects.create(first_seen_at=now)
    Handle.objects.create(customer=customer, kind=kind, value=value, seen_at=now)
    return customer


def handle_of(network: str, name: str) -> tuple[str, str]:
    """The handle by which somebody on a network is known: a mail address only as its keyed hash."""
    if network in ("mail", "form"):
        return Handle.Kind.MAIL.value, mail_hash(name)
    return Handle.Kind.NETWORK.value, f"{network}:{name}"[:160]


def _all_of(number: int) -> list[int]:
    others = CustomerMerge.objects.filter(kept=number, undone_at=None).values_list("other", flat=True)
    return [number, *(deeper for other in others for deeper in _all_of(other))]


def _name(value: str) -> tuple[str, str]:
    network, _, name = value.partition(":")
    return network, name


def _frozen(found: Mapping[str, list[Value]]) -> dict[str, tuple[Value, ...]]:
    return {name: tuple(dict.fromkeys(values)) for name, values in found.items()}
