from datetime import UTC, datetime, timedelta

import httpx
import pytest
from django.test import Client

from livingroom.networks.errors import Invalid, RateLimited
from livingroom.networks.models import Connection, ReceivedMention
from livingroom.networks.public_pages import PageReader
from livingroom.networks.webmention import operations
from livingroom.networks.webmention.operations import NotOurs, accept_mention, look_at
from livingroom.people.models import Staff
from tests.networks.webmention_stage import SITE, Web

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
SOURCE = "https://ana.example.org/note"
TARGET = f"{SITE}/desks/"


@pytest.fixture
def web() -> Web:
    Connection.objects.create(
        network="webmention", server_url=SITE, account_id="shop.example.com", handle="shop"
    )
    return Web()


def arrive(source: str = SOURCE, target: str = TARGET, now: datetime = NOW) -> ReceivedMention:
    return accept_mention(source=source, target=target, protocol="webmention", now=now)


def look(mention: ReceivedMention, web: Web, now: datetime = NOW) -> ReceivedMention:
    return look_at(mention, reader=PageReader(inner=web), now=now)


def test_a_page_that_links_is_believed_and_one_that_only_names_the_address_is_not(web: Web) -> None:
    web.page(SOURCE, f'<title>Ana</title><p>See <a href="{TARGET}">desks</a></p>')
    web.page("https://bo.example.org/", f"<p>See {TARGET}</p><!-- <a href='{TARGET}'> -->")

    believed, refused = look(arrive(), web), look(arrive("https://bo.example.org/"), web)

    assert (believed.state, believed.kind, believed.title) == ("verified", "mention", "Ana")
    assert (refused.state, refused.problem) == (
        "refused",
        "The page does not link to the address that it says it mentions.",
    )


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("u-in-reply-to", "reply"),
        ("u-like-of", "like"),
        ("u-repost-of", "repost"),
        ("u-bookmark-of", "bookmark"),
    ],
)
def test_the_page_says_what_it_is_to_ours(web: Web, name: str, kind: str) -> None:
    web.page(
        SOURCE,
        f'<div class="h-entry"><a class="{name}" href="{TARGET}">it</a><p class="e-content">So <b>good</b>.</p>'
        '<a class="p-author h-card" href="https://ana.example.org/">Ana</a>'
        '<time class="dt-published" datetime="2026-11-20T10:00:00+01:00"></time></div>',
    )

    mention = look(arrive(), web)

    assert (mention.kind, mention.author_name, mention.text) == (kind, "Ana", "So good.")
    assert mention.said_at == datetime(2026, 11, 20, 9, tzinfo=UTC)


def test_a_mention_follows_its_page_as_it_changes_and_goes(web: Web) -> None:
    web.page(SOURCE, f'<div class="h-entry"><p class="e-content">Old <a href="{TARGET}">it</a></p></div>')
    first = look(arrive(), web)
    web.page(SOURCE, f'<div class="h-entry"><p class="e-content">New <a href="{TARGET}">it</a></p></div>')
    changed = look(arrive(now=NOW + timedelta(hours=1)), web, NOW + timedelta(hours=1))
    web.pages[SOURCE] = lambda request: httpx.Response(410)
    gone = look(arrive(now=NOW + timedelta(hours=2)), web, NOW + timedelta(hours=2))

    assert (first.text, changed.text, gone.state) == ("Old it", "New it", "gone")
    assert first.change < changed.change < gone.change
    assert ReceivedMention.objects.count() == 1


def test_a_page_that_cannot_be_reached_is_tried_some_times_and_takes_no_mention_away(web: Web) -> None:
    web.page(SOURCE, f'<a href="{TARGET}">it</a>')
    known, unknown = look(arrive(), web), arrive("https://bo.example.org/")
    for url in (SOURCE, "https://bo.example.org/"):
        web.pages[url] = lambda request: httpx.Response(503)

    for _ in range(operations.MOST_LOOKS):
        known, unknown = look(known, web), look(unknown, web)

    assert known.state == "verified"
    assert (unknown.state, unknown.problem) == ("refused", "bo.example.org answered 503.")


def test_a_redirected_source_is_read_where_it_leads_and_an_endless_one_is_not(web: Web) -> None:
    web.page("https://ana.example.org/new", f'<a href="{TARGET}">it</a>')
    web.pages[SOURCE] = lambda request: httpx.Response(301, headers={"Location": "/new"})
    web.pages["https://bo.example.org/"] = lambda request: httpx.Response(302, headers={"Location": "/"})

    followed, endless = look(arrive(), web), look(arrive("https://bo.example.org/"), web)

    assert followed.state == "verified"
    assert (endless.state, len(web.asked)) == ("refused", 2 + 21)


def test_a_page_of_more_than_a_megabyte_or_five_seconds_is_not_read_to_its_end(web: Web) -> None:
    link = f'<a href="{TARGET}">it</a>'
    web.page(SOURCE, "x" * (1024 * 1024) + link)
    seconds = iter(range(0, 100, 3))
    slow = PageReader(inner=web, clock=lambda: float(next(seconds)))
    web.page("https://bo.example.org/", link)

    large, late = look(arrive(), web), look_at(arrive("https://bo.example.org/"), reader=slow, now=NOW)

    assert (large.state, large.problem) == ("refused", "The page is larger than 1,048,576 bytes.")
    assert (late.state, late.n_looks) == ("waiting", 1)


@pytest.mark.parametrize(
    "source", ["https://127.0.0.1/x", "https://[::1]/", "https://169.254.169.254/latest/"]
)
def test_nobody_makes_us_read_a_page_inside_our_own_network(web: Web, source: str) -> None:
    mention = look_at(arrive(source), reader=PageReader(), now=NOW)

    assert mention.state == "refused"
    assert "not on the public internet" in mention.problem


def test_a_mention_of_somebody_elses_page_is_not_ours(web: Web) -> None:
    for target in (
        "https://elsewhere.example.net/",
        "https://shop.example.com.evil.example/",
        f"{SITE}:8443/",
    ):
        with pytest.raises(NotOurs):
            arrive(target=target)


@pytest.mark.parametrize(
    ("source", "field"),
    [("ftp://x/", "source"), ("javascript:alert(1)", "source"), (TARGET, "source"), ("", "source")],
)
def test_what_is_no_page_of_the_web_is_refused_at_once(web: Web, source: str, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        arrive(source)

    assert refused.value.field == field


def test_one_host_does_not_fill_the_queue(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operations, "MOST_WAITING_OF_A_HOST", 3)
    for number in range(3):
        arrive(f"https://spam.example.org/{number}")

    with pytest.raises(RateLimited):
        arrive("https://spam.example.org/4")
    arrive("https://ana.example.org/")

    assert ReceivedMention.objects.waiting().count() == 4


def test_the_door_takes_a_mention_and_says_why_it_takes_none(web: Web, client: Client) -> None:
    taken = client.post("/webmention/", {"source": SOURCE, "target": TARGET})
    not_ours = client.post("/webmention/", {"source": SOURCE, "target": "https://elsewhere.example.net/"})
    no_target = client.post("/webmention/", {"source": SOURCE})

    assert (taken.status_code, not_ours.status_code, no_target.status_code) == (202, 400, 400)
    assert not_ours.content == b"This address is not ours.\n"
    assert ReceivedMention.objects.get().state == "waiting"


def test_a_hidden_mention_shows_no_more_and_stays_hidden_when_it_comes_again(
    web: Web, client: Client
) -> None:
    web.page(SOURCE, f'<a href="{TARGET}">it</a>')
    mention = look(arrive(), web)
    client.force_login(
        Staff.objects.create_user("m@example.com", name="Mo", role=Staff.Role.COMMUNITY_MANAGER)
    )

    hidden = client.post(f"/mentions/{mention.pk}/hide/")
    look(arrive(), web)

    assert hidden.status_code == 302
    assert not ReceivedMention.objects.standing().exists()


def test_the_page_of_mentions_shows_them_and_only_those_who_publish_may_hide_or_announce(
    web: Web, client: Client
) -> None:
    web.page(SOURCE, f'<title>Ana</title><a href="{TARGET}">it</a>')
    mention = look(arrive(), web)
    client.force_login(Staff.objects.create_user("a@example.com", name="An", role=Staff.Role.ANALYST))

    page = client.get("/mentions/")

    assert page.status_code == 200
    assert b"ana.example.org" in page.content
    assert b"Announce</button>" not in page.content
    assert client.post(f"/mentions/{mention.pk}/hide/").status_code == 403
    assert client.post("/mentions/announce/", {"source": SITE}).status_code == 403
    assert client.get("/mentions/?format=json").json()["mentions"][0]["source"] == SOURCE


def test_a_stranger_sees_no_mentions(web: Web, client: Client) -> None:
    assert client.get("/mentions/").status_code == 302
