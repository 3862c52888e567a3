"""Write what is true of people into the narrow rows, and only where it differs."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from livingroom.segments.models import WORDS, PersonCount, PersonFacts, PersonTag
from livingroom.segments.reading import COLUMNS, Truth, among, chunks, truth_of
from livingroom.segments.tags import tags_for

FIELDS = (*COLUMNS, *WORDS)


@dataclass(frozen=True)
class Kept:
    """One person's facts as they are stored: columns with words of bits, tags without a bit, counts."""

    columns: tuple[Any, ...]
    tags: frozenset[int]
    counts: frozenset[tuple[str, int]]


def refresh(customers: Collection[int], today: date) -> int:
    """Read these people anew and write what differs. Returns how many rows were written or removed."""
    numbers = sorted(set(customers))
    wanted, there = kept_of(truth_of(numbers, today)), stored(numbers)
    gone = [number for number in there if number not in wanted]
    fresh = [number for number in wanted if number not in there]
    differs = [
        number for number in wanted if number in there and wanted[number].columns != there[number].columns
    ]
    for some in chunks(gone):
        PersonFacts.objects.filter(pk__in=some).delete()
    _insert(fresh, wanted)
    _update(differs, wanted)
    return len(gone) + len(fresh) + len(differs) + _write_tags(wanted, there) + _write_counts(wanted, there)


def kept_of(truths: dict[int, Truth]) -> dict[int, Kept]:
    """Facts in the form in which they are stored; tags that nobody had so far are made."""
    tags = tags_for({name for truth in truths.values() for name in truth.tags})
    found = {}
    for number, truth in truths.items():
        words = [0] * len(WORDS)
        wide = []
        for name in truth.tags:
            tag = tags[name]
            if tag.word is not None and tag.bit is not None:
                words[tag.word] |= 1 << tag.bit
            else:
                wide.append(tag.pk)
        found[number] = Kept((*truth.columns, *words), frozenset(wide), frozenset(truth.counts.items()))
    return found


def stored(numbers: Sequence[int]) -> dict[int, Kept]:
    """What is stored of these people. Tags and counts of somebody without a row of facts count as somebody there."""
    columns: dict[int, tuple[Any, ...]] = {}
    tags: dict[int, set[int]] = {}
    counts: dict[int, set[tuple[str, int]]] = {}
    wanted = set(numbers)
    for some in among("pk", numbers):
        for pk, *values in PersonFacts.objects.filter(some).values_list("pk", *FIELDS):
            if pk in wanted:
                columns[pk] = tuple(values)
    for some in among("customer", numbers):
        for pk, tag in PersonTag.objects.filter(some).values_list("customer_id", "tag_id"):
            tags.setdefault(pk, set()).add(tag)
        for pk, fact, value in PersonCount.objects.filter(some).values_list("customer_id", "fact", "value"):
            counts.setdefault(pk, set()).add((fact, value))
    return {
        pk: Kept(values, frozenset(tags.get(pk, ())), frozenset(counts.get(pk, ())))
        for pk, values in columns.items()
    }


def _insert(numbers: Sequence[int], wanted: dict[int, Kept]) -> None:
    """As one prepared statement: at the first reading there are millions. Another worker may have been first."""
    if not numbers:
        return
    table = connection.ops.quote_name(PersonFacts._meta.db_table)
    names, places = ", ".join(FIELDS), ", ".join(["%s"] * (len(FIELDS) + 1))
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {table} (customer_id, {names}) VALUES ({places}) ON CONFLICT DO NOTHING",  # noqa: S608 - our own names
            [(number, *wanted[number].columns) for number in numbers],
        )


def _update(numbers: Sequence[int], wanted: dict[int, Kept]) -> None:
    if not numbers:
        return
    table = connection.ops.quote_name(PersonFacts._meta.db_table)
    fields = ", ".join(f"{name} = %s" for name in FIELDS)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {table} SET {fields} WHERE customer_id = %s",  # noqa: S608 - our own names
            [(*wanted[number].columns, number) for number in numbers],
        )


def _write_tags(wanted: dict[int, Kept], there: dict[int, Kept]) -> int:
    new, old = [], []
    for number, kept in wanted.items():
        had = there[number].tags if number in there else frozenset()
        new += [PersonTag(tag_id=tag, customer_id=number) for tag in kept.tags - had]
        old += [(number, tag) for tag in had - kept.tags]
    gone = [number for number in there if number not in wanted]
    for some in chunks(gone):
        PersonTag.objects.filter(customer__in=some).delete()
    for number, tag in old:
        PersonTag.objects.filter(customer=number, tag=tag).delete()
    PersonTag.objects.bulk_create(new, ignore_conflicts=True, batch_size=5000)
    return len(new) + len(old)


def _write_counts(wanted: dict[int, Kept], there: dict[int, Kept]) -> int:
    n = 0
    for number in there.keys() - wanted.keys():
        PersonCount.objects.filter(customer=number).delete()
    fresh = []
    for number, kept in wanted.items():
        had = there[number].counts if number in there else frozenset()
        if kept.counts == had:
            continue
        n += 1
        if had:
            PersonCount.objects.filter(customer=number).delete()
        fresh += [PersonCount(customer_id=number, fact=fact, value=value) for fact, value in kept.counts]
    PersonCount.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=5000)
    return n
