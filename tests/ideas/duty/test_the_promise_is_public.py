"""The worked example of docs/methods/ideas.md, and the edges it names."""

from datetime import UTC, datetime

import pytest

from livingroom.ideas.digest.periods import last_period
from livingroom.ideas.digest.rising import risen
from livingroom.ideas.duty.lateness import kept, last_moment, loads
from livingroom.ideas.models import Board, Idea
from livingroom.measure.estimate import NotEnoughData
from tests.ideas import cast
from tests.ideas.cast import later
from tests.ideas.duty import scene

FIRST_OF_JUNE = datetime(2026, 6, 1, tzinfo=UTC)
# above the line, due, answered: the table of the method page
ROWS = [
    ((3, 10), (4, 9), (4, 1)),
    ((3, 15), (4, 14), (4, 20)),
    ((4, 1), (5, 1), (4, 5)),
    ((4, 10), (5, 10), None),
    ((4, 20), (5, 20), (5, 10)),
    ((5, 15), (6, 14), (5, 16)),
    ((1, 1), (1, 31), (2, 20)),
]


def day(month_and_day):
    return None if month_and_day is None else datetime(2026, *month_and_day, tzinfo=UTC)


def owed(board: Board, above, due, answered) -> Idea:
    found = cast.idea(board, now=day((1, 1)))
    state = Idea.State.PLANNED if answered else Idea.State.NEW
    Idea.objects.filter(pk=found.pk).update(
        above_line_at=day(above), due_at=day(due), answered_at=day(answered), state=state, owner=board.partner,
        last_vote_at=day(above),
    )  # fmt: skip
    return found


@pytest.mark.django_db
def test_the_worked_example():
    board = scene.board(answer_within_days=30)
    ideas = [owed(board, *row) for row in ROWS]
    merged = owed(board, (4, 1), (5, 1), None)
    Idea.objects.filter(pk=merged.pk).update(standing=Idea.Standing.MERGED, merged_into=ideas[0])

    found = kept(board, FIRST_OF_JUNE)

    assert (found.n_due, found.n_in_time, found.n_late, found.n_missing) == (5, 3, 1, 1)
    assert (found.in_time.value, found.in_time.n) == (0.6, 5)
    assert (round(found.in_time.low, 4), round(found.in_time.high, 4)) == (0.2307, 0.8824)
    assert found.days.value == 22


@pytest.mark.django_db
def test_who_still_waits_does_not_improve_the_days():
    board = scene.board()
    for row in ROWS[:3]:
        owed(board, *row)
    for _ in range(4):
        owed(board, (4, 10), (5, 10), None)

    found = kept(board, FIRST_OF_JUNE)

    assert isinstance(found.days, NotEnoughData)
    assert found.in_time.value == 2 / 7


@pytest.mark.django_db
def test_few_ideas_give_no_share():
    board = scene.board()
    owed(board, *ROWS[0])

    assert isinstance(kept(board, FIRST_OF_JUNE).in_time, NotEnoughData)


@pytest.mark.django_db
def test_a_board_nobody_used_for_a_year_is_read_as_of_its_last_day():
    board = scene.board()
    owed(board, *ROWS[2])

    assert last_moment(board, FIRST_OF_JUNE) == FIRST_OF_JUNE
    assert last_moment(board, datetime(2036, 1, 1, tzinfo=UTC)) == datetime(2026, 4, 1, tzinfo=UTC)


@pytest.mark.django_db
def test_the_load_of_each_owner_is_seen_and_nobody_comes_first():
    board = scene.board()
    ideas = [owed(board, *ROWS[3]) for _ in range(3)]
    Idea.objects.filter(pk=ideas[0].pk).update(owner=None)
    Idea.objects.filter(pk=ideas[1].pk).update(due_at=day((7, 1)))

    found = loads(FIRST_OF_JUNE, board)

    assert [(str(load.owner), load.n_owed, load.n_late) for load in found] == [("None", 1, 1), ("Mia", 2, 1)]


@pytest.mark.django_db
def test_what_rose_is_told_by_places_and_by_verified_votes_alone():
    board = scene.board(answer_line=50)
    first, second, third = (cast.idea(board, f"Idea of number {number}") for number in range(3))
    scene.voters(first, *(cast.member() for _ in range(3)))
    scene.voters(second, *(cast.member() for _ in range(2)))
    scene.voters(third, *(cast.member() for _ in range(4)), now=later(days=2))
    newcomer = cast.idea(board, "Idea of number three", now=later(days=3))
    scene.voters(newcomer, *(cast.member() for _ in range(3)), now=later(days=3))
    second.votes.update(withheld_at=later(days=1))
    scene.voters(second, cast.member(), now=later(days=2))

    found = risen(board, later(days=1), later(days=7), 10)

    assert [(row["id"], row["place_before"], row["place"], row["new_votes"]) for row in found] == [
        (third.pk, 3, 1, 4),
        (newcomer.pk, None, 3, 3),
    ]


def test_periods_are_whole_weeks_that_are_over():
    monday = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)

    assert [str(on) for on in last_period("weekly", monday)] == ["2026-02-23", "2026-03-02"]
    assert [str(on) for on in last_period("weekly", later(days=6))] == ["2026-02-23", "2026-03-02"]
    begins, ends = last_period("fortnightly", monday)
    following = last_period("fortnightly", later(days=14))
    assert (ends - begins).days == 14
    assert following[0] == ends
