import json
from datetime import date, timedelta

import pytest
from django.core import mail

from livingroom.ideas.digest import operations
from livingroom.ideas.digest.operations import NotOver, mail_digest, mail_what_waits, make_digest, make_due
from livingroom.ideas.duty.operations import answer
from livingroom.ideas.models import Digest, DigestMail, DigestReader, Idea
from tests.ideas import cast
from tests.ideas.cast import later
from tests.ideas.duty import scene

pytestmark = pytest.mark.django_db
WEEK = (date(2026, 3, 2), date(2026, 3, 9))


@pytest.fixture
def board():
    scene.house()
    found = scene.board(digest_every="weekly", answer_within_days=3)
    DigestReader.objects.create(board=found, staff=scene.manager())
    return found


@pytest.fixture
def week(board):
    """One shipped, one declined, one late, one that only rose."""
    shipped, declined, late = (
        scene.wanted_idea(board, title) for title in ("Plain machines", "Free mice", "Linux")
    )
    answer(
        staff=scene.manager(), idea=shipped, state=Idea.State.SHIPPED, reason="Tick the box when you order.",
        url="https://shop.cornerpc.example/plain", now=later(days=1),
    )  # fmt: skip
    answer(
        staff=scene.manager(),
        idea=declined,
        state=Idea.State.DECLINED,
        reason="Too dear.  So far.",
        now=later(days=2),
    )
    Idea.objects.filter(pk=late.pk).update(n_shown=40)
    return late


def test_it_says_what_shipped_what_was_declined_and_why_and_who_is_late(board, week):
    said = make_digest(board, *WEEK, later(days=7)).content

    assert [(row["title"], row["url"]) for row in said["shipped"]] == [
        ("Plain machines", "https://shop.cornerpc.example/plain")
    ]
    assert [(row["state"], row["reason"]) for row in said["decided"]] == [("Declined", "Too dear.  So far.")]
    assert [(row["title"], row["owner"], row["days_late"]) for row in said["late"]] == [("Linux", "Mia", 4)]
    assert [row["title"] for row in said["wanted"]] == ["Linux"]
    assert said["wanted"][0]["per_exposure"]["low"] < 3 / 40 + 0.1
    assert said["counts"]["ideas"] == 3
    json.dumps(said)


def test_it_stays_as_it_was_made(board, week):
    made = make_digest(board, *WEEK, later(days=7))

    Idea.objects.filter(pk=week.pk).update(title="Linux on every notebook")
    again = make_digest(board, *WEEK, later(days=8))

    assert (again.pk, again.content) == (made.pk, made.content)


def test_each_reader_gets_exactly_one_mail_with_the_pdf(board, week):
    assert [digest.begins_on for digest in make_due(later(days=7))] == [WEEK[0]]
    make_due(later(days=7, hours=1))

    for hours in (1, 2, 3):
        mail_what_waits(later(days=7, hours=hours))
    DigestReader.objects.create(board=board, staff=cast.moderator())
    mail_what_waits(later(days=8))

    letter = mail.outbox[0]
    assert (len(mail.outbox), letter.to) == (1, ["mia@cornerpc.example"])
    assert letter.subject == "Ideas: 2 to 8 March 2026"
    assert "Linux: Mia, due 5 Mar 2026, late by 4 days" in letter.body
    name, content, kind = letter.attachments[0]
    assert (name, kind, content[:5]) == ("ideas-2026-03-02.pdf", "application/pdf", b"%PDF-")


def test_a_crash_after_the_mail_sends_no_second_one(board, week, monkeypatch):
    digest = make_digest(board, *WEEK, later(days=7))
    send = operations.letter

    def crash_after(*given):
        send(*given).send()
        raise RuntimeError("the machine went down")

    monkeypatch.setattr(operations, "letter", crash_after)
    with pytest.raises(RuntimeError):
        mail_digest(digest, later(days=7))
    monkeypatch.setattr(operations, "letter", send)
    mail_digest(digest, later(days=7, hours=1))

    assert len(mail.outbox) == 1
    assert DigestMail.objects.get().sent_at is None  # the page says that nobody knows whether it went out


def test_days_that_are_not_over_are_not_told(board):
    with pytest.raises(NotOver):
        make_digest(board, *WEEK, later(days=3))

    assert make_due(later(days=3)) == []
    assert Digest.objects.count() == 0


def test_the_same_digest_gives_the_same_pdf(board, week):
    from livingroom.ideas.digest.pdf import to_pdf

    digest = make_digest(board, *WEEK, later(days=7))

    assert to_pdf(digest) == to_pdf(Digest.objects.get(pk=digest.pk))
    assert digest.ends_on - digest.begins_on == timedelta(days=7)
