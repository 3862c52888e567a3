import pytest
from django.core.exceptions import PermissionDenied

from livingroom.inbox import operations
from livingroom.inbox.answered import note_sent
from livingroom.inbox.changing import CannotChange, ChangedMeanwhile
from livingroom.inbox.models import Change, Conversation, Message, Step
from livingroom.people.models import Staff, StaffScope
from tests.inbox import cast
from tests.posts import cast as people

State = Conversation.State


def answer(case: Conversation, *, by_machine: bool = False, minutes: int = 5) -> Conversation:
    message = Message.objects.create(
        conversation=case, direction="out", state="sent", staff=cast.agent(), is_automatic=by_machine,
        at=cast.later(minutes=minutes), text="We look at it",
    )  # fmt: skip
    return note_sent(message, cast.later(minutes=minutes))


def test_a_deed_is_written_down_counted_in_the_version_and_told_to_screens(house):
    case, ana = cast.conversation(), cast.agent()
    Change.objects.all().delete()

    operations.set_kind(case, kind="complaint", staff=ana, now=cast.NOON)

    fresh = Conversation.objects.get()
    step = Step.objects.filter(verb="set kind").get()
    assert (fresh.kind, fresh.version) == ("complaint", case.version + 1)
    assert (step.staff, step.change) == (ana, {"from": "question", "to": "complaint"})
    assert list(Change.objects.values_list("conversation_id", flat=True)) == [case.pk]


def test_a_deed_that_changes_nothing_leaves_no_trace(house):
    case, ana = cast.conversation(), cast.agent()
    n_steps = Step.objects.count()

    assert operations.set_kind(case, kind="question", staff=ana, now=cast.NOON) == []

    assert Step.objects.count() == n_steps


def test_an_analyst_may_look_and_not_touch(house):
    case = cast.conversation()

    with pytest.raises(PermissionDenied):
        operations.close(case, staff=people.ian(), now=cast.NOON)


def test_an_agent_of_one_branch_may_not_touch_anothers_cases_even_in_bulk(house):
    ben = cast.agent("Ben")
    StaffScope.objects.create(staff=ben, kind="branch", value="ajuda")
    ours = cast.conversation(to=cast.branch("Ajuda"))
    theirs = cast.conversation()

    with pytest.raises(PermissionDenied):
        operations.close([ours, theirs], staff=ben, now=cast.NOON)

    assert not Conversation.objects.filter(state=State.CLOSED).exists()
    assert operations.close(ours, staff=ben, now=cast.NOON)
    with pytest.raises(CannotChange, match="may not answer"):
        operations.assign(theirs, owner=ben, staff=cast.agent(), now=cast.NOON)


def test_what_changed_meanwhile_is_not_changed_again_unseen(house):
    case = cast.conversation()
    cast.hear(cast.mention("One more thing", at=cast.later(minutes=1)))

    with pytest.raises(ChangedMeanwhile):
        operations.close(case, staff=cast.agent(), now=cast.later(minutes=2), version=case.version)


def test_a_snoozed_case_wakes_by_time_or_by_words(house):
    by_time, by_words = cast.conversation(who="lee"), cast.conversation(who="kim")
    operations.snooze([by_time, by_words], until=cast.later(hours=2), staff=cast.agent(), now=cast.NOON)
    cast.hear(cast.mention("Hello?", who="kim", at=cast.later(hours=1)))

    assert operations.wake(cast.later(hours=1)) == 0
    assert operations.wake(cast.later(hours=2)) == 1

    assert list(Conversation.objects.values_list("state", "snoozed_until")) == [(State.OPEN, None)] * 2


def test_only_a_persons_answer_is_an_answer(house):
    case = cast.conversation()

    after_machine = answer(case, by_machine=True, minutes=1)
    assert (after_machine.first_answered_at, after_machine.waiting_since) == (None, cast.NOON)
    after_person = answer(case, minutes=9)

    assert after_person.first_answered_at == cast.later(minutes=9)
    assert (after_person.waiting_since, after_person.state, after_person.n_out) == (None, State.WAITING, 2)


def test_spam_closes_hides_and_can_be_taken_back(house):
    case, ana = cast.conversation(), cast.agent()

    operations.mark_spam(case, staff=ana, now=cast.NOON)
    assert case.messages.get().mention.verdict == "hidden"
    operations.not_spam(case, staff=ana, now=cast.NOON)

    fresh = Conversation.objects.get()
    assert (fresh.state, fresh.tags, fresh.waiting_since) == (State.OPEN, [], cast.NOON)
    assert fresh.messages.get().mention.verdict == "good"


def test_the_number_of_a_hand_over_stays_with_the_case(house):
    case = cast.conversation()

    operations.hand_over(case, channel="phone", number="+1 512 555 0100", staff=cast.agent(), now=cast.NOON)

    step = Step.objects.get(verb="handed over")
    assert step.change["number"] == "+1 512 555 0100"


def test_bulk_deeds_of_the_page_go_back_to_the_list(house, client):
    rows = [cast.conversation(who=name) for name in ("lee", "kim")]
    client.force_login(cast.agent())

    answer = client.post(
        "/inbox/do/close/", {"conversation": [row.pk for row in rows], "next": "/inbox/?tab=mine"}
    )

    assert (answer.status_code, answer["Location"]) == (302, "/inbox/?tab=mine")
    assert Conversation.objects.filter(state=State.CLOSED).count() == 2


def test_a_page_leads_nowhere_else_after_a_deed(house, client):
    case = cast.conversation()
    client.force_login(cast.agent())

    answer = client.post("/inbox/do/close/", {"conversation": case.pk, "next": "https://evil.example/inbox/"})

    assert answer["Location"] == "/inbox/"


def test_pages_show_the_case_and_its_list_and_an_outsider_nothing(house, client):
    case = cast.conversation("My notebook is <b>hot</b>")
    assert client.get(f"/inbox/{case.pk}/").status_code == 302
    client.force_login(Staff.objects.create_user("ian@example.com", None, name="Ian", role="analyst"))

    page = client.get(f"/inbox/{case.pk}/").content.decode()
    part = client.get(
        f"/inbox/{case.pk}/", headers={"HX-Request": "true", "HX-Target": "case"}
    ).content.decode()

    assert "My notebook is &lt;b&gt;hot&lt;/b&gt;" in page
    assert "inbox-list" in page
    assert "inbox-list" not in part
    assert 'data-key="e"' not in page, "an analyst is offered no deeds"
