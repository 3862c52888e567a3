import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from livingroom.networks.discourse.network import DiscourseNetwork
from livingroom.networks.discourse.signin import open_payload
from livingroom.networks.errors import Forbidden, Invalid
from livingroom.networks.interface import Draft, Image, Page, Redirect
from livingroom.networks.transport import Transport
from tests.networks.conformance import Case, Conformance, Fault, Proof, Stage, new_key, rendered, words
from tests.networks.discourse_stage import SERVER, SOMEBODY, START, US, DiscourseStage


@pytest.fixture
def stage() -> DiscourseStage:
    return DiscourseStage()


class TestDiscourse(Conformance):
    proof = Proof("discourse", "its OpenAPI document", "each request and answer checked in process")
    cannot = {
        Case.OFFSETS: "Markdown goes as it is: Discourse finds links by itself, and its limit counts code points (own test)."
    }

    def read_with_lost_cursor(self, stage: Stage, cursor: str) -> Page:
        # Discourse's pages are mere offsets and cannot be forgotten; what can be lost is our own place.
        stage.armed.clear()  # type: ignore[attr-defined]
        return stage.network.poll("replies", "no place any more")


def test_the_limit_counts_code_points_as_the_forum_does(stage: DiscourseStage) -> None:
    full = "👩🏽‍🚀" * 20 + "é" * (32_000 - 80)
    (fits,) = stage.network.render(Draft(full))
    (over,) = stage.network.render(Draft(full + "!"))

    stage.network.publish(fits, new_key())
    with pytest.raises(Invalid):
        stage.network.publish(over, new_key())

    assert (fits.size, fits.sendable, over.sendable) == (32_000, True, False)


def test_a_topic_sent_twice_under_one_key_is_one_topic(stage: DiscourseStage) -> None:
    post, key = rendered(stage.network, words()), new_key()

    first = stage.network.publish(post, key)
    second = stage.network.publish(post, key)

    assert first.ref.id == second.ref.id
    assert stage.count_posts(post.text) == 1


def test_an_answer_whose_receipt_was_lost_is_found_by_its_words(stage: DiscourseStage) -> None:
    topic = stage.new_post()
    answer = rendered(stage.network, words("Yes, it is left-handed"))

    written = stage.network.reply(topic, answer, new_key())
    found = stage.network.find_published(answer, new_key(), START)

    assert found is not None
    assert found.ref.id == written.ref.id


def test_a_delivery_about_strangers_is_no_event(stage: DiscourseStage) -> None:
    stranger = stage._write(SOMEBODY, "Who likes chess?", 9999, None)
    answer = stage._write("bea", "I do, and often", 9999, stranger["post_number"])
    body = json.dumps({"post": answer}).encode()
    signature = hmac.new(b"hush-hush", body, hashlib.sha256).hexdigest()

    page = stage.network.receive(
        {"X-Discourse-Event-Signature": f"sha256={signature}"}, body, datetime.now(UTC)
    )

    assert page.events == ()


def test_what_was_delivered_and_what_was_asked_for_is_the_same_event(stage: DiscourseStage) -> None:
    ((headers, body),) = stage.deliveries(stage.new_post(), [words("Delivered")])

    delivered = stage.network.receive(headers, body, datetime.now(UTC)).events
    asked_for = stage.network.poll("replies").events

    assert delivered == asked_for


def test_a_post_is_changed_in_place(stage: DiscourseStage) -> None:
    ours = stage.new_post()
    better = rendered(stage.network, words("A better desk for less"))

    changed = stage.network.edit(ours, better)

    assert changed.ref.id == ours.id
    assert changed.ref.version == "2"
    assert stage.count_posts(better.text) == 1


def test_the_brands_user_can_allow_us_without_an_admins_key(stage: DiscourseStage) -> None:
    transport = Transport(inner=stage.wire, sleep=lambda seconds: None)
    begun = DiscourseNetwork.begin(
        {"server_url": SERVER, "redirect_uri": "https://house.example/back/"}, transport
    )
    assert isinstance(begun, Redirect)
    asked = parse_qs(urlsplit(begun.url).query)
    public = serialization.load_pem_public_key(asked["public_key"][0].encode())
    assert isinstance(public, rsa.RSAPublicKey)
    told = json.dumps({"key": "allowed-for-livingroom", "nonce": asked["nonce"][0], "api": 4}).encode()
    payload = base64.b64encode(public.encrypt(told, padding.PKCS1v15())).decode()

    secrets = open_payload({**begun.kept, "payload": payload})

    assert asked["auth_redirect"] == [f"https://house.example/back/?state={begun.state}"]
    assert secrets["user_api_key"] == "allowed-for-livingroom"
    with pytest.raises(Invalid, match="another question"):
        open_payload({**begun.kept, "nonce": "not ours", "payload": payload})
    with pytest.raises(Invalid, match="that we can read"):
        open_payload({**begun.kept, "payload": "bm90aGluZw=="})


def test_a_key_of_the_users_own_is_kept_and_used_from_then_on(stage: DiscourseStage) -> None:
    """The specification knows admins' keys only, so this forum is a few lines of its own."""
    begun = DiscourseNetwork.begin(
        {"server_url": SERVER, "redirect_uri": "https://house.example/back/", "webhook_secret": "hush-hush"},
        Transport(),
    )
    assert isinstance(begun, Redirect)
    public = serialization.load_pem_public_key(parse_qs(urlsplit(begun.url).query)["public_key"][0].encode())
    assert isinstance(public, rsa.RSAPublicKey)
    told = json.dumps({"key": "allowed-for-livingroom", "nonce": begun.kept["nonce"]}).encode()
    payload = base64.b64encode(public.encrypt(told, padding.PKCS1v15())).decode()
    answers = {
        "/session/current.json": {"current_user": {"id": 7, "username": US}},
        f"/u/{US}.json": {"user": {"id": 7, "name": "The Corner", "post_count": 3}},
    }

    def forum(request: httpx.Request) -> httpx.Response:
        assert request.headers["User-Api-Key"] == "allowed-for-livingroom"
        assert request.headers["User-Api-Client-Id"] == begun.kept["client_id"]
        return httpx.Response(200, json=answers[request.url.path])

    transport = Transport(inner=httpx.MockTransport(forum))
    connected = DiscourseNetwork.finish({**begun.kept, "payload": payload}, begun.state, transport)

    assert connected.account.handle == "corner@forum.example.com"
    assert connected.credentials["user_api_key"] == "allowed-for-livingroom"
    assert "private_key" not in connected.credentials
    assert connected.credentials["webhook_secret"] == "hush-hush"


def test_pictures_are_stored_first_and_stand_below_the_words(stage: DiscourseStage) -> None:
    stored = {"id": 1, "short_url": "upload://abc.png", "width": 640, "height": 480}
    asked: list[str] = []

    def forum(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        if request.url.path == "/uploads.json":
            assert b'name="type"\r\n\r\ncomposer' in request.read()
            return httpx.Response(200, json=stored)
        raw = json.loads(request.read())["raw"]
        return httpx.Response(
            200,
            json={"id": 9, "topic_id": 3, "post_number": 1, "created_at": "2026-11-22T10:00:00Z", "raw": raw},
        )

    network = DiscourseNetwork(
        transport=Transport(inner=httpx.MockTransport(forum)),
        credentials=stage.network.credentials,
        server_url=SERVER,
        account_id="forum.example.com:7",
    )
    picture = Image(b"\x89PNG", "image/png", "A desk [new]")
    (post,) = network.render(Draft("A desk for less, until Sunday", images=(picture,)))

    published = network.publish(post, new_key())

    assert published.ref.id == "9"
    assert asked == ["/uploads.json", "/posts.json"]
    assert network._with_pictures(post).endswith("\n\n![A desk  new|640x480](upload://abc.png)")


def test_a_long_topic_is_read_to_its_end(stage: DiscourseStage) -> None:
    ours = stage.new_post()
    for number in range(75):
        stage.someone_replies(ours, f"Answer {number}")

    texts = [post.text for post in stage.network.thread(ours)]

    assert len(texts) == 76
    assert texts[-1] == "Answer 74", "what is missing in a thread is taken for deleted"


def test_solved_topics_are_listed_once_each_under_the_forums_own_address(stage: DiscourseStage) -> None:
    stage.search_page = 2
    for topic_id, title in ((501, "Fan is loud"), (502, "Battery swells"), (503, "Nobody knows")):
        stage._write(SOMEBODY, "Help!", topic_id, None)
        stage._write("bea", "Do this.", topic_id, 1)
        stage.titles[topic_id] = title
    stage.solved = {501, 502}
    stage.remove_topic(502)

    first = stage.network.solved()
    second = stage.network.solved(first.cursor)

    assert first.questions == ()  # taken down between the search and the look
    assert [(one.title, one.ref.url) for one in second.questions] == [("Fan is loud", f"{SERVER}/t/501")]
    assert second.cursor == ""


def test_a_key_that_may_not_search_is_told_so(stage: DiscourseStage) -> None:
    stage.fail_next(Fault.FORBIDDEN, writes=False)

    with pytest.raises(Forbidden):
        stage.network.solved()
