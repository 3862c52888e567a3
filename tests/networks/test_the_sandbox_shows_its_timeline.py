from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from livingroom.networks.models import SandboxAccount, SandboxFault, SandboxPost
from livingroom.networks.sandbox import public
from livingroom.networks.sandbox.timeline import PAGE_SIZE
from livingroom.people.models import Staff

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def corner() -> SandboxAccount:
    return public.join("corner", name="Corner PC", now=NOW)


def signed_in(client: Client, role: str) -> Client:
    client.force_login(Staff.objects.create_user(f"{role}@example.com", name=role.title(), role=role))
    return client


def page(client: Client, query: str = "") -> str:
    answer = client.get(reverse("sandbox_timeline", args=["corner"]) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_posts_stand_with_their_links_cards_and_answers(client: Client, corner: SandboxAccount) -> None:
    text, link = "Olá 👋 https://go.example.com/k7mq4r", "https://go.example.com/k7mq4r"
    facets = [{"kind": "link", "start": len("Olá 👋 ".encode()), "end": len(text.encode()), "value": link}]
    card = {"url": link, "title": "Ten off", "description": "Until Sunday"}
    post = public.write_post(author=corner, text=text, facets=facets, card=card, now=NOW)
    public.reply_as(public.join("ana", now=NOW), post, "<b>Is it left-handed?</b>", now=NOW)

    shown = page(signed_in(client, "analyst"))

    assert f'<a href="{link}" rel="nofollow">{link}</a>' in shown
    assert "Ten off" in shown
    assert "&lt;b&gt;Is it left-handed?&lt;/b&gt;" in shown


def test_a_double_post_is_visible(client: Client, corner: SandboxAccount) -> None:
    for _ in range(2):
        public.write_post(author=corner, text="Only once, please", key="same", now=NOW)

    assert page(signed_in(client, "analyst")).count("Only once, please") == 2


def test_deleted_posts_are_not_shown(client: Client, corner: SandboxAccount) -> None:
    post = public.write_post(author=corner, text="Regretted", now=NOW)
    SandboxPost.objects.filter(pk=post.pk).update(deleted_at=NOW)

    assert "Regretted" not in page(signed_in(client, "analyst"))


def test_a_long_timeline_is_paged_without_more_queries(
    client: Client, corner: SandboxAccount, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    posts = [
        public.write_post(author=corner, text=f"Post number {n}.", now=NOW) for n in range(PAGE_SIZE + 5)
    ]
    client = signed_in(client, "analyst")

    with django_assert_max_num_queries(15):
        first = page(client)
    second = page(client, f"?before={posts[5].pk}")

    assert f"?before={posts[5].pk}" in first
    assert "Post number 4." not in first
    assert "Post number 4." in second


def test_only_those_who_set_up_arm_failures(client: Client, corner: SandboxAccount) -> None:
    form = {"kind": "accept_then_timeout", "n_times": "2", "only_writes": "on"}

    refused = signed_in(client, "manager").post(reverse("sandbox_fault", args=["corner"]), form)
    armed = signed_in(client, "admin").post(reverse("sandbox_fault", args=["corner"]), form)

    assert (refused.status_code, armed.status_code) == (403, 302)
    fault = SandboxFault.objects.get()
    assert (fault.kind, fault.n_remaining, fault.only_writes) == ("accept_then_timeout", 2, True)
    assert "then the answer is lost" in page(client)


def test_failures_can_be_disarmed(client: Client, corner: SandboxAccount) -> None:
    SandboxFault.objects.create(account=corner, kind="slow")

    signed_in(client, "admin").post(reverse("sandbox_calm", args=["corner"]))

    assert "None is armed." in page(client)


def test_staff_can_speak_as_the_public_and_a_wrong_form_comes_back(
    client: Client, corner: SandboxAccount
) -> None:
    post = public.write_post(author=corner, text="Desks", now=NOW)
    client, url = signed_in(client, "community_manager"), reverse("sandbox_answer", args=["corner", post.pk])

    wrong = client.post(url, {"handle": "not a handle", "text": "Hello"})
    right = client.post(url, {"handle": "ana", "text": "Hello"})

    assert (wrong.status_code, right.status_code) == (422, 302)
    assert [answer.text for answer in post.answers.all()] == ["Hello"]


def test_an_outsider_is_sent_to_sign_in(client: Client, corner: SandboxAccount) -> None:
    answer = client.get(reverse("sandbox_timeline", args=["corner"]))

    assert answer.status_code == 302
    assert reverse("account_login") in answer["Location"]


def test_an_unknown_account_is_not_found(client: Client) -> None:
    answer = signed_in(client, "analyst").get(reverse("sandbox_timeline", args=["nobody"]))

    assert answer.status_code == 404
