"""What segments know of one person: for their page, their export and their erasure."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone

from livingroom.people.erasure.registry import Done, add_eraser
from livingroom.people.export.registry import Sheet, add_exporter
from livingroom.people.models import Customer
from livingroom.people.parts import add_part
from livingroom.people.persons import Person
from livingroom.segments.asking import which
from livingroom.segments.models import WORDS, PersonCount, PersonFacts, PersonTag, Segment, StalePerson, Tag
from livingroom.segments.reading import COLUMNS


def take_part() -> None:
    """Called once, when the house starts."""
    add_exporter("segments", "What we gather from what you did, and the groups you are in", sheets_of)
    add_eraser("segments", erase, position=80)
    add_part("segments", "segments/of_customer.html", given_to_page, position=60)


def sheets_of(person: Person) -> Sequence[Sheet]:
    """Their facts as segments see them, and which segments hold them now."""
    facts = [
        {name: getattr(row, name) for name in COLUMNS} | {"tags": tags_of(row)}
        for row in PersonFacts.objects.filter(pk__in=person.customers)
    ]
    groups = [{"segment": each.name, "about": each.about} for each in segments_of(person.customers)]
    return [Sheet("facts", "What we gather", facts), Sheet("segments", "Groups you are in", groups)]


def segments_of(customers: Sequence[int]) -> list[Segment]:
    """The segments in use that hold any of these customers now."""
    rows = list(Segment.objects.standing())
    found = which(customers, [row.current for row in rows if row.current], timezone.now())
    inside = {version.segment_id for version, people in found.items() if people}
    return [row for row in rows if row.pk in inside]


def tags_of(row: PersonFacts) -> list[str]:
    """Every word that is kept of somebody, such as “interest: gaming”."""
    found = [
        str(tag)
        for tag in Tag.objects.filter(word__isnull=False)
        if tag.word is not None and tag.bit is not None and getattr(row, WORDS[tag.word]) >> tag.bit & 1
    ]
    wide = Tag.objects.filter(people__customer=row.pk)
    counts = PersonCount.objects.filter(customer=row.pk).values_list("fact", "value")
    return sorted([*found, *map(str, wide), *(f"{fact}: {value}" for fact, value in counts)])


def given_to_page(customer: Customer) -> Mapping[str, Any] | None:
    row = PersonFacts.objects.filter(pk=customer.pk).first()
    if row is None:
        return None
    return {"facts": row, "tags": tags_of(row), "segments": segments_of([customer.pk])}


def erase(person: Person, now: datetime) -> Done:
    """What was gathered goes; when the customer is gone, nothing gathers it again."""
    n, _ = PersonFacts.objects.filter(pk__in=person.customers).delete()
    PersonTag.objects.filter(customer__in=person.customers).delete()
    PersonCount.objects.filter(customer__in=person.customers).delete()
    StalePerson.objects.filter(pk__in=person.customers).delete()
    return Done({"facts for segments": n})
