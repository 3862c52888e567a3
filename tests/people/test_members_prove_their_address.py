"""Somebody of the public becomes a member by opening a letter, and what they wanted to do counts from then on."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from livingroom.people.erasure.models import ErasureReceipt
from livingroom.people.members import doing
from livingroom.people.members.letters import News, send_what_waits, write_letters
from livingroom.people.models import Customer, Handle, Letter, Member, SignInLetter, Staff
from livingroom.shared.addresses import mail_hash
from livingroom.shared.sealing import seal_text

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


@pytest.fixture
def boss() -> Staff:
    return Staff.objects.create_user("boss@example.org", name="Boss", role="manager")


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Any]]:
    """A deed that a room above would name, and what came of it."""
    seen: list[tuple[str, Any]] = []

    def wave(member: Member, given: dict[str, Any], now: datetime) -> str:
        seen.append((member.name, given))
        return "/health"

    monkeypatch.setitem(doing._deeds, "wave", wave)
    return seen


def ask(client: Client, **given: str) -> Any:
    return client.post("/me/sign-in/", {"name": "Ana", "mail": "ana@example.org", **given})


def link_in_mail() -> str:
    found = re.search(r"/me/letter/\S+", str(mail.outbox[-1].body))
    assert found
    return found[0]


def test_what_a_visitor_wants_is_done_once_the_letter_is_opened(client: Client, done: list[Any]) -> None:
    ask(client, deed=doing.signed("wave", {"at": 5}))
    assert not done
    assert not Member.objects.exists()

    looked = client.get(link_in_mail())
    assert looked.status_code == 200
    assert not done, "mail scanners open links, too"
    opened = client.post(link_in_mail())

    assert done == [("Ana", {"at": 5})]
    assert opened["Location"] == "/health"
    assert client.post(link_in_mail()).status_code == 410, "a link opens once"
    assert len(done) == 1


def test_a_deed_that_was_tampered_with_is_refused(client: Client, done: list[Any]) -> None:
    token = doing.signed("wave", {"at": 5})

    answer = ask(client, deed=token[:-2] + "xx")

    assert answer.status_code == 400
    assert not SignInLetter.objects.exists()


def test_one_address_is_one_member_who_is_the_customer_we_know(client: Client) -> None:
    customer = Customer.objects.create(first_seen_at=NOW)
    Handle.objects.create(customer=customer, kind="mail", value=mail_hash("ana@example.org"), seen_at=NOW)

    for address in ("ana@example.org", " Ana@Example.org"):
        ask(client, mail=address)
        client.post(link_in_mail())

    assert Member.objects.get().customer == customer
    assert "ana@" not in Member.objects.get().mail_sealed


def test_letters_are_few(client: Client) -> None:
    answers = [ask(client).status_code for _ in range(7)]

    assert answers == [200] * 5 + [429] * 2
    assert len(mail.outbox) == 5


def test_an_address_that_is_none_is_told_in_the_readers_language(client: Client) -> None:
    answer = client.post("/me/sign-in/?lang=de", {"name": "Ana", "mail": "ana"})

    assert answer.status_code == 422
    assert "Mailadresse" in answer.content.decode()


def make_member(name: str) -> Member:
    return Member.objects.create(
        name=name, mail_hash=mail_hash(f"{name}@example.org"), mail_sealed=seal_text(f"{name}@example.org"),
        joined_at=NOW, seen_at=NOW,
    )  # fmt: skip


def test_a_member_is_told_each_thing_once_and_in_one_letter(client: Client) -> None:
    member, other = make_member("ana"), make_member("ben")
    Member.objects.filter(pk=other.pk).update(hears_from_us=False)
    news = [
        News(who.pk, f"idea {n} shipped", f"idea {n}", f"Idea {n} shipped", "It is there.")
        for n in (1, 2)
        for who in (member, other)
    ]

    assert write_letters(news, NOW) == 2
    assert write_letters(news, NOW) == 0
    assert send_what_waits(NOW + timedelta(minutes=5)) == 0, "what gathers goes out together"
    assert send_what_waits(NOW + timedelta(minutes=16)) == 1
    assert send_what_waits(NOW + timedelta(minutes=17)) == 0

    assert len(mail.outbox) == 1
    assert mail.outbox[0].to == ["ana@example.org"]
    body = str(mail.outbox[0].body)
    assert "Idea 1 shipped" in body
    assert "Idea 2 shipped" in body
    stop = re.findall(r"/me/stop/\S+", body)
    assert len(stop) == 3
    client.post(stop[-1])
    assert not Member.objects.get(pk=member.pk).hears_from_us


def test_a_letter_waits_while_no_mail_server_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    member = make_member("ana")
    write_letters([News(member.pk, "a", "idea 1", "Something", "new", "")], NOW)
    later = NOW + timedelta(minutes=20)

    def refuse(self: object) -> int:
        raise ConnectionRefusedError

    with monkeypatch.context() as server:
        server.setattr("django.core.mail.EmailMessage.send", refuse)
        assert send_what_waits(later) == 0

    assert send_what_waits(later) == 1
    assert Letter.objects.get().sent_at == later


def test_a_member_takes_what_we_know_and_leaves(client: Client) -> None:
    ask(client)
    client.post(link_in_mail())

    taken = client.post("/me/take/")
    hasty = client.post("/me/leave/")
    left = client.post("/me/leave/", {"sure": "on"})

    assert b"".join(taken.streaming_content).startswith(b"PK")  # type: ignore[attr-defined]  # a stream
    assert hasty.status_code == 302
    assert ErasureReceipt.objects.get().number in left.content.decode()
    assert client.get("/me/").status_code == 302


def test_staff_close_an_address_out_with_a_reason_and_let_it_back_in(client: Client, boss: Staff) -> None:
    ask(client)
    client.post(link_in_mail())
    member = Member.objects.get()
    staff, close = Client(), f"/customers/members/{member.pk}/close/"
    staff.force_login(boss)

    staff.post(close, {"reason": " "})
    assert client.get("/me/").status_code == 200
    staff.post(close, {"reason": "Sold votes"})

    assert client.get("/me/").status_code == 302
    assert "Sold votes" in staff.get(f"/customers/{member.customer_id}/").content.decode()
    staff.post(close, {"back": "yes"})
    assert client.get("/me/").status_code == 200
