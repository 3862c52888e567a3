from datetime import timedelta

import numpy as np
import pytest
from django.core.exceptions import PermissionDenied

from livingroom.ideas.counting import recount
from livingroom.ideas.fraud import operations
from livingroom.ideas.fraud.operations import CannotDecide, decide, review_board
from livingroom.ideas.fraud.showings import note_showings, views_of
from livingroom.ideas.models import Idea, PublicLogEntry, Vote, VoteReview
from livingroom.ideas.operations import cast, withdraw_vote
from livingroom.people.models import Member
from livingroom.shared.models import Alarm
from tests.ideas.cast import NOON, board, later, manager, moderator

pytestmark = pytest.mark.django_db
WHY = "One machine made them all in one night."


def crowd(n, joined_at, network="", first=0):
    """Members in bulk; each from a network of their own unless one is given."""
    made = [
        Member(
            name=f"M {first + one}", mail_hash=f"crowd {first + one}", joined_at=joined_at, seen_at=joined_at,
            network=network or f"net {first + one}", agent=f"agent {one % 5}",
        )
        for one in range(n)
    ]  # fmt: skip
    return Member.objects.bulk_create(made)


def votes(of, on, at):
    """Votes in bulk; the counters follow."""
    Vote.objects.bulk_create(
        [
            Vote(idea=one, root=one, member=who, at=when, network=who.network, agent=who.agent)
            for who, one, when in zip(of, on, at, strict=True)
        ]
    )
    recount({one.pk for one in on}, later(days=30))


@pytest.fixture
def portal():
    """Twenty ideas, eighty regulars over four weeks, and thirty accounts of one night on one idea."""
    place = board(answer_line=1000, made_at=NOON)
    ideas = Idea.objects.bulk_create(
        [
            Idea(
                board=place,
                title=f"Idea number {one}",
                standing="public",
                made_at=NOON,
                public_at=NOON,
                state_at=NOON,
            )
            for one in range(20)
        ]
    )
    random = np.random.default_rng(1)
    regulars = crowd(80, NOON - timedelta(days=60))
    casts = [
        (who, ideas[one], later(days=float(random.uniform(0, 28))))
        for who in regulars
        for one in random.choice(19, 8, replace=False)
    ]
    ring = crowd(30, later(days=20), first=1000)
    casts += [(who, ideas[19], later(days=20, minutes=10 + place)) for place, who in enumerate(ring)]
    casts.append((regulars[0], ideas[19], later(days=3)))
    votes(*zip(*casts, strict=True))
    return place


def target():
    return Idea.objects.get(title="Idea number 19")


def held():
    return Vote.objects.exclude(withheld_at=None)


def test_a_ring_is_held_shown_and_logged(portal):
    [review] = review_board(portal, later(days=21))

    assert (review.idea, review.n_votes, review.state) == (target(), 30, VoteReview.State.OPEN)
    assert (target().n_for, target().n_withheld) == (1, 30)
    assert held().filter(review=review).count() == 30
    entry = PublicLogEntry.objects.get()
    assert (entry.what, entry.n, entry.by_rule) == ("votes_withheld", 30, True)
    assert "with this vote only" in entry.reason
    assert Alarm.objects.ringing().filter(kind=operations.ALARM).count() == 1


def test_looking_again_finds_nothing_new_and_later_votes_join_the_group(portal):
    review_board(portal, later(days=21))

    assert review_board(portal, later(days=21, hours=1)) == []
    late = crowd(2, later(days=22), first=2000)
    votes(late, [target(), target()], [later(days=22, minutes=1), later(days=22, minutes=2)])
    [review] = review_board(portal, later(days=22, hours=1))

    assert review.n_votes == 32
    assert target().n_withheld == 32
    assert VoteReview.objects.count() == 1


def test_removed_votes_count_no_more_and_everybody_can_read_why(portal):
    [review] = review_board(portal, later(days=21))

    decide(staff=manager(), review=review, is_honest=False, reason=WHY, now=later(days=22))

    assert (target().n_for, target().n_withheld) == (1, 0)
    assert PublicLogEntry.objects.filter(what="votes_removed", n=30, reason=WHY, idea=target()).count() == 1
    assert not Alarm.objects.ringing().filter(kind=operations.ALARM).exists()
    assert review_board(portal, later(days=22, hours=1)) == []


def test_whose_votes_were_removed_is_held_when_they_vote_again(portal):
    [review] = review_board(portal, later(days=21))
    decide(staff=manager(), review=review, is_honest=False, reason=WHY, now=later(days=22))
    cheat = held().first().member
    other = Idea.objects.get(title="Idea number 3")
    before = other.n_for
    cast(member=cheat, idea=other, now=later(days=23))

    review_board(portal, later(days=24))

    other.refresh_from_db()
    assert (other.n_for, other.n_withheld) == (before, 1)


def test_votes_found_honest_count_again_and_are_not_asked_about_twice(portal):
    [review] = review_board(portal, later(days=21))

    decide(
        staff=manager(),
        review=review,
        is_honest=True,
        reason="A newspaper wrote about it.",
        now=later(days=22),
    )

    assert (target().n_for, target().n_withheld) == (31, 0)
    assert PublicLogEntry.objects.filter(what="votes_returned", n=30).exists()
    readers = crowd(12, later(days=23), first=3000)
    votes(readers, [target()] * 12, [later(days=23, minutes=5 + one) for one in range(12)])
    assert review_board(portal, later(days=24)) == []
    assert target().n_for == 43


def test_only_who_arranges_ideas_decides_and_only_once_and_with_a_reason(portal):
    [review] = review_board(portal, later(days=21))
    boss = manager()

    with pytest.raises(PermissionDenied):
        decide(staff=moderator(), review=review, is_honest=True, reason=WHY, now=later(days=22))
    with pytest.raises(CannotDecide, match="sentence why"):
        decide(staff=boss, review=review, is_honest=True, reason="no", now=later(days=22))
    decide(staff=boss, review=review, is_honest=False, reason=WHY, now=later(days=22))
    with pytest.raises(CannotDecide, match="decided already"):
        decide(staff=boss, review=review, is_honest=True, reason=WHY, now=later(days=22))


def test_a_held_vote_that_is_taken_back_frees_nobody(portal):
    review_board(portal, later(days=21))
    cheat = held().first().member

    withdraw_vote(member=cheat, idea=target(), now=later(days=22))
    cast(member=cheat, idea=target(), now=later(days=22))

    assert target().n_for == 1


def test_a_day_that_a_link_explains_holds_nothing(portal):
    Idea.objects.filter(pk=target().pk).update(n_shown=40)
    note_showings(portal, later(days=19))
    Idea.objects.filter(pk=target().pk).update(n_shown=440)
    note_showings(portal, later(days=20))

    assert review_board(portal, later(days=20, hours=10)) == []
    assert views_of(portal).n.tolist() == [400, 400]
    assert target().n_withheld == 0


def test_the_desk_shows_the_group_without_names_and_decides(portal, client):
    [review] = review_board(portal, later(days=21))
    client.force_login(manager())

    listed = client.get("/desk/ideas/votes/").content.decode()
    page = client.get(f"/desk/ideas/votes/{review.pk}/").content.decode()
    file = client.get(f"/desk/ideas/votes/{review.pk}.csv").content.decode()
    refused = client.post(
        f"/desk/ideas/votes/{review.pk}/remove/", {"reason": ""}, follow=True
    ).content.decode()
    done = client.post(
        f"/desk/ideas/votes/{review.pk}/remove/", {"reason": WHY}, follow=True
    ).content.decode()

    assert "30 votes on" in listed
    assert "with this vote only" in listed
    assert "M 1000" not in page + file
    assert "net 1000" not in page + file
    assert file.count("\n") == 31
    assert "Say in a sentence why" in refused
    assert "are removed" in done
    assert WHY in client.get("/desk/ideas/votes/").content.decode()


def test_who_may_only_look_cannot_decide(portal, client):
    [review] = review_board(portal, later(days=21))
    client.force_login(moderator())

    assert b"A manager decides" in client.get(f"/desk/ideas/votes/{review.pk}/").content
    assert client.post(f"/desk/ideas/votes/{review.pk}/honest/", {"reason": WHY}).status_code == 403
