"""Afterwards we look: does any text of any table still hold something that can only be this person?"""

import json
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, TypedDict

from django.apps import apps
from django.db import models
from django.db.models import Count, Q
from django.db.models.functions import Cast

from livingroom.people.erasure.registry import add_searcher, searchers
from livingroom.people.persons import Person

SHORTEST = 6
MOST_CLICKS = 200  # of somebody who clicks all day; all were renamed by one statement
TEXTS_AT_ONCE = 40  # databases take only so long a condition
# Sealed while the work goes on, emptied right after the search.
_NOT_SEARCHED = {("people.erasurereceipt", "person_sealed")}


def unmistakable(person: Person) -> list[str]:
    """What of a person's names stands for nobody and nothing else: addresses, ids, handles with a host, clicks. Not “Ana”."""
    named = [name for _, name in person.names]
    handles = [word for word in person.texts("words") if _is_unmistakable(word)]
    numbers = [value for kind, value in person.handles if kind == "shop"]
    texts = [
        *person.texts("mails"),
        *person.mail_hashes,
        *named,
        *handles,
        *numbers,
        *person.texts("clicks")[:MOST_CLICKS],
        *person.texts("visitors"),
    ]
    return sorted({text for text in texts if len(text) >= SHORTEST})


class Searched(TypedDict):
    """How much was looked through, and where something is left, how often."""

    n_texts: int
    n_columns: int
    left: dict[str, int]


def search(person: Person) -> Searched:
    """Look everywhere; returns how much was looked through and where something is left, and how often. Never what it is."""
    texts = unmistakable(person)
    left: dict[str, int] = {}
    if texts:
        for look in searchers().values():
            left.update({place: n for place, n in look(texts).items() if n})
    return {"n_texts": len(texts), "n_columns": sum(1 for _ in text_columns()), "left": left}


def look_in_tables(texts: Sequence[str]) -> dict[str, int]:
    """Rows that hold one of the texts, by table and column: one pass over each table for every few texts."""
    left: dict[str, int] = {}
    for model, fields in groupby(text_columns(), key=lambda found: found[0]):
        columns = [field for _, field in fields]
        if not model._base_manager.exists():
            continue
        for start in range(0, len(texts), TEXTS_AT_ONCE):
            for name, n in _counts(model, columns, texts[start : start + TEXTS_AT_ONCE]).items():
                place = f"{model._meta.label_lower}.{name}"
                left[place] = left.get(place, 0) + n
    return {place: n for place, n in left.items() if n}


def text_columns() -> Iterator[tuple[type[models.Model], models.Field[Any, Any]]]:
    """Every column of every table that can hold words."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            is_text = isinstance(
                field, (models.CharField, models.TextField, models.JSONField, models.FileField)
            )
            if is_text and model._meta.managed and (model._meta.label_lower, field.name) not in _NOT_SEARCHED:
                yield model, field


def _counts(
    model: type[models.Model], columns: Sequence[models.Field[Any, Any]], texts: Sequence[str]
) -> dict[str, int]:
    words = {f"_{field.name}": Cast(field.name, models.TextField()) for field in columns}
    # In one table the same row may be read for many columns, but it is read once.
    wanted = {field.name: Count("pk", filter=_held_by(field, texts)) for field in columns}
    rows = model._base_manager.order_by().annotate(**words)
    counted = rows.aggregate(**{f"n_{name}": count for name, count in wanted.items()})
    return {name: counted[f"n_{name}"] or 0 for name in wanted}


def _held_by(field: models.Field[Any, Any], texts: Sequence[str]) -> Q:
    wanted = Q()
    for text in texts:
        wanted |= Q(**{f"_{field.name}__icontains": text})
        escaped = json.dumps(text)[1:-1]
        if escaped != text and isinstance(field, models.JSONField):
            # SQLite keeps JSON with letters beyond ASCII escaped
            wanted |= Q(**{f"_{field.name}__icontains": escaped})
    return wanted


def _is_unmistakable(word: str) -> bool:
    return " " not in word and ("." in word or "@" in word or any(letter.isdigit() for letter in word))


add_searcher("the tables", look_in_tables)
