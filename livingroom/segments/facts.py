"""Facts about people by name. Rooms above register theirs, so that the arrow stays down.

    add_fact(Fact("ideas", "Ideas proposed", Kind.NUMBER), read=ideas_by_customer)
    changed([17, 42])

`read(customer_ids)` returns what is true now: a number or a set of words for each customer that has any. `changed` says of whom
it may have become another; their facts are read anew within seconds.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Literal


class Kind(StrEnum):
    CHOICE = "choice"  # one word: country, language
    TAGS = "tags"  # several words: interests, networks
    NUMBER = "number"
    MONEY = "money"  # minor units of the reporting currency
    DAY = "day"
    BAND = "band"  # 1 to 5


OPERATORS: dict[Kind, tuple[str, ...]] = {
    Kind.CHOICE: ("is", "is_not"),
    Kind.TAGS: ("is", "is_all", "is_not"),
    Kind.NUMBER: ("at_least", "at_most"),
    Kind.MONEY: ("at_least", "at_most"),
    Kind.DAY: ("within_days", "not_within_days", "since", "before"),
    Kind.BAND: ("is", "is_not"),
}
ASKED: dict[str, str] = {
    "is": "is any of",
    "is_all": "is all of",
    "is_not": "is none of",
    "at_least": "at least",
    "at_most": "at most",
    "within_days": "within so many days",
    "not_within_days": "not within so many days",
    "since": "on or after",
    "before": "before",
}

Told = Mapping[int, int] | Mapping[int, Collection[str]]
Reader = Callable[[Sequence[int]], Told]
Choices = Callable[[], Sequence[tuple[str, str]]]
BranchWord = Literal["country", "language", "division", "network", "interests"]


def _no_choices() -> Sequence[tuple[str, str]]:
    return ()


@dataclass(frozen=True)
class Fact:
    """Something that can be asked of people.

    `says` has a phrase for each operator: {values}, {all}, {n}, {times}, {money}, {day}. `column` names a column of PersonFacts;
    facts without one are kept as tags or counts. `words` are the words of bits that its common values may take.
    """

    name: str
    label: str
    kind: Kind
    says: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    column: str = ""
    on_branches: BranchWord | Literal[""] = ""
    choices: Choices = _no_choices
    words: tuple[int, ...] = (0, 1)
    is_offered: bool = True  # to those who build rules


class UnknownFact(LookupError):
    """No room tells of it."""


_facts: dict[str, Fact] = {}
_readers: dict[str, dict[str, Reader]] = {}


def add_fact(fact: Fact, *, read: Reader | None = None) -> None:
    """Make a fact known. With `read`, its values come from there; several rooms may tell of one fact by `add_reader`."""
    _facts[fact.name] = fact
    if read is not None:
        add_reader(fact.name, read)


def add_reader(name: str, read: Reader) -> None:
    """Let a room tell of a fact that is known already, such as `interest`: words come together, numbers add up."""
    _readers.setdefault(name, {})[f"{read.__module__}.{read.__qualname__}"] = read


def forget_fact(name: str) -> None:
    """For tests, and for rooms that are taken out."""
    _facts.pop(name, None)
    _readers.pop(name, None)


def find_fact(name: str) -> Fact:
    """Raises UnknownFact."""
    if name not in _facts:
        raise UnknownFact(name)
    return _facts[name]


def all_facts() -> list[Fact]:
    return list(_facts.values())


def offered_facts() -> list[Fact]:
    return [fact for fact in _facts.values() if fact.is_offered]


def readers() -> list[tuple[Fact, Reader]]:
    return [
        (_facts[name], read) for name, found in _readers.items() if name in _facts for read in found.values()
    ]


def changed(customers: Iterable[int]) -> None:
    """What is told of these customers may have become another: read it anew soon."""
    from livingroom.segments.models import StalePerson

    rows = [StalePerson(customer_number=number) for number in sorted(set(customers))]
    StalePerson.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
