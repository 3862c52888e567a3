import pytest
from django.core.exceptions import PermissionDenied

from livingroom.ideas import operations
from livingroom.ideas.models import Category, Comment, Follow, Idea, PublicLogEntry, Storm, Vote
from livingroom.ideas.operations import Refused, propose
from livingroom.ideas.signals import held
from livingroom.people.members.doing import do
from livingroom.shared.models import Event
from tests.ideas import cast
from tests.ideas.cast import NOON, later

LINUX = ("Sell notebooks with Linux", "Ubuntu on all models, please, with a list of what works.")
WATCHES = (
    "CHEAP WATCHES!!! best price",
    "Visit http://x.example/a now http://b.example win money free viagra casino",
)


@pytest.fixture
def board(db):
    return cast.board()


def proposed(board, words=LINUX, **given):
    who = given.pop("member", None) or cast.member()
    return propose(
        **{"member": who, "board": board, "title": words[0], "text": words[1], "now": NOON, **given}
    )


def test_a_new_idea_stands_in_the_lists_with_its_authors_vote_and_following(board):
    lee = cast.member("Lee", country="BR", language="pt")

    idea = proposed(board, member=lee)

    assert (idea.standing, idea.state, idea.public_at) == (Idea.Standing.PUBLIC, Idea.State.NEW, NOON)
    assert (idea.n_for, idea.n_followers, idea.country, idea.language) == (1, 1, "BR", "en")
    assert idea.now_score > 0
    assert Vote.objects.get().member == lee
    assert Follow.objects.get().member == lee
    assert Event.objects.filter(verb="proposed", subject=f"idea {idea.pk}").exists()


def test_the_same_words_sent_twice_are_one_idea(board):
    lee = cast.member()

    ideas = [proposed(board, member=lee), proposed(board, member=lee)]

    assert ideas[0] == ideas[1]
    assert Idea.objects.get().n_for == 1


def test_what_looks_like_advertising_waits_for_a_person_and_says_why(board):
    told = []
    held.connect(lambda sender, idea, **_: told.append(idea), weak=False, dispatch_uid="test")

    idea = proposed(board, WATCHES)

    held.disconnect(dispatch_uid="test")
    assert idea.standing == Idea.Standing.HELD
    assert "advertising" in idea.standing_because
    assert (idea.public_at, idea.n_for, Vote.objects.count()) == (None, 0, 0)
    assert told == [idea]


def test_a_person_lets_it_stand_and_then_its_author_has_voted(board):
    idea = proposed(board, WATCHES)

    stands = operations.let_idea_stand(staff=cast.moderator(), idea=idea, now=later(hours=2))

    assert (stands.standing, stands.public_at, stands.n_for) == (Idea.Standing.PUBLIC, later(hours=2), 1)
    with pytest.raises(Refused, match="wait for a person any more"):
        operations.let_idea_stand(staff=cast.moderator(), idea=idea, now=NOON)


def test_a_board_may_look_first_at_every_idea(db):
    idea = proposed(cast.board(looks_first=True))

    assert idea.standing == Idea.Standing.HELD
    assert "a person looks" in idea.standing_because


def test_ideas_brought_in_for_others_stand_as_asked(board):
    idea = propose(
        member=None, board=board, title="Sell it in green", text="", now=NOON, standing=Idea.Standing.ASKED,
        credited_name="Kim", credited_url="https://a.example/kim",
    )  # fmt: skip

    assert (idea.standing, idea.author_name, idea.public_at) == (Idea.Standing.ASKED, "Kim", None)


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ({"title": " a "}, "no_title"),
        ({"title": "long " * 40}, "title_too_long"),
        ({"text": "x" * 10_001}, "text_too_long"),
        ({"category": "other"}, "no_such_category"),
        ({"storm": "over"}, "storm_is_over"),
        ({"member": "blocked"}, "closed_out"),
        ({"board": "closed"}, "board_closed"),
        ({"board": "twin"}, "staff_only"),
    ],
)
def test_what_cannot_be_proposed_says_why(board, given, key):
    elsewhere = cast.board("elsewhere", closed_at=NOON)
    over = Storm.objects.create(
        board=board, slug="over", topic="Green", opens_at=later(days=-9), closes_at=NOON
    )
    things = {
        "other": Category.objects.create(board=elsewhere, slug="other", name="Other"),
        "over": over,
        "blocked": cast.member(blocked_at=NOON),
        "closed": elsewhere,
        "twin": cast.board("twin", is_twin=True),
    }
    wanted = {name: things.get(value, value) for name, value in given.items()}

    with pytest.raises(Refused) as refused:
        proposed(**{"board": board, **wanted})

    assert refused.value.key == key
    assert not Idea.objects.exists()


def test_one_author_proposes_ten_a_day_at_most(board):
    lee = cast.member()
    for number in range(10):
        cast.idea(board, by=lee, title=f"Number {number} of many")

    with pytest.raises(Refused, match="10 ideas within a day"):
        proposed(board, member=lee)

    assert proposed(board, member=lee, now=later(days=2)).standing == Idea.Standing.PUBLIC


def test_an_author_may_change_or_withdraw_it_until_others_stand_behind_it(board):
    lee, kim = cast.member(), cast.member()
    idea = proposed(board, member=lee)

    edited = operations.edit_idea(
        member=lee, idea=idea, title="Sell notebooks without Windows", text="", now=NOON
    )
    assert edited.title == "Sell notebooks without Windows"
    with pytest.raises(Refused, match="Only who wrote it"):
        operations.withdraw_idea(member=kim, idea=idea, now=NOON)
    vote = operations.cast(member=kim, idea=idea, now=NOON)
    with pytest.raises(Refused, match="1 others stand"):
        operations.withdraw_idea(member=lee, idea=idea, now=NOON)

    operations.withdraw_vote(member=kim, idea=vote.idea, now=NOON)

    assert operations.withdraw_idea(member=lee, idea=idea, now=NOON).standing == Idea.Standing.WITHDRAWN


def test_what_is_taken_away_and_given_back_is_in_the_public_log(board):
    idea, ana = proposed(board), cast.moderator()

    with pytest.raises(Refused, match="Say why"):
        operations.remove_idea(staff=ana, idea=idea, reason=" ", now=NOON)
    operations.remove_idea(staff=ana, idea=idea, reason="It names a private person.", now=NOON)
    assert Idea.objects.public().count() == 0
    given_back = operations.return_idea(staff=ana, idea=idea, reason="The name is gone.", now=NOON)

    assert (given_back.standing, given_back.n_for) == (Idea.Standing.PUBLIC, 1)
    logged = PublicLogEntry.objects.order_by("pk").values_list("what", "reason")
    assert list(logged) == [
        ("idea_removed", "It names a private person."),
        ("idea_returned", "The name is gone."),
    ]


def test_who_may_not_moderate_removes_nothing(board):
    idea, ana = proposed(board), cast.moderator()
    ana.role = "analyst"

    with pytest.raises(PermissionDenied):
        operations.remove_idea(staff=ana, idea=idea, reason="I do not like it.", now=NOON)


def test_comments_come_in_threads_are_thanked_hidden_and_counted(board):
    idea, lee, ana = proposed(board), cast.member(), cast.moderator()

    said = operations.comment(member=lee, idea=idea, text="Which models?", now=NOON)
    again = operations.comment(member=lee, idea=idea, text="Which models?", now=later(minutes=1))
    answer = operations.comment(staff=ana, idea=idea, text="All of them.", parent=said, now=NOON)
    spam = operations.comment(member=lee, idea=idea, text=" ".join(WATCHES), now=NOON)

    assert said == again
    assert answer.parent == said
    assert spam.standing == Comment.Standing.HELD
    idea.refresh_from_db()
    assert idea.n_comments == 2
    assert [operations.thank(member=cast.member(), comment=answer, now=NOON) for _ in range(2)] == [1, 2]
    assert operations.thank(member=lee, comment=said, now=NOON) == 0  # nobody thanks themselves
    operations.let_comment_stand(staff=ana, comment=spam, now=NOON)
    operations.hide_comment(staff=ana, comment=spam, reason="Advertising after all.", now=NOON)
    operations.withdraw_comment(member=lee, comment=said, now=NOON)
    idea.refresh_from_db()
    assert idea.n_comments == 1
    assert PublicLogEntry.objects.get().what == "comment_hidden"
    with pytest.raises(Refused, match="not said here any more"):
        operations.comment(member=lee, idea=idea, text="But why?", parent=said, now=NOON)


def test_who_ends_following_is_remembered_even_as_a_voter(board):
    idea, lee = proposed(board), cast.member()
    operations.cast(member=lee, idea=idea, now=NOON)

    operations.unfollow(member=lee, idea=idea, now=NOON)
    operations.unfollow(member=lee, idea=idea, now=later(days=1))

    ended = Follow.objects.get(member=lee)
    assert ended.ended_at == NOON
    assert operations.follow(member=lee, idea=idea, now=later(days=2)).ended_at is None
    idea.refresh_from_db()
    assert idea.n_followers == 2


def test_a_letter_carries_what_a_visitor_wanted_and_does_it_once(board):
    lee = cast.member()
    given = {"board": board.slug, "title": LINUX[0], "text": LINUX[1]}

    paths = [do("idea_send_in", lee, given, NOON) for _ in range(2)]

    idea = Idea.objects.get()
    assert paths[0] == paths[1] == f"/ideas/{board.slug}/{idea.pk}/?told=proposed"
    kim = cast.member()
    for kind in ("idea_vote", "idea_vote", "idea_follow"):
        do(kind, kim, {"idea": idea.pk}, NOON)
    do("idea_comment", kim, {"idea": idea.pk, "text": "With which release?"}, NOON)
    idea.refresh_from_db()
    assert (idea.n_for, idea.n_followers, idea.n_comments) == (2, 2, 1)
    with pytest.raises(Refused, match="never stood there"):
        do("idea_vote", kim, {"idea": "17x"}, NOON)
