import pytest
from django.core import mail

from livingroom.ideas import boards
from livingroom.ideas.duty import noticing
from livingroom.ideas.duty.operations import answer, assign, name_partner, note_line
from livingroom.ideas.duty.owners import hand_over_orphans
from livingroom.ideas.duty.ringing import ring
from livingroom.ideas.models import Category, DutyNotice, Idea
from livingroom.shared.models import Alarm
from tests.ideas import cast
from tests.ideas.cast import NOON, later
from tests.ideas.duty import scene

pytestmark = pytest.mark.django_db
Kind = DutyNotice.Kind


def test_the_vote_that_reaches_the_line_gives_the_categorys_partner_and_day():
    board = scene.board()
    hardware = Category.objects.create(
        board=board, slug="hardware", name="Hardware", partner=cast.moderator(), answer_within_days=5
    )

    below = cast.idea(board, "Louder fans for gamers", category=hardware)
    above = scene.wanted_idea(board, category=hardware)

    below.refresh_from_db()
    assert (below.owner, below.due_at, below.above_line_at) == (None, None, None)
    assert (above.owner, above.due_at, above.above_line_at) == (cast.moderator(), later(days=5), NOON)
    assert DutyNotice.objects.get(idea=above).kind == Kind.YOURS


def test_noting_the_line_again_moves_no_day():
    idea = scene.wanted_idea(scene.board())

    assert note_line([idea], later(days=4)) == 0

    idea.refresh_from_db()
    assert idea.due_at == later(days=10)


def test_without_partners_the_manager_who_owes_the_fewest_gets_it():
    scene.manager("Mia"), scene.manager("Max")
    board = scene.board(partner=None)

    owners = [scene.wanted_idea(board, f"Idea of number {number}").owner for number in range(4)]

    assert sorted(owner.name for owner in owners) == ["Max", "Max", "Mia", "Mia"]


def test_a_lower_line_gives_owners_at_once_and_takes_no_promise_back():
    board = scene.board(answer_line=5)
    idea = cast.idea(board)
    scene.voters(idea, *(cast.member() for _ in range(3)))

    n = boards.change_board(staff=scene.manager(), board=board, answer_line=3, now=later(days=1))
    boards.change_board(staff=scene.manager(), board=board, answer_line=50, now=later(days=2))

    idea.refresh_from_db()
    assert (n, idea.due_at, idea.owner) == (1, later(days=11), scene.manager())


def test_a_new_partner_takes_over_what_the_last_one_owes():
    board = scene.board()
    idea = scene.wanted_idea(board)

    n = name_partner(staff=scene.manager(), place=board, partner=cast.moderator(), now=later(days=1))

    idea.refresh_from_db()
    assert (n, idea.owner, idea.due_at) == (1, cast.moderator(), later(days=10))


def test_who_left_owes_nothing_any_more():
    board = scene.board(partner=cast.moderator())
    idea = scene.wanted_idea(board)
    cast.moderator().__class__.objects.filter(pk=cast.moderator().pk).update(is_active=False)
    heir = scene.manager()

    hand_over_orphans(later(days=1))

    idea.refresh_from_db()
    assert idea.owner == heir


def test_owners_are_reminded_before_the_day_and_on_it_in_one_mail():
    board = scene.board()
    first, second = scene.wanted_idea(board), scene.wanted_idea(board, "Quieter power supplies")
    DutyNotice.objects.update(mailed_at=NOON)

    for at in (later(days=6), later(days=8), later(days=8, hours=1), later(days=11), later(days=11, hours=1)):
        noticing.note_due(at)
        noticing.mail_what_waits(at)

    assert [len(mail.outbox), mail.outbox[0].to] == [2, ["mia@cornerpc.example"]]
    assert str(first) in mail.outbox[0].body
    assert str(second) in mail.outbox[0].body
    assert "Due soon" in mail.outbox[0].body
    assert "Due, and not answered" in mail.outbox[1].body


def test_who_answered_in_time_is_not_reminded():
    idea = scene.wanted_idea(scene.board())
    answer(
        staff=scene.manager(),
        idea=idea,
        state=Idea.State.PLANNED,
        reason="In the autumn.",
        now=later(hours=1),
    )

    noticing.note_due(later(days=11))
    noticing.mail_what_waits(later(days=11))

    assert mail.outbox == []


def test_one_alarm_rings_for_all_that_is_late_and_stops_when_it_is_answered():
    board = scene.board()
    ideas = [scene.wanted_idea(board), scene.wanted_idea(board, "Quieter power supplies")]
    ring(later(days=9))
    assert not Alarm.objects.ringing().exists()

    ring(later(days=11))
    alarm = Alarm.objects.ringing().get()
    for idea in ideas:
        answer(
            staff=scene.manager(),
            idea=idea,
            state=Idea.State.DECLINED,
            reason="Not this year.",
            now=later(days=12),
        )
    ring(later(days=12))

    assert alarm.text == "2 ideas wait longer for an answer than “Ideas” promises (Mia 2)."
    assert not Alarm.objects.ringing().exists()


def test_what_was_declined_and_comes_again_is_shown_to_who_declined_it():
    board = scene.board()
    old = scene.wanted_idea(board)
    assign(staff=scene.manager(), idea=old, owner=cast.moderator(), now=NOON)
    answer(
        staff=scene.manager(), idea=old, state=Idea.State.DECLINED, reason="Not this year.", now=later(days=1)
    )
    DutyNotice.objects.update(mailed_at=NOON)

    again = cast.idea(board, "Computers without extra software", now=later(days=400), returns_to=old)
    noticing.mail_what_waits(later(days=400, hours=1))

    assert DutyNotice.objects.get(kind=Kind.RETURNED).idea == again
    assert mail.outbox[0].to == ["ana@cornerpc.example"]
    assert f"declined before: {old}" in mail.outbox[0].body
