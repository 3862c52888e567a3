"""A member counts as one person who saw an idea, whenever they come; who has no name counts once a day."""

import pytest

from livingroom.ideas import operations
from livingroom.ideas.folding import fold_showings
from livingroom.ideas.models import Seen, Showing
from livingroom.ideas.persons import erase, sheets_of
from livingroom.ideas.showing import note_showing
from livingroom.people.models import Customer
from livingroom.people.persons import person_of
from tests.ideas import cast
from tests.ideas.cast import NOON, later

pytestmark = pytest.mark.django_db


@pytest.fixture
def board():
    return cast.board()


def shown(idea, *, member=None, visitor="of the day", at=NOON):
    note_showing(idea.board, visitor, [idea.pk], at, member=member)
    fold_showings(at)


def counted(idea):
    idea.refresh_from_db()
    return idea.n_shown, idea.n_members_saw, idea.n_member_looks


def test_a_member_counts_once_for_ever_and_each_day_they_come_is_a_look(board):
    idea, ann = cast.idea(board), cast.member()

    for day in range(4):
        shown(idea, member=ann, visitor=f"one browser on day {day}", at=later(days=day))
        shown(idea, member=ann, visitor=f"another on day {day}", at=later(days=day, hours=1))

    assert counted(idea) == (1, 1, 4)


def test_who_has_no_name_counts_once_a_day_as_before(board):
    idea = cast.idea(board)

    for day in range(4):
        shown(idea, visitor=f"a visitor on day {day}", at=later(days=day))
        shown(idea, visitor=f"a visitor on day {day}", at=later(days=day, hours=1))

    assert counted(idea) == (4, 0, 0)


def test_who_voted_is_not_counted_after_it(board):
    idea, ann = cast.idea(board), cast.member()
    operations.cast(member=ann, idea=idea, now=NOON)

    shown(idea, member=ann, at=later(days=1))

    assert counted(idea) == (0, 0, 1)


def test_two_members_behind_one_address_are_two_people(board):
    idea = cast.idea(board)

    shown(idea, member=cast.member(), visitor="the office")
    shown(idea, member=cast.member(), visitor="the office")

    assert counted(idea) == (2, 2, 2)


def test_pages_of_one_batch_count_like_pages_one_by_one(board):
    idea, ann = cast.idea(board), cast.member()
    for day in (0, 0, 1):
        note_showing(board, "of the day", [idea.pk], later(days=day), member=ann)

    fold_showings(later(days=2))

    assert counted(idea) == (1, 1, 2)
    assert Seen.objects.get(member=ann).ideas == [idea.pk]


def test_what_a_member_saw_is_in_their_export_and_goes_with_them(board):
    customer = Customer.objects.create(first_seen_at=NOON)
    idea, ann = cast.idea(board), cast.member(customer=customer)
    shown(idea, member=ann)

    person = person_of(customer)
    sheets = {sheet.name: list(sheet.rows) for sheet in sheets_of(person)}
    assert sheets["ideas seen"] == [{"title": idea.title}]

    erase(person, NOON)

    assert not Seen.objects.exists()
    assert not Showing.objects.exists()
    assert counted(idea) == (1, 1, 1)  # how many saw it stays, without who
