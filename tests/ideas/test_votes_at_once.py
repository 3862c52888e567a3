"""Several people vote in the same moment, and one person from two windows."""

import threading
from collections.abc import Callable, Sequence

import pytest
from django.db import connection, connections

from livingroom.ideas import operations
from livingroom.ideas.counting import recount
from livingroom.ideas.models import Vote
from livingroom.ideas.operations import Refused
from tests.ideas import cast
from tests.ideas.cast import NOON


@pytest.fixture
def needs_real_concurrency(transactional_db: None) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("The tests' SQLite lives in memory, where threads share locks; PostgreSQL is raced.")


def at_once(deeds: Sequence[Callable[[], object]]) -> list[BaseException]:
    """Do all in threads that begin together; return what they raised."""
    together, raised = threading.Barrier(len(deeds)), []

    def run(deed: Callable[[], object]) -> None:
        together.wait()
        try:
            deed()
        except Exception as problem:
            raised.append(problem)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("needs_real_concurrency")
def test_counters_are_right_whoever_votes_at_the_same_moment():
    board = cast.board(vote_budget=1)
    idea, other = cast.idea(board), cast.idea(board)
    lee, people = cast.member(), [cast.member() for _ in range(6)]

    raised = at_once(
        [lambda: operations.cast(member=lee, idea=idea, now=NOON)] * 2
        + [lambda one=one: operations.cast(member=one, idea=idea, now=NOON) for one in people]
        + [lambda: recount([idea.pk, other.pk], NOON)] * 2
    )

    idea.refresh_from_db()
    assert raised == []
    assert Vote.objects.count() == idea.n_for == idea.n_recent == 7
    assert idea.popular_key == 7

    kim = cast.member()
    refused = at_once(
        [lambda one=one: operations.cast(member=kim, idea=one, now=NOON) for one in (idea, other)]
    )

    assert [type(problem) for problem in refused] == [Refused]
    assert Vote.objects.filter(member=kim).count() == 1
