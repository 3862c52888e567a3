import pytest

from livingroom.ideas import operations
from livingroom.ideas.counting import recount
from livingroom.ideas.models import Idea, Vote, VoteReview
from livingroom.ideas.operations import Refused
from tests.ideas import cast
from tests.ideas.cast import NOON, later


@pytest.fixture
def board(db):
    return cast.board(allows_against=True)


def counters(idea):
    idea.refresh_from_db()
    return idea.n_for, idea.n_against, idea.n_withheld


def test_a_vote_counts_once_however_often_it_is_cast(board):
    idea, lee = cast.idea(board), cast.member()

    votes = [operations.cast(member=lee, idea=idea, now=later(minutes=n)) for n in range(3)]

    assert len({vote.pk for vote in votes}) == 1
    assert counters(idea) == (1, 0, 0)
    assert idea.last_vote_at == NOON


def test_a_vote_can_change_sides_and_be_taken_back(board):
    idea, lee = cast.idea(board), cast.member()

    operations.cast(member=lee, idea=idea, now=NOON)
    operations.cast(member=lee, idea=idea, sign=-1, now=later(hours=1))
    assert counters(idea) == (0, 1, 0)

    assert operations.withdraw_vote(member=lee, idea=idea, now=later(hours=2))
    assert not operations.withdraw_vote(member=lee, idea=idea, now=later(hours=2))
    assert counters(idea) == (0, 0, 0)
    assert (idea.now_score, idea.popular_key, idea.last_vote_at) == (0, 0, None)


def test_a_score_is_never_below_that_of_an_idea_nobody_voted_on(board):
    idea = cast.idea(board)

    for _ in range(3):
        operations.cast(member=cast.member(), idea=idea, sign=-1, now=NOON)

    assert counters(idea) == (0, 3, 0)
    assert idea.now_score == 0


@pytest.mark.parametrize(
    ("facts", "sign", "key"),
    [
        ({"state": Idea.State.SHIPPED}, 1, "decided"),
        ({"state": Idea.State.DECLINED}, 1, "decided"),
        ({"standing": Idea.Standing.ARCHIVED}, 1, "not_public"),
        ({"standing": Idea.Standing.HELD}, 1, "not_public"),
        ({}, 2, "no_against"),
    ],
)
def test_what_is_not_open_to_votes_says_so(board, facts, sign, key):
    idea = cast.idea(board)
    Idea.objects.filter(pk=idea.pk).update(**facts)

    with pytest.raises(Refused) as refused:
        operations.cast(member=cast.member(), idea=idea, sign=sign, now=NOON)

    assert refused.value.key == key
    assert not Vote.objects.exists()


def test_on_most_boards_one_votes_for_ideas_not_against_them(db):
    with pytest.raises(Refused, match="not against"):
        operations.cast(member=cast.member(), idea=cast.idea(cast.board()), sign=-1, now=NOON)


def test_a_budget_is_spent_by_standing_votes_and_freed_by_decisions_and_withdrawals(db):
    board, lee = cast.board(vote_budget=2), cast.member()
    first, second, third, fourth = (cast.idea(board) for _ in range(4))
    operations.cast(member=lee, idea=first, now=NOON)
    operations.cast(member=lee, idea=second, now=NOON)

    with pytest.raises(Refused, match="All 2 votes"):
        operations.cast(member=lee, idea=third, now=NOON)
    operations.cast(member=lee, idea=first, now=NOON)  # the same again costs nothing
    operations.withdraw_vote(member=lee, idea=first, now=NOON)
    operations.cast(member=lee, idea=third, now=NOON)
    Idea.objects.filter(pk=second.pk).update(state=Idea.State.SHIPPED)
    operations.cast(member=lee, idea=fourth, now=NOON)

    assert operations.budget_of(lee, board).left == 0


def test_who_has_no_vote_left_may_still_propose(db):
    board, lee = cast.board(vote_budget=1), cast.member()
    operations.cast(member=lee, idea=cast.idea(board), now=NOON)

    idea = cast.idea(board, by=lee)

    assert (idea.n_for, idea.n_followers) == (0, 1)


def test_a_withheld_vote_counts_for_nothing_and_is_shown_as_under_review(board):
    idea, lee = cast.idea(board), cast.member()
    vote = operations.cast(member=lee, idea=idea, now=NOON)
    review = VoteReview.objects.create(idea=idea, score=1, n_votes=1, found_at=NOON)
    Vote.objects.filter(pk=vote.pk).update(withheld_at=NOON, review=review)

    recount([idea.pk], NOON)

    assert counters(idea) == (0, 0, 1)
    assert (idea.now_score, idea.popular_key) == (0, 0)


def test_taking_a_withheld_vote_back_and_casting_it_anew_does_not_free_it(board):
    idea, lee = cast.idea(board), cast.member()
    vote = operations.cast(member=lee, idea=idea, now=NOON)
    Vote.objects.filter(pk=vote.pk).update(withheld_at=NOON)
    recount([idea.pk], NOON)

    operations.withdraw_vote(member=lee, idea=idea, now=NOON)
    assert counters(idea) == (0, 0, 0)
    operations.cast(member=lee, idea=idea, now=later(hours=1))

    assert counters(idea) == (0, 0, 1)


def test_votes_that_a_person_removed_are_under_review_no_more(board):
    idea = cast.idea(board)
    vote = operations.cast(member=cast.member(), idea=idea, now=NOON)
    review = VoteReview.objects.create(
        idea=idea, score=1, n_votes=1, found_at=NOON, state=VoteReview.State.REMOVED
    )
    Vote.objects.filter(pk=vote.pk).update(withheld_at=NOON, review=review)

    recount([idea.pk], NOON)

    assert counters(idea) == (0, 0, 0)


def test_a_vote_for_a_merged_idea_counts_for_the_one_that_was_kept(board):
    kept, other, lee = cast.idea(board), cast.idea(board), cast.member()
    Idea.objects.filter(pk=other.pk).update(standing=Idea.Standing.MERGED, merged_into=kept)
    other.refresh_from_db()

    vote = operations.cast(member=lee, idea=other, now=NOON)
    operations.cast(member=lee, idea=kept, now=NOON)

    assert vote.root == kept
    assert counters(kept) == (1, 0, 0)


def test_an_idea_that_reaches_the_line_is_owed_an_answer(db):
    idea = cast.idea(cast.board(answer_line=2, answer_within_days=30))

    operations.cast(member=cast.member(), idea=idea, now=NOON)
    idea.refresh_from_db()
    assert idea.due_at is None
    operations.cast(member=cast.member(), idea=idea, now=later(days=1))

    idea.refresh_from_db()
    assert (idea.above_line_at, idea.due_at) == (later(days=1), later(days=31))


def test_only_people_of_the_house_vote_on_the_twin(db):
    idea, ana = cast.idea(cast.board("twin", is_twin=True)), cast.moderator()

    with pytest.raises(Refused, match="employees only"):
        operations.cast(member=cast.member(), idea=idea, now=NOON)
    operations.cast(member=cast.member(staff=ana), idea=idea, now=NOON)

    assert counters(idea) == (1, 0, 0)
