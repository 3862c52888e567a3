"""Two addresses of one person are one vote; told apart again, they are two, and everything stands as before."""

import pytest

from livingroom.ideas import operations
from livingroom.ideas.merging.operations import merge, unmerge
from livingroom.ideas.models import Idea, PublicLogEntry, Vote
from livingroom.people.identities import merge_customers, undo_merge
from livingroom.people.models import Customer
from tests.ideas import cast
from tests.ideas.cast import NOON, later

pytestmark = pytest.mark.django_db


@pytest.fixture
def board():
    return cast.board()


def person(name):
    return cast.member(name, customer=Customer.objects.create(first_seen_at=NOON))


def found_to_be_one(kept, other):
    return merge_customers(
        kept=kept.customer,
        other=other.customer,
        evidence="One order number.",
        staff=cast.moderator(),
        now=NOON,
    )


def votes_for(idea):
    return Idea.objects.get(pk=idea.pk).n_for


def logged():
    return list(PublicLogEntry.objects.order_by("pk").values_list("what", "n", "by_rule"))


def test_the_second_vote_of_a_merged_customer_does_not_count_and_comes_back_when_they_are_two(board):
    idea, ann, anna = cast.idea(board), person("Ann"), person("Anna")
    operations.cast(member=ann, idea=idea, now=NOON)
    operations.cast(member=anna, idea=idea, now=later(hours=1))
    operations.cast(member=cast.member(), idea=idea, now=later(hours=2))

    both = found_to_be_one(ann, anna)

    assert votes_for(idea) == 2
    assert Vote.objects.get(member=anna).same_person_at is not None
    assert Vote.objects.get(member=ann).counts
    assert logged() == [("same_person", 1, True)]

    undo_merge(staff=cast.moderator(), merge=both, now=later(days=1))

    assert votes_for(idea) == 3
    assert Vote.objects.get(member=anna).counts
    assert logged()[1:] == [("two_people", 1, True)]


def test_it_is_the_first_vote_that_counts_whoever_was_kept(board):
    idea, ann, anna = cast.idea(board), person("Ann"), person("Anna")
    operations.cast(member=anna, idea=idea, now=NOON)
    operations.cast(member=ann, idea=idea, now=later(hours=1))

    both = found_to_be_one(ann, anna)
    assert [vote.counts for vote in Vote.objects.order_by("at")] == [True, False]

    undo_merge(staff=cast.moderator(), merge=both, now=later(days=1))
    assert [vote.counts for vote in Vote.objects.order_by("at")] == [True, True]


def test_a_vote_from_the_second_address_counts_from_the_moment_the_first_is_taken_back(board):
    idea, ann, anna = cast.idea(board), person("Ann"), person("Anna")
    found_to_be_one(ann, anna)
    ann.refresh_from_db(), anna.refresh_from_db()
    operations.cast(member=ann, idea=idea, now=NOON)

    operations.cast(member=anna, idea=idea, now=later(hours=1))
    assert votes_for(idea) == 1

    operations.withdraw_vote(member=ann, idea=idea, now=later(hours=2))
    assert votes_for(idea) == 1
    assert Vote.objects.get().counts

    operations.withdraw_vote(member=anna, idea=idea, now=later(hours=3))
    assert votes_for(idea) == 0


def test_taking_the_second_vote_back_takes_nothing_from_the_idea(board):
    idea, ann, anna = cast.idea(board), person("Ann"), person("Anna")
    found_to_be_one(ann, anna)
    ann.refresh_from_db(), anna.refresh_from_db()
    operations.cast(member=ann, idea=idea, now=NOON)
    operations.cast(member=anna, idea=idea, now=later(hours=1))

    operations.withdraw_vote(member=anna, idea=idea, now=later(hours=2))

    assert votes_for(idea) == 1


def test_two_ideas_become_one_and_the_person_who_voted_for_both_counts_once(board):
    one, two, ann, anna = cast.idea(board), cast.idea(board), person("Ann"), person("Anna")
    operations.cast(member=ann, idea=one, now=NOON)
    operations.cast(member=anna, idea=two, now=NOON)
    found_to_be_one(ann, anna)
    assert (votes_for(one), votes_for(two)) == (1, 1)

    done = merge(staff=cast.moderator(), kept=one, other=two, reason="They ask for the same.", now=NOON)
    assert votes_for(one) == 1

    unmerge(staff=cast.moderator(), merge=done, now=NOON)
    assert (votes_for(one), votes_for(two)) == (1, 1)


def test_who_is_nobody_s_customer_is_their_own_person(board):
    idea = cast.idea(board)

    for _ in range(3):
        operations.cast(member=cast.member(), idea=idea, now=NOON)

    assert votes_for(idea) == 3
