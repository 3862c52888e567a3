"""What a person meets who answers: limits, reasons, drafts, signatures, what changed meanwhile, saved replies, notes."""

from datetime import timedelta

import pytest
from django.core import mail

from livingroom.inbox.answering.operations import Writing, write_answer
from livingroom.inbox.answering.standing import why_not
from livingroom.inbox.answering.windows import window_closes_at
from livingroom.inbox.answering.wording import count
from livingroom.inbox.company.following import stop_following, stop_link
from livingroom.inbox.company.notes import write_note
from livingroom.inbox.company.presence import HERE_FOR, be_here, leave, who_is_here
from livingroom.inbox.company.telling import mail_what_waits
from livingroom.inbox.models import AnswerDraft, Ban, Message, Notice, SavedReply, SavedText, SigningCustom
from livingroom.inbox.replies.filling import words_of
from livingroom.inbox.replies.models import Macro
from livingroom.networks.models import Connection
from tests.inbox import answering_cast as cast
from tests.inbox.answering_cast import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(db):
    return cast.conversation()


@pytest.fixture
def anna(client):
    person = cast.staff()
    client.force_login(person)
    return person


def last(case):
    return case.messages.order_by("-pk").first().pk


def test_the_signature_is_the_branchs_custom_and_counts(case, anna):
    care = cast.branch()
    cast.host(anna, "AB", care)

    assert count(case, anna, "Hello").signature == "^AB"
    assert count(case, anna, "Hello").size == len("Hello ^AB")
    SigningCustom.objects.create(branch=care, how=SigningCustom.How.NAME)
    assert count(case, anna, "Hello").signature == "– Anna"


def test_too_long_is_said_before_and_refused_after(client, case, anna):
    response = client.post(f"/inbox/{case.pk}/draft/", {"text": "x" * 498, "seen": last(case)})
    assert response.json()["left"] == -2
    assert response.json()["problems"]

    client.post(f"/inbox/{case.pk}/answer/", {"text": "x" * 498, "seen": last(case)})
    assert not Message.objects.filter(direction="out").exists()
    assert AnswerDraft.objects.get().text == "x" * 498, "what was written is never lost"


def test_why_it_cannot_be_answered_is_said_before_anybody_types(client, case, anna):
    Connection.objects.update(state="revoked", problem="The password was changed.")

    page = client.get(f"/inbox/{case.pk}/").content.decode()

    assert "It cannot be answered" in page
    assert "must be connected again" in page


def test_every_obstacle_has_its_reason(case):
    assert why_not(case, NOON) == ""

    Ban.objects.create(author=case.author, reason="threats", begun_at=NOON)
    assert "banned" in why_not(case, NOON)
    Ban.objects.all().delete()
    case.is_public = False
    assert "to us alone" in why_not(case, NOON), "an answer would be public"
    case.is_public, case.state = True, "closed"
    assert "reopen" in why_not(case, NOON)
    case.state = "open"
    case.messages.update(gone_at=NOON)
    assert "gone" in why_not(case, NOON)


def test_metas_windows_are_seven_days_for_people_and_one_for_machines(case):
    case.network, case.is_public = "facebook", False

    assert window_closes_at(case) == NOON + timedelta(days=7)
    assert window_closes_at(case, is_automatic=True) == NOON + timedelta(hours=24)
    case.is_public = True
    assert window_closes_at(case) is None


def test_words_that_came_while_writing_are_shown_and_the_answer_is_kept(client, case, anna):
    seen = last(case)
    cast.said(case, "Forget it, it works again.")

    client.post(f"/inbox/{case.pk}/answer/", {"text": "Try another cable.", "seen": seen})

    assert not Message.objects.filter(direction="out").exists()
    page = client.get(f"/inbox/{case.pk}/").content.decode()
    assert "went on while you wrote" in page
    assert "Forget it, it works again." in page
    assert "Try another cable." in page
    client.post(f"/inbox/{case.pk}/answer/", {"text": "Try another cable.", "seen": seen, "anyway": "1"})
    assert Message.objects.get(direction="out").state == "due"
    assert not AnswerDraft.objects.exists()


def test_what_a_colleague_answers_is_newer_words_too(case, anna):
    seen, bob = last(case), cast.staff("Bob")
    write_answer(staff=bob, conversation=case, writing=Writing("I take it.", seen), now=NOON)

    with pytest.raises(ValueError, match="went on while you wrote"):
        write_answer(staff=anna, conversation=case, writing=Writing("Hello", seen), now=NOON)


def test_who_may_not_answer_there_cannot(client, case):
    client.force_login(cast.staff("Ian", "analyst"))

    assert client.post(f"/inbox/{case.pk}/answer/", {"text": "Hi", "seen": last(case)}).status_code == 403


def test_mail_is_answered_below_what_was_written_and_once(anna):
    writer = cast.stranger("jeff@example.org", network="mail", name="Jeff")
    case = cast.conversation(author=writer, network="mail", is_public=False, subject="No picture")
    case.messages.update(remote_id="<one@example.org>")
    answer = write_answer(
        staff=anna, conversation=case, writing=Writing("Which cable?", last(case)), now=NOON
    )

    cast.send_at(answer, answer.try_at)
    cast.send_at(answer, answer.at + timedelta(hours=1))

    [letter] = mail.outbox
    assert (letter.to, letter.subject, letter.body) == (
        ["jeff@example.org"],
        "Re: No picture",
        "Which cable? ^AB",
    )
    assert letter.extra_headers["In-Reply-To"] == "<one@example.org>"
    assert letter.extra_headers["Message-ID"] == answer.remote_id == f"<{answer.delivery_key}@127.0.0.1>"


def test_a_saved_reply_comes_in_the_customers_language_with_what_stands_in(case):
    reply = SavedReply.objects.create(shortcut="hello", title="Hello", changed_at=NOON)
    for language, text in (("en", "Hi {first_name|there}, {nothing|still} us."), ("de", "Hallo {name}!")):
        SavedText.objects.create(reply=reply, language=language, text=text)

    case.author.name = ""
    assert words_of(reply, case, None) == "Hi there, still us."
    case.language, case.author.name = "de-at", "Jörg"
    assert words_of(reply, case, None) == "Hallo Jörg!"
    case.language = "ja"
    assert words_of(reply, case, None) == "Hi Jörg, still us."


def test_a_macro_answers_tags_and_closes_in_one(client, case, anna):
    reply = SavedReply.objects.create(shortcut="thanks", title="Thanks", changed_at=NOON)
    SavedText.objects.create(reply=reply, language="en", text="Thank you, {name}.")
    macro = Macro.objects.create(name="Thank and close", reply=reply, tags=["praise"], then="close")

    found = client.get(f"/inbox/{case.pk}/replies.json?q=tha").json()["replies"]
    client.post(f"/inbox/{case.pk}/macros/{macro.pk}/", {"seen": last(case)})

    case.refresh_from_db()
    assert found[0]["text"] == "Thank you, Jeff."
    assert (case.state, case.tags) == ("closed", ["praise"])
    answer = cast.send_at(Message.objects.get(direction="out"), NOON + timedelta(hours=1))
    assert (answer.state, answer.text) == ("sent", "Thank you, Jeff. ^AB"), (
        "closing does not stop what was written"
    )
    case.refresh_from_db()
    assert (case.state, case.waiting_since) == ("closed", None)


def test_a_note_tells_whom_it_names_once_in_one_letter_and_one_click_ends_it(client, case, anna):
    bob = cast.staff("Bob Ray")
    for words in ("@bob.ray do you know?", "@bob please", "Any news?"):
        write_note(staff=anna, conversation=case, text=words, now=NOON)

    assert mail_what_waits(NOON + timedelta(minutes=14)) == 0
    assert mail_what_waits(NOON + timedelta(minutes=15)) == 1
    assert mail_what_waits(NOON + timedelta(minutes=16)) == 0
    [letter] = mail.outbox
    assert letter.to == [bob.email]
    assert letter.body.count("- Anna Bell") == 3

    client.logout()
    path = stop_link(bob, case).split("127.0.0.1:8000")[-1]
    assert client.get(path).status_code == 200
    write_note(staff=anna, conversation=case, text="@bob still there?", now=NOON + timedelta(hours=1))
    assert Notice.objects.filter(staff=bob, mailed_at=None).count() == 1, "a look at the link stops nothing"
    assert client.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    write_note(staff=anna, conversation=case, text="@bob and now?", now=NOON + timedelta(hours=2))
    assert Notice.objects.filter(staff=bob, mailed_at=None).count() == 1
    assert client.get("/stop-telling/nonsense/").status_code == 404


def test_nobody_is_told_what_they_muted(case, anna):
    bob = cast.staff("Bob")
    stop_following(staff=bob, conversation=case, now=NOON)

    write_note(staff=anna, conversation=case, text="@bob look", now=NOON)

    assert not Notice.objects.exists()


def test_people_see_each_other_until_they_leave_or_fall_silent(client, case, anna):
    bob = cast.staff("Bob")
    be_here(staff=bob, conversation=case, now=NOON, is_typing=True)

    [here] = who_is_here(case, NOON, but=anna)
    assert (here.staff, here.is_typing) == (bob, True)
    assert who_is_here(case, NOON + HERE_FOR) == []
    leave(staff=bob, conversation=case, now=NOON)
    assert who_is_here(case, NOON) == []
    assert "Bob" not in client.post(f"/inbox/{case.pk}/here/").content.decode()
    assert who_is_here(case, NOON)[0].staff == anna
