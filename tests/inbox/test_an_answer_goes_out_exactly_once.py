from datetime import timedelta

import pytest

from livingroom.inbox.answering.operations import UNDO_WITHIN, Writing, send_again, take_back, write_answer
from livingroom.inbox.answering.sending import claim_answer, release_lost_claims, settle_answer
from livingroom.inbox.models import AnswerDraft, Conversation, Message
from livingroom.networks.models import Connection
from livingroom.networks.sandbox.faults import arm_fault
from livingroom.networks.sandbox.models import SandboxAccount
from livingroom.networks.writing import LEASE, LOOKS_APART, SETTLE_AFTER
from livingroom.shared.models import Alarm
from tests.inbox import answering_cast as cast
from tests.inbox.answering_cast import NOON

pytestmark = pytest.mark.django_db
State = Message.State
OUT = NOON + UNDO_WITHIN


@pytest.fixture
def case(db) -> Conversation:
    return cast.conversation()


@pytest.fixture
def answer(case) -> Message:
    seen = case.messages.last().pk
    return write_answer(
        staff=cast.staff(),
        conversation=case,
        writing=Writing("Hold the power key for ten seconds.", seen),
        now=NOON,
    )


def ours(case: Conversation) -> SandboxAccount:
    return SandboxAccount.objects.get(handle=case.branch.handle)


def look(message: Message, at) -> Message:
    settle_answer(message.pk, at, clock=lambda: at)
    message.refresh_from_db()
    return message


def test_an_answer_is_sent_below_what_it_answers_and_the_case_knows_it(case, answer):
    cast.send_at(answer, OUT)

    case.refresh_from_db()
    post = ours(case).posts.get()
    assert str(post.in_reply_to_id) == case.messages.first().remote_id
    assert post.text == "Hold the power key for ten seconds. ^AB"
    assert (answer.state, case.state, case.waiting_since) == (State.SENT, "waiting", None)
    assert (case.first_answered_by, case.n_out) == (answer.staff, 1)


def test_an_answer_can_be_taken_back_for_ten_seconds_and_is_a_draft_again(case, answer):
    assert cast.send_at(answer, OUT - timedelta(seconds=1)).state == State.DUE

    assert take_back(staff=cast.staff(), message=answer, now=NOON)

    assert cast.send_at(answer, OUT).state == State.CANCELLED
    assert cast.on_network(answer) == 0
    assert AnswerDraft.objects.get().text == "Hold the power key for ten seconds."


def test_what_is_on_its_way_cannot_be_taken_back(case, answer):
    cast.send_at(answer, OUT)

    assert not take_back(staff=cast.staff(), message=answer, now=OUT)


def test_of_two_workers_one_sends(answer):
    assert claim_answer(answer.pk, OUT) is not None
    assert claim_answer(answer.pk, OUT) is None


def test_a_lost_answer_is_settled_by_looking_not_by_sending(case, answer):
    arm_fault(ours(case), "accept_then_timeout", only_writes=True)

    assert cast.send_at(answer, OUT).state == State.UNKNOWN
    assert look(answer, OUT + SETTLE_AFTER).state == State.SENT

    assert cast.on_network(answer) == 1


def test_what_surely_did_not_arrive_is_sent_again_once(case, answer):
    arm_fault(ours(case), "timeout", only_writes=True)
    cast.send_at(answer, OUT)

    look(answer, OUT + SETTLE_AFTER)
    assert look(answer, OUT + SETTLE_AFTER + LOOKS_APART).state == State.DUE
    cast.send_at(answer, OUT + timedelta(minutes=5))

    assert (answer.state, cast.on_network(answer)) == (State.SENT, 1)


def test_a_dead_workers_answer_is_looked_up_when_its_lease_is_over(answer):
    claim_answer(answer.pk, OUT)

    assert release_lost_claims(OUT + LEASE - timedelta(seconds=1)) == 0
    assert release_lost_claims(OUT + LEASE) == 1
    look(answer, OUT + LEASE)
    look(answer, OUT + LEASE + LOOKS_APART)
    cast.send_at(answer, OUT + timedelta(minutes=10))

    assert (answer.state, cast.on_network(answer)) == (State.SENT, 1)


def test_a_worker_that_slept_past_its_lease_sends_nothing(answer):
    from livingroom.inbox.answering.sending import send_answer

    send_answer(answer.pk, OUT, clock=lambda: OUT + LEASE)

    answer.refresh_from_db()
    assert (answer.state, cast.on_network(answer)) == (State.SENDING, 0)


def test_what_failed_rings_says_why_and_can_be_sent_again(case, answer):
    arm_fault(ours(case), "revoked", only_writes=True)

    cast.send_at(answer, OUT)
    assert answer.state == State.FAILED
    assert Connection.objects.get(pk=case.connection_id).state == Connection.State.REVOKED
    assert Alarm.objects.ringing().get(kind="answer failed").url == f"/inbox/{case.pk}/"

    SandboxAccount.objects.filter(handle=case.branch.handle).update(token_is_revoked=False)
    Connection.objects.update(state=Connection.State.CONNECTED)
    send_again(staff=cast.staff(), message=answer, now=OUT)
    cast.send_at(answer, OUT)

    assert (answer.state, cast.on_network(answer)) == (State.SENT, 1)
    assert not Alarm.objects.ringing().filter(kind="answer failed").exists()


def test_words_that_came_while_the_answer_was_on_its_way_still_wait(case, answer):
    later = cast.said(case, "And the fan howls.", at=NOON + timedelta(seconds=5))

    cast.send_at(answer, OUT)

    case.refresh_from_db()
    assert case.waiting_since == later.at
    assert case.state == "open"


def test_an_automatic_answer_answers_nobody(case):
    from livingroom.inbox.answering.operations import write_automatic_answer

    said = write_automatic_answer(conversation=case, text="We have got it.", rule="Receipt", now=NOON)
    cast.send_at(said, NOON)

    case.refresh_from_db()
    assert said.state == State.SENT
    assert case.first_answered_at is None
    assert case.waiting_since is not None
