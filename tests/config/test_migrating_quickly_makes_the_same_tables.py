"""An empty house gets its tables in a few seconds; they are the tables that Django's own way makes."""

import sqlite3
from contextlib import closing
from pathlib import Path

import django
import pytest
from django.db.migrations.state import ProjectState

from livingroom.shared.quick_migrations import ADDING, quick_migrations
from tests.support.template import sqlite_template


@pytest.mark.one_database
def test_quick_tables_are_the_same_byte_for_byte() -> None:
    quick, slow = tables_of(sqlite_template()), tables_of(sqlite_template(slowly=True))

    assert len(quick) > 100
    assert quick == slow


def test_a_django_we_do_not_know_goes_its_own_way(monkeypatch: pytest.MonkeyPatch) -> None:
    its_own = [getattr(ProjectState, name) for name in ADDING]

    with quick_migrations():
        ours = [getattr(ProjectState, name) for name in ADDING]
    monkeypatch.setattr(django, "VERSION", (6, 0, 1, "final", 0))
    with quick_migrations():
        unknown = [getattr(ProjectState, name) for name in ADDING]

    assert not set(ours) & set(its_own)
    assert unknown == its_own == [getattr(ProjectState, name) for name in ADDING]


def tables_of(file: Path) -> list[tuple[str, ...]]:
    """Tables, indexes and triggers as SQLite keeps them, with what the migrations wrote about themselves."""
    with closing(sqlite3.connect(file)) as house:
        made = house.execute("SELECT type, name, tbl_name, sql FROM sqlite_master").fetchall()
        return made + house.execute("SELECT app, name FROM django_migrations ORDER BY id").fetchall()
