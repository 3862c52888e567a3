"""The roll-ups: adding a batch to what is counted already, in whatever transaction the caller is in."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import islice

from django.db import connection

from livingroom.links.models import BranchClickCount, ClickCount, Link
from livingroom.links.shipping.visits import Tally


def batched(ids: Iterable[int], size: int) -> Iterator[list[int]]:
    """SQLite takes only so many values in one statement."""
    rest = iter(ids)
    while some := list(islice(rest, size)):
        yield some


def links_with_clicks(link_ids: Iterable[int]) -> set[int]:
    """Those of the links that were counted before."""
    found: set[int] = set()
    for some in batched(link_ids, 500):
        found.update(ClickCount.objects.filter(link_id__in=some).values_list("link_id", flat=True).distinct())
    return found


def branches_of(link_ids: Iterable[int]) -> dict[int, int | None]:
    """The links that exist, each with its branch."""
    found: dict[int, int | None] = {}
    for some in batched(link_ids, 500):
        found.update(Link.objects.filter(pk__in=some).values_list("pk", "branch_id"))
    return found


def add_counts(tallies: Iterable[Tally], branches: Mapping[int, int | None]) -> None:
    """Add to the links' and the branches' counts. Clicks of links that are gone stay in the lake only."""
    by_branch: Counter[tuple[int, date, str]] = Counter()
    by_branch_unique: Counter[tuple[int, date, str]] = Counter()
    rows: list[tuple[int, date, str, int, int]] = []
    for tally in tallies:
        if tally.link_id not in branches:
            continue
        rows.append(tally)
        branch = branches[tally.link_id]
        if branch is not None:
            by_branch[branch, tally.on, tally.click_class] += tally.n
            by_branch_unique[branch, tally.on, tally.click_class] += tally.n_unique
    _add(ClickCount._meta.db_table, "link_id", rows)
    _add(
        BranchClickCount._meta.db_table,
        "branch_id",
        [(*key, n, by_branch_unique[key]) for key, n in by_branch.items()],
    )


def _add(table: str, owner: str, rows: list[tuple[int, date, str, int, int]]) -> None:
    # Added to by the database, not read and written back: another machine may count the same link this moment. In
    # order, so that two of them never wait for each other.
    if rows:
        sql = (
            f'INSERT INTO {table} ({owner}, "on", click_class, n, n_unique) VALUES (%s, %s, %s, %s, %s) '  # noqa: S608
            f'ON CONFLICT ({owner}, "on", click_class) '
            f"DO UPDATE SET n = {table}.n + excluded.n, n_unique = {table}.n_unique + excluded.n_unique"
        )
        with connection.cursor() as cursor:
            cursor.executemany(sql, sorted(rows))
