"""Prove that the narrow rows say what the rows say."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Max

from livingroom.people.models import Customer
from livingroom.segments.clock import as_of
from livingroom.segments.models import PersonFacts, Tag
from livingroom.segments.reading import truth_of
from livingroom.segments.writing import FIELDS, Kept, kept_of, stored

BATCH = 5_000


def differences(now: datetime, *, batch: int = BATCH) -> Iterator[str]:
    """Read everybody anew and say where what is stored differs. Slow: it reads everything."""
    today, after = as_of(now), 0
    last = max(
        Customer.objects.aggregate(n=Max("pk"))["n"] or 0,
        PersonFacts.objects.aggregate(n=Max("pk"))["n"] or 0,
    )
    while after < last:
        numbers = list(
            Customer.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:batch]
        )
        if not numbers:
            break
        yield from _compare(kept_of(truth_of(numbers, today)), stored(numbers))
        after = numbers[-1]


def _compare(wanted: dict[int, Kept], there: dict[int, Kept]) -> Iterator[str]:
    names = {tag.pk: str(tag) for tag in Tag.objects.filter(word=None)}
    for number in sorted(wanted.keys() | there.keys()):
        if number not in there:
            yield f"customer {number} is in no row"
        elif number not in wanted:
            yield f"customer {number} is in the rows and must not be: erased, or merged into another"
        else:
            yield from _differing(number, wanted[number], there[number], names)


def _differing(number: int, wanted: Kept, there: Kept, names: dict[int, str]) -> Iterator[str]:
    for name, true, kept in zip(FIELDS, wanted.columns, there.columns, strict=True):
        if true != kept:
            yield f"customer {number}: {name} is {true}, and {kept} is stored"
    for tag in sorted(wanted.tags ^ there.tags):
        word = "is missing" if tag in wanted.tags else "is stored and not true"
        yield f"customer {number}: {names.get(tag, tag)} {word}"
    if wanted.counts != there.counts:
        yield f"customer {number}: counts are {sorted(wanted.counts)}, and {sorted(there.counts)} is stored"


def n_people() -> int:
    return PersonFacts.objects.count()
