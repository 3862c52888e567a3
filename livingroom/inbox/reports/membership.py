"""Who began each conversation, and which segments they are in today."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import numpy as np
from django.core.cache import cache
from django.db import connection
from django.db.models import Max

from livingroom.inbox.models import Author
from livingroom.inbox.reports.columns import Column, numbered
from livingroom.segments.asking import MOST_TOGETHER, condition, masked
from livingroom.segments.clock import as_of
from livingroom.segments.models import PersonFacts, SegmentVersion

REMEMBERED_SECONDS = 60


@dataclass(frozen=True)
class Writers:
    """People by a number from 0 each, and who of them began each case.

    Their groups are the segments in the order asked for, then those whom we know as customers, then those whom we do not.
    """

    person: Column
    is_known: Column
    bits: tuple[Column, ...]
    n_segments: int

    @property
    def known(self) -> int:
        return self.n_segments

    @property
    def unknown(self) -> int:
        return self.n_segments + 1

    @property
    def n_groups(self) -> int:
        return self.n_segments + 2

    def people_in(self, group: int) -> Column:
        """Return for each person whether they are in a group."""
        if group >= self.n_segments:
            return self.is_known if group == self.known else ~self.is_known
        found: Column = (self.bits[group // MOST_TOGETHER] >> (group % MOST_TOGETHER) & 1).astype(bool)
        return found

    def cases_in(self, group: int) -> Column:
        """Return for each case whether a person of a group began it."""
        found: Column = self.people_in(group)[self.person]
        return found

    @cached_property
    def patterns(self) -> dict[int, int]:
        """How many people have each pattern of groups: bit k of the key is set for group k."""
        part = self.is_known.astype(np.int64)
        for column in self.bits:
            _, part = numbered((part << MOST_TOGETHER) + column)
        one_of_each = np.zeros(int(part.max()) + 1 if len(part) else 0, np.int64)
        one_of_each[part] = np.arange(len(part))
        counts = np.bincount(part, minlength=len(one_of_each))
        return {
            self._pattern(one): n for one, n in zip(one_of_each.tolist(), counts.tolist(), strict=True) if n
        }

    def only(self, keep: Column) -> "Writers":
        """Return those who began some of the cases, numbered anew."""
        people, person = numbered(self.person[keep])
        return Writers(
            person, self.is_known[people], tuple(column[people] for column in self.bits), self.n_segments
        )

    def _pattern(self, person: int) -> int:
        segments = sum(int(column[person]) << MOST_TOGETHER * at for at, column in enumerate(self.bits))
        return segments | 1 << (self.known if self.is_known[person] else self.unknown)


def writers(authors: Column, versions: Sequence[SegmentVersion], now: datetime) -> Writers:
    """Return who these authors are, several authors of one customer being one person, and each stranger one of their own."""
    rows = known_authors(versions, now)
    place = np.searchsorted(rows[:, 0], authors)
    place[place == len(rows)] = 0
    is_known = rows[place, 0] == authors if len(rows) else np.zeros(len(authors), bool)
    names = np.where(is_known, rows[place, 1], -authors) if len(rows) else -authors
    people, person = numbered(names)
    row_of = np.full(len(people), -1, np.int64)
    row_of[person[is_known]] = place[is_known]
    bits = tuple(_of_people(rows[:, column], row_of) for column in range(2, rows.shape[1]))
    return Writers(person, row_of >= 0, bits, len(versions))


def _of_people(values: Column, row_of: Column) -> Column:
    found = np.zeros(len(row_of), np.int64)
    found[row_of >= 0] = values[row_of[row_of >= 0]]
    return found


def known_authors(versions: Sequence[SegmentVersion], now: datetime) -> Column:
    """Return who is in which segment as of a minute ago at most: laying thirty of them over everybody takes its time."""
    newest = [model.objects.aggregate(Max("pk"))["pk__max"] for model in (Author, PersonFacts)]
    key = f"writers-{as_of(now)}-{newest}-{hash(tuple(version.pk for version in versions))}".replace(" ", "")
    found: Column | None = cache.get(key)
    if found is None:
        found = _read_known_authors(versions, now)
        cache.set(key, found, REMEMBERED_SECONDS)
    return found


def _read_known_authors(versions: Sequence[SegmentVersion], now: datetime) -> Column:
    """Return rows of author, customer, and the segments they are in as bits, thirty to a column; by rising author."""
    columns = []
    for start in range(0, max(len(versions), 1), MOST_TOGETHER):
        some = versions[start : start + MOST_TOGETHER]
        people = masked([condition(version, now) for version in some]).filter(customer__authors__isnull=False)
        sql, params = people.order_by().values_list("customer__authors", "pk", "mask").query.sql_with_params()
        with connection.cursor() as cursor:  # without a model of each row: they may be a hundred thousand
            cursor.execute(sql, params)
            rows = np.array(cursor.fetchall(), np.int64).reshape(-1, 3)
        columns.append(rows[np.argsort(rows[:, 0])])
    return np.column_stack([columns[0], *_beside(columns)])


def _beside(columns: Sequence[Column]) -> list[Column]:
    """Return the bits of the further queries for the authors of the first: who came in between is in none of them."""
    authors = columns[0][:, 0]
    found = []
    for rows in columns[1:]:
        is_there = np.isin(authors, rows[:, 0])
        bits = np.zeros(len(authors), np.int64)
        bits[is_there] = rows[np.searchsorted(rows[:, 0], authors[is_there]), 2]
        found.append(bits)
    return found
