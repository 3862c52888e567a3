import pytest
from django.core.exceptions import PermissionDenied

from livingroom.ideas.archiving import archive_by_rule, bring_back
from livingroom.ideas.duty import telling
from livingroom.ideas.models import Idea, PublicLogEntry
from livingroom.people.models import Letter
from tests.ideas import cast
from tests.ideas.cast import later
from tests.ideas.duty import scene

pytestmark = pytest.mark.django_db
What = PublicLogEntry.What
HALF_A_YEAR = later(days=184)


@pytest.fixture
def board():
    scene.house()
    return scene.board(archive_after_months=6)


@pytest.fixture
def idea(board):
    found = cast.idea(board, "Green keyboards", by=cast.member("Dora"))
    scene.voters(found, cast.member("Vic"))
    return found


def test_it_is_announced_a_fortnight_before_and_done_then(idea):
    assert archive_by_rule(later(days=170)) == (0, 0)
    assert archive_by_rule(HALF_A_YEAR) == (1, 0)
    telling.go_on(HALF_A_YEAR)
    assert archive_by_rule(later(days=190)) == (0, 0)
    assert archive_by_rule(later(days=198)) == (0, 1)

    idea.refresh_from_db()
    entry = PublicLogEntry.objects.get()
    assert (idea.standing, entry.what, entry.by_rule) == (Idea.Standing.ARCHIVED, What.ARCHIVED, True)
    letter = Letter.objects.get(member__name="Vic")
    assert letter.subject == "“Green keyboards” will be archived on Sept. 16, 2026"


def test_one_vote_in_the_fortnight_keeps_it(idea):
    archive_by_rule(HALF_A_YEAR)

    scene.voters(idea, cast.member(), now=later(days=190))

    assert archive_by_rule(later(days=198)) == (0, 0)
    assert Idea.objects.get(pk=idea.pk).standing == Idea.Standing.PUBLIC


def test_what_is_owed_or_decided_is_never_archived(board):
    owed = scene.wanted_idea(board)
    decided = cast.idea(board, "Blue keyboards", state=Idea.State.PLANNED)
    recent = cast.idea(board, "Red keyboards", now=later(days=100))

    assert archive_by_rule(later(days=190)) == (0, 0)
    assert {owed.standing, decided.standing, recent.standing} == {Idea.Standing.PUBLIC}


def test_it_can_be_taken_out_and_the_rule_counts_from_then(idea):
    archive_by_rule(HALF_A_YEAR)
    archive_by_rule(later(days=198))
    idea.refresh_from_db()

    with pytest.raises(PermissionDenied):
        bring_back(staff=cast.moderator(), idea=idea, now=later(days=200))
    bring_back(staff=scene.manager(), idea=idea, now=later(days=200))

    assert idea.standing == Idea.Standing.PUBLIC
    assert archive_by_rule(later(days=300)) == (0, 0)
    assert set(PublicLogEntry.objects.values_list("what", flat=True)) == {What.ARCHIVED, What.IDEA_RETURNED}


def test_a_house_that_was_away_for_a_year_archives_nothing(idea):
    assert archive_by_rule(later(days=400)) == (0, 0)
