import hashlib
import hmac
import json

import httpx
import pytest

from livingroom.networks.credentials import CredentialsInMemory
from livingroom.networks.errors import Forbidden, Invalid
from livingroom.networks.feeds.network import FeedsNetwork
from livingroom.networks.interface import Draft, Page
from livingroom.networks.transport import Transport
from tests.networks.feeds_stage import ADDRESS, FeedsStage
from tests.networks.webmention_stage import Web

ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Bo's desk</title>
<link rel="alternate" href="https://bo.example.org/"/><link rel="self" href="https://bo.example.org/atom"/>
<entry><id>urn:1</id><title type="html">Ten &amp;lt;off&amp;gt;</title><link href="/1"/>
<updated>2026-11-20T10:00:00+01:00</updated><author><name>Bo</name></author>
<content type="html">&lt;p&gt;One&lt;/p&gt;&lt;p&gt;Two&lt;script&gt;x&lt;/script&gt;&lt;/p&gt;</content></entry></feed>"""


def polled(document: str, cursor: str = "", media_type: str = "application/xml") -> Page:
    web = Web()
    web.pages[ADDRESS] = lambda request: httpx.Response(
        200, content=document.encode(), headers={"Content-Type": media_type}
    )
    transport = Transport(inner=web)
    connected = FeedsNetwork.begin({"server_url": ADDRESS}, transport)
    network = FeedsNetwork(
        transport=transport,
        credentials=CredentialsInMemory(connected.credentials),
        server_url=connected.server_url,
        account_id=connected.account.account_id,
    )
    return network.poll("search", cursor)


def test_an_atom_entry_says_who_when_and_what() -> None:
    (event,) = polled(ATOM).events

    assert (event.actor.name, event.at.isoformat()) == ("Bo", "2026-11-20T09:00:00+00:00")
    assert event.text == "Ten <off>\nOne\n\nTwo"
    assert event.ref is not None
    assert (event.ref.id, event.ref.url) == ("urn:1", "https://ana.example.org/1")


def test_an_item_with_other_words_is_told_again_as_edited() -> None:
    first = polled(ATOM)

    second = polled(ATOM.replace("Two", "Three"), first.cursor)
    third = polled(ATOM.replace("Two", "Three"), second.cursor)

    assert [event.kind for event in (*first.events, *second.events)] == ["item", "edited item"]
    assert [event.ref and event.ref.id for event in (*first.events, *second.events)] == ["urn:1", "urn:1"]
    assert third.events == ()


@pytest.mark.parametrize(
    "document",
    [
        "<rss version='2.0'><channel><title>x & y</title><item><title>A & B</title></item>",
        "<rss version='2.0'><channel><item><guid>1</guid><pubDate>yesterday</pubDate><title>A &nbsp; B</title></item>",
        "\ufeff <?xml version='1.0' encoding='us-ascii'?><rss version='0.91'><channel><item><title>é</title></item>",
    ],
)
def test_a_feed_that_is_not_well_formed_is_read_all_the_same(document: str) -> None:
    (event,) = polled(document).events

    assert event.text
    assert event.id


def test_check_says_that_a_feed_is_not_well_formed() -> None:
    web = Web()
    bad = b"<rss version='2.0'><channel><title>x & y</title><item><title>A</title></item>"
    web.pages[ADDRESS] = lambda request: httpx.Response(200, content=bad)

    findings = FeedsNetwork.try_out({"server_url": ADDRESS}, Transport(inner=web))

    assert all(finding.is_well for finding in findings)
    assert "not well-formed" in findings[-1].text


def test_a_feed_that_did_not_change_is_not_sent_again() -> None:
    stage = FeedsStage()
    stage.someone_replies(stage.new_post(), "Hello")
    cursor = stage.network.poll("search").cursor

    again = stage.network.poll("search", cursor)

    assert (again.events, again.cursor) == ((), cursor)
    assert stage.server.asked[-1].headers["if-none-match"] == json.loads(cursor)["etag"]


def test_a_page_names_its_feed_and_a_moved_feed_is_followed() -> None:
    web = Web()
    web.page("https://bo.example.org/", '<link rel="alternate" type="application/atom+xml" href="/feed">')
    web.pages["https://bo.example.org/feed"] = lambda request: httpx.Response(
        301, headers={"Location": "/atom"}
    )
    web.pages["https://bo.example.org/atom"] = lambda request: httpx.Response(
        200, content=ATOM.encode(), headers={"Link": '<https://hub.example.net/>; rel="hub"'}
    )

    connected = FeedsNetwork.begin({"server_url": "bo.example.org/"}, Transport(inner=web))

    assert (connected.server_url, connected.account.name) == ("https://bo.example.org/atom", "Bo's desk")
    assert connected.credentials["hub"] == "https://hub.example.net/"


def test_a_page_without_a_feed_is_a_problem_of_that_field() -> None:
    web = Web()
    web.page("https://bo.example.org/", "<p>No feed</p>")

    with pytest.raises(Invalid) as refused:
        FeedsNetwork.begin({"server_url": "https://bo.example.org/"}, Transport(inner=web))

    assert refused.value.field == "server_url"


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
def test_a_hub_may_sign_in_any_of_the_ways_of_websub(method: str) -> None:
    stage = FeedsStage()
    headers, body = stage.deliveries(stage.new_post(), ["Hello"])[0]
    signature = f"{method}={hmac.new(stage.secrets[0].encode(), body, getattr(hashlib, method)).hexdigest()}"

    page = stage.network.receive(
        {**headers, "X-Hub-Signature": signature}, body, stage.network.transport.now()
    )

    assert [event.text for event in page.events] == ["Hello"]
    with pytest.raises(Forbidden):
        stage.network.receive({"X-Hub-Signature": "md5=0"}, body, stage.network.transport.now())


def test_a_draft_shows_why_it_cannot_be_sent_there() -> None:
    assert FeedsNetwork.render(Draft("Hello"))[0].text == "Hello"
    assert (
        FeedsNetwork.capabilities.why_not["publish"] == "A feed is read: write on the site that publishes it."
    )
