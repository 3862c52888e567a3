from itertools import count
from types import SimpleNamespace

import pytest
from django.db import connection

from livingroom.inbox import operations
from livingroom.inbox.filters import Filters
from livingroom.inbox.listing import ROWS, page_of
from livingroom.inbox.models import Conversation, Message
from livingroom.inbox.search import finding, index
from livingroom.inbox.search.finding import find
from livingroom.inbox.search.folding import fold
from tests.inbox import cast


def found(text: str, **asked: str) -> list[int]:
    part = find(Filters.read({"text": text, **asked}), cast.agent(), cast.NOON)
    return [row.conversation.pk for row in part.rows]


@pytest.fixture
def said(house):
    return {
        "heat": cast.conversation("My notebook is HOT, señor", who="lee"),
        "order": cast.conversation("Where is my order? The notebook, not hot chocolate", who="kim"),
        "praise": cast.conversation("Größe stimmt. Danke!", who="max", language="de"),
    }


def test_words_are_found_whatever_their_accents_and_letters(said):
    assert found("SENOR") == [said["heat"].pk]
    assert found("Größe") == [said["praise"].pk]


def test_words_in_a_row_beginnings_and_unwanted_words(said):
    both = [said["order"].pk, said["heat"].pk]

    assert found("notebook hot") == both
    assert found('"hot chocolate"') == [said["order"].pk]
    assert found("noteb*") == both
    assert found("notebook -chocolate") == [said["heat"].pk]
    assert found('"" AND OR ( * ) NEAR') == []
    assert found("-notebook") == []


def test_filters_hold_for_the_search_and_a_number_finds_its_conversation(said):
    assert found("notebook", tab="closed") == []
    assert found("danke", language="de") == [said["praise"].pk]
    assert found("danke", language="en") == []
    assert found(f"#{said['order'].pk}") == [said["order"].pk]


def test_a_search_that_runs_out_of_time_goes_on_where_it_stopped(said, monkeypatch):
    monkeypatch.setattr(finding, "FIRST_STRETCH", 1)
    moments = count(0.0, finding.SECONDS / 2)  # every look at the clock takes half of the time there is
    monkeypatch.setattr(finding, "time", SimpleNamespace(perf_counter=lambda: next(moments)))
    filters, seen, key, n_parts = Filters.read({"text": "notebook", "language": "en"}), [], "", 0

    while key or not n_parts:
        part = find(filters, cast.agent(), cast.NOON, before=key)
        seen += [row.conversation.pk for row in part.rows]
        key, n_parts = part.older, n_parts + 1

    assert seen == [said["order"].pk, said["heat"].pk]
    assert n_parts >= 3  # as many as there are numbers to look through; a database need not begin at one


def test_found_words_are_marked_and_everything_else_is_escaped(house):
    cast.conversation("<script>alert(1)</script> my notebook & me")

    part = find(Filters.read({"text": "notebook"}), cast.agent(), cast.NOON)

    assert part.rows[0].found == "&lt;script&gt;alert(1)&lt;/script&gt; my <mark>notebook</mark> &amp; me"


def test_an_edited_message_is_found_by_its_new_words_only(said):
    Message.objects.filter(conversation=said["heat"]).update(text="My notebook is cold")

    assert found("hot") == [said["order"].pk]
    assert found("cold") == [said["heat"].pk]


def test_python_folds_as_the_database_does(house):
    text = "Señor GRÖSSE, Ærø; İstanbul… 東京 naïve"
    words = [word for word in fold(text).split() if word.isalpha()]

    cast.conversation(text)

    assert all(found(word) for word in words if word not in ("…",))


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite loses its triggers")
def test_triggers_that_a_migration_lost_are_put_back_with_what_came_meanwhile(said):
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER inbox_message_said")
        lost = cast.conversation("Lost words")
        assert not found("lost")

        assert index.mend(cursor, "sqlite")

    assert found("lost") == [lost.pk]


def test_what_breaches_next_comes_first_and_pages_follow_each_other(house):
    rows = [cast.conversation(who=f"person{number}") for number in range(ROWS + 5)]
    for number, row in enumerate(rows[:4]):
        Conversation.objects.filter(pk=row.pk).update(due_at=cast.later(hours=4 - number))
    Conversation.objects.filter(pk__in=[row.pk for row in rows[4:]]).update(due_at=None)
    filters, staff = Filters(), cast.agent()

    first = page_of(filters, staff, cast.NOON)
    second = page_of(filters, staff, cast.NOON, after=first.older)

    seen = [row.conversation.pk for row in (*first.rows, *second.rows)]
    assert seen[:4] == [row.pk for row in reversed(rows[:4])]
    assert sorted(seen) == sorted(row.pk for row in rows)
    assert not second.older


def test_tabs_show_whose_they_are(house):
    ana, ben = cast.agent(), cast.agent("Ben")
    mine, theirs, nobodys = (cast.conversation(who=name) for name in ("a", "b", "c"))
    operations.assign(mine, owner=ana, staff=ana, now=cast.NOON)
    operations.assign(theirs, owner=ben, staff=ana, now=cast.NOON)
    operations.assign(nobodys, owner=None, staff=ana, now=cast.NOON)

    def shown(**asked: str) -> set[int]:
        return {row.conversation.pk for row in page_of(Filters.read(asked), ana, cast.NOON).rows}

    assert shown(tab="mine") == {mine.pk}
    assert shown(tab="unowned") == {nobodys.pk}
    assert shown(owner=str(ben.pk)) == {theirs.pk}
    assert shown(tab="nonsense", owner="; drop", days="x") == {mine.pk, theirs.pk, nobodys.pk}
