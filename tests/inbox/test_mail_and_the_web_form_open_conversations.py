import pytest

from livingroom.inbox.form.models import Knock
from livingroom.inbox.mail.fetching import fetch_mail
from livingroom.inbox.mail.models import Attachment, Mailbox, PassedMail, UnreadMail
from livingroom.inbox.mail.reading import read_letter, without_quotes
from livingroom.inbox.models import Conversation, Message, Step
from livingroom.listening.models import Mention
from livingroom.networks.vault import seal
from tests.inbox import cast
from tests.inbox.mailstage import Stage, mail_stage

MAIL = """From: Lee Jones <Lee@Home.example>
To: help@cornerpc.example
Subject: =?utf-8?q?Mein_Ger=C3=A4t?=
Message-ID: <{name}@home.example>
Date: Mon, 02 Mar 2026 11:00:00 +0100
{more}Content-Type: text/plain; charset=utf-8

{text}
"""


def mail(name: str, text: str = "It is hot", more: str = "") -> str:
    return MAIL.format(name=name, text=text, more=more)


@pytest.fixture
def stage():
    with mail_stage() as found:
        yield found


@pytest.fixture
def box(house, stage: Stage) -> Mailbox:
    return Mailbox.objects.create(
        address="help@cornerpc.example", host="127.0.0.1", port=stage.port, security="none", user="help",
        password_encrypted=seal({"password": "secret"}), branch=cast.branch(),
    )  # fmt: skip


def fetch(box: Mailbox) -> int:
    """Read, and understand what came, as listening does."""
    box.refresh_from_db()
    n = fetch_mail(box, cast.NOON)
    Mention.objects.filter(understood_at=None).update(understood_at=cast.NOON, verdict="good")
    cast.hear(*Mention.objects.filter(message=None), now=cast.NOON)
    return n


def test_a_mail_opens_a_conversation_once(box, stage):
    stage.put(mail("one"))

    assert fetch(box) == 1
    assert fetch(box) == 0
    stage.validity += 1  # the server counts anew and tells all of it again
    assert fetch(box) == 1

    case = Conversation.objects.get()
    assert (case.network, case.subject, case.branch, case.is_public) == (
        "mail",
        "Mein Gerät",
        box.branch,
        False,
    )
    assert (case.author.author_id, case.author.name, case.n_in) == ("lee@home.example", "Lee Jones", 1)
    assert box.problem == ""


def test_an_answer_by_mail_comes_into_its_thread_without_what_it_quotes(box, stage):
    stage.put(mail("one"))
    fetch(box)
    Message.objects.create(
        conversation=Conversation.objects.get(), direction="out", state="sent", at=cast.NOON, remote_id="<ours@us>"
    )  # fmt: skip
    quoted = "Still hot!\n\nOn Mon, 2 Mar 2026 at 12:00, Corner PC wrote:\n> Did you turn it off?\n> ^AN"

    stage.put(mail("two", quoted, "In-Reply-To: <ours@us>\nReferences: <one@home.example> <ours@us>\n"))
    fetch(box)

    assert Conversation.objects.get().n_in == 2
    assert Message.objects.filter(direction="in").last().text == "Still hot!"


def test_machines_mails_open_nothing_and_a_bounce_is_noted_where_it_belongs(box, stage):
    case = cast.conversation()
    ours = Message.objects.create(
        conversation=case, direction="out", state="sent", at=cast.NOON, remote_id="<ours@us>"
    )
    stage.put(mail("away", "I am on holiday", "Auto-Submitted: auto-replied\n"))
    stage.put(mail("news", "Buy", "List-Id: <news.example>\n"))
    stage.put(
        'From: MAILER-DAEMON@mx.example\nSubject: Undelivered\nMessage-ID: <b@mx>\nContent-Type: multipart/report; boundary="x"\n'
        "\n--x\nContent-Type: text/plain\n\nNo such user\n--x\nContent-Type: message/rfc822\n\n"
        "Message-ID: <ours@us>\nSubject: Re\n\nHello\n--x--\n"
    )

    fetch(box)

    assert Conversation.objects.get() == case
    assert sorted(PassedMail.objects.values_list("why", flat=True)) == ["automatic", "automatic", "bounce"]
    ours.refresh_from_db()
    assert ours.problem.startswith("It came back")
    assert Step.objects.filter(conversation=case, verb="the answer came back").exists()


def test_our_own_mailbox_is_not_answered(box, stage):
    stage.put(mail("loop").replace("Lee@Home.example", "help@cornerpc.example"))

    fetch(box)

    assert PassedMail.objects.get().why == "own"


def test_a_mail_that_cannot_be_read_holds_up_nobody(box, stage):
    stage.put("Subject: from nobody\n\nHm\n")
    stage.put(mail("one"))

    assert fetch(box) == 2

    assert Conversation.objects.count() == 1
    assert "whom it is from" in UnreadMail.objects.get().problem


def test_mails_that_could_not_be_read_are_tried_again_together(box, stage, client):
    uids = [stage.put("Subject: from nobody\n\nHm\n") for _ in range(3)]
    fetch(box)
    client.force_login(cast.agent())
    stage.mails[uids[0]] = mail("mended").replace("\n", "\r\n").encode()
    UnreadMail.objects.update(problem="It was another reason once.")

    done = client.post("/inbox/dead-letters/mail/replay/", follow=True)

    assert UnreadMail.objects.count() == 2
    assert "1 tried again without trouble, 2 are still stuck" in done.content.decode()
    assert "whom it is from" in done.content.decode()
    assert Mention.objects.get().author_handle == "lee@home.example"


def test_a_mail_is_never_taken_for_another_one_that_got_its_number(box, stage, client):
    stage.put("Subject: from nobody\n\nHm\n")
    fetch(box)
    stage.validity, stage.mails = 2, {1: mail("other").replace("\n", "\r\n").encode()}
    client.force_login(cast.agent())
    (stuck,) = UnreadMail.objects.all()

    client.post(f"/inbox/dead-letters/mail/{stuck.pk}/replay/")

    stuck.refresh_from_db()
    assert "numbered its mails anew" in stuck.problem
    assert not Mention.objects.exists()
    client.post(f"/inbox/dead-letters/mail/{stuck.pk}/drop/")
    assert not UnreadMail.objects.exists()


def test_a_mailbox_that_cannot_be_opened_says_so_on_replay(box, stage, client):
    stage.put("Subject: from nobody\n\nHm\n")
    fetch(box)
    stage.password = "changed"
    client.force_login(cast.agent())

    done = client.post("/inbox/dead-letters/mail/replay/", follow=True)

    assert "could not be opened" in done.content.decode()
    assert UnreadMail.objects.count() == 1


def test_files_are_kept_as_downloads_and_programs_only_named(box, stage, client):
    stage.put(
        "From: lee@home.example\nMessage-ID: <f@home>\nMIME-Version: 1.0\n"
        'Content-Type: multipart/mixed; boundary="x"\n\n--x\nContent-Type: text/plain\n\nSee\n'
        '--x\nContent-Type: text/plain\nContent-Disposition: attachment; filename="../bill.txt"\n\n100\n'
        '--x\nContent-Type: application/x-msdownload\nContent-Disposition: attachment; filename="a.exe"\n\nMZ\n--x--\n'
    )
    fetch(box)
    kept, named = Attachment.objects.order_by("pk")
    client.force_login(cast.agent())

    answer = client.get(f"/inbox/files/{kept.pk}/")

    assert b"".join(answer.streaming_content).strip() == b"100"
    assert answer["Content-Disposition"] == 'attachment; filename=".._bill.txt"'
    assert answer["Content-Type"] == "application/octet-stream"
    assert (named.digest, named.why_not) == ("", "not kept: application/x-msdownload")
    assert client.get(f"/inbox/files/{named.pk}/").status_code == 404


def test_a_wrong_password_is_said_on_the_mailbox(box):
    box.password_encrypted = seal({"password": "wrong"})
    box.save()

    assert fetch(box) == 0

    assert "wrong password" in Mailbox.objects.get().problem


def test_a_mailbox_without_tls_is_read_on_this_machine_only(box):
    Mailbox.objects.update(host="192.0.2.1")

    fetch(box)

    assert Mailbox.objects.get().problem


def test_broken_mails_are_read_as_far_as_they_go():
    raw = b"From: =?bad?q?x\xff <lee@home.example>\nMessage-ID: <x@y>\n"
    raw += b"Date: yesterday\nContent-Type: text/plain; charset=klingon\n\nh\xe9llo"

    letter = read_letter(raw, now=cast.NOON)

    assert (letter.address, letter.at, letter.text[0]) == ("lee@home.example", cast.NOON, "h")


def test_what_would_leave_nothing_is_not_taken_for_a_quote():
    assert without_quotes("> all of it\n> is quoted") == "> all of it\n> is quoted"
    assert without_quotes("On Monday it wrote:\nnothing, really") == "On Monday it wrote:\nnothing, really"


FORM = {
    "name": "Lee",
    "mail": "Lee@home.example",
    "text": "Meu notebook está quente",
    "subject": "",
    "lang": "pt",
}


def test_the_form_says_a_reference_in_the_visitors_language_and_opens_a_conversation(house, client):
    answer = client.post("/contact/", FORM)

    mention = Mention.objects.get()
    cast.hear(mention)
    case = Conversation.objects.get()
    assert mention.key in answer.content.decode()
    assert "Obrigado" in answer.content.decode()
    assert (case.network, case.author.network, case.author.author_id) == ("form", "mail", "lee@home.example")


def test_the_form_stops_floods_and_machines(house, client):
    assert "reference" not in client.post("/contact/", {**FORM, "website": "x"}).context
    assert not Mention.objects.exists()

    answers = [client.post("/contact/", FORM).status_code for _ in range(6)]

    assert answers == [200] * 5 + [429]
    assert Knock.objects.count() == 5
    assert "127.0.0.1" not in Knock.objects.first().visitor


def test_the_form_says_what_is_missing(house, client):
    answer = client.post("/contact/", {**FORM, "mail": "nowhere", "text": "", "lang": "de"})

    assert answer.status_code == 422
    assert "Bitte ausfüllen." in answer.content.decode()
    assert "An diese Adresse könnten wir nicht antworten." in answer.content.decode()


def test_the_form_is_refused_without_its_token(house):
    from django.test import Client

    assert Client(enforce_csrf_checks=True).post("/contact/", FORM).status_code == 403
