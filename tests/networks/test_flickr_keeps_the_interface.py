from urllib.parse import parse_qsl

import pytest

from livingroom.networks.errors import Gone, Invalid, OutcomeUnknown
from livingroom.networks.flickr.network import FlickrNetwork
from livingroom.networks.flickr.oauth1 import Keys, signature
from livingroom.networks.interface import AppRefused, Draft, Page, Ref
from livingroom.networks.transport import Transport
from tests.networks.conformance import (
    Case,
    Conformance,
    Fault,
    Proof,
    Stage,
    long_ago,
    new_key,
    rendered,
    words,
)
from tests.networks.flickr_stage import APP, SOMEBODY, FlickrStage, seconds_now


@pytest.fixture
def stage() -> FlickrStage:
    return FlickrStage()


class TestFlickr(Conformance):
    proof = Proof(
        "flickr", "its list of methods", "each call, its parameters and its signature checked in process"
    )
    cannot = {
        Case.OFFSETS: "Flickr keeps tags beside the text and finds links by itself; its longest description is not told.",
    }

    def read_with_lost_cursor(self, stage: Stage, cursor: str) -> Page:
        # Flickr's pages are mere numbers and cannot be forgotten; what can be lost is our own place.
        stage.armed.clear()  # type: ignore[attr-defined]
        return stage.network.poll("comments", "no place any more")

    def test_a_reply_hangs_under_its_post_and_a_thread_keeps_its_order(self, stage: Stage) -> None:
        first = stage.new_post()
        second = stage.network.reply(first, rendered(stage.network, words("Two")), new_key())
        third = stage.network.reply(second.ref, rendered(stage.network, words("Three")), new_key())

        posts = stage.network.thread(second.ref)

        assert [post.ref.id for post in posts] == [first.id, second.ref.id, third.ref.id]
        assert {post.parent.id for post in posts[1:] if post.parent} == {first.id}, "all hang under the photo"


# RFC 5849, 1.2: the examples of the protocol itself.
@pytest.mark.parametrize(
    ("method", "url", "token", "told", "expected"),
    [
        (
            "GET",
            "http://photos.example.net/photos?file=vacation.jpg&size=original",
            ("nnch734d00sl2jdk", "pfkkdhi9sl3r4s00"),
            "oauth_timestamp=137131202&oauth_nonce=chapoH",
            "MdpQcU8iPSUjWoN/UDMsK2sui9I=",
        ),
        (
            "POST",
            "https://photos.example.net/token",
            ("hh5s93j4hdidpola", "hdhd0244k9j7ao03"),
            "oauth_timestamp=137131201&oauth_nonce=walatlh&oauth_verifier=hfdp7dh39dks9884",
            "gKgrFCywp7rO0OXSjdot/IHF7IU=",
        ),
    ],
)
def test_signatures_are_those_of_the_protocols_own_examples(
    method: str, url: str, token: tuple[str, str], told: str, expected: str
) -> None:
    keys = Keys("dpf43f3p2l4k3l03", "kd94hf93k423kf44", *token)
    fixed = f"oauth_consumer_key={keys.app}&oauth_token={keys.token}&oauth_signature_method=HMAC-SHA1"

    assert signature(method, url, parse_qsl(f"{fixed}&{told}"), keys) == expected


def test_the_terms_must_be_accepted_in_writing() -> None:
    with pytest.raises(Invalid, match="non-commercial") as refused:
        FlickrNetwork.begin(APP, Transport())

    assert refused.value.field == "terms"


def test_a_wrong_key_is_named(stage: FlickrStage) -> None:
    stage.refusal_of_app = "consumer_key_unknown"

    with pytest.raises(AppRefused):
        stage.connect()


def test_a_verifier_for_another_question_is_refused(stage: FlickrStage) -> None:
    kept = {**APP, "request_token": "ours", "request_secret": "s"}

    with pytest.raises(Invalid, match="another question"):
        FlickrNetwork.finish(
            {**kept, "oauth_token": "theirs", "oauth_verifier": "v"}, "state", stage.transport
        )


def test_a_ticket_that_takes_long_is_an_unknown_outcome_and_its_photo_is_found(stage: FlickrStage) -> None:
    post, key = rendered(stage.network, words()), new_key()
    stage.is_slow = True

    with pytest.raises(OutcomeUnknown):
        stage.network.publish(post, key)

    assert stage.network.find_published(post, key, long_ago()) is not None
    assert stage.count_posts(post.text) == 1


def test_that_the_ticket_cannot_be_asked_for_does_not_unmake_the_photo(stage: FlickrStage) -> None:
    post, key = rendered(stage.network, words()), new_key()
    stage.fail_next(Fault.TOO_MANY, writes=False)

    with pytest.raises(OutcomeUnknown):
        stage.network.publish(post, key)

    assert stage.count_posts(post.text) == 1


def test_a_draft_without_a_picture_is_a_problem_and_is_never_sent(stage: FlickrStage) -> None:
    (bare,) = FlickrNetwork.render(Draft("Only words"))

    with pytest.raises(Invalid, match="add one"):
        stage.network.publish(bare, new_key())

    assert not bare.sendable
    assert not stage.photos


def test_hashtags_become_tags_and_the_link_stands_in_the_description(stage: FlickrStage) -> None:
    post = rendered(stage.network, "A desk <for> less #desk #home", link="https://go.example.com/k7")

    stage.network.publish(post, new_key())

    photo = next(iter(stage.photos.values()))
    assert photo["tags"].startswith('"desk" "home" "livingroom:key=')
    assert photo["description"] == "A desk &lt;for&gt; less #desk #home\nhttps://go.example.com/k7"
    assert photo["title"] == "A desk <for> less #desk #home"


def test_faves_are_asked_for_at_most_once_an_hour(stage: FlickrStage) -> None:
    stage.new_post()
    stage.faves.append(
        {"type": "fave", "user": SOMEBODY, "username": "ana", "dateadded": str(seconds_now() - 5)}
    )

    first = stage.network.poll("reactions")
    second = stage.network.poll("reactions", first.cursor)

    assert [event.kind for event in first.events] == ["like"]
    assert (second.events, second.cursor) == ((), first.cursor)
    assert stage.called.count("flickr.activity.userPhotos") == 1


def test_a_comment_of_ours_is_found_by_its_words_and_is_no_news(stage: FlickrStage) -> None:
    photo = stage.new_post()
    ours = rendered(stage.network, words("Thank you & come in"))

    written = stage.network.reply(photo, ours, new_key())

    found = stage.network.find_published(ours, new_key(), long_ago())
    assert found is not None
    assert found.ref.id == written.ref.id
    assert stage.network.poll("comments").events == ()


def test_a_photo_is_changed_and_a_comment_taken_down(stage: FlickrStage) -> None:
    photo = stage.new_post()
    better = rendered(stage.network, words("Better"))
    comment = stage.network.reply(photo, better, new_key())

    stage.network.edit(photo, better)
    stage.network.delete(comment.ref)

    assert stage.count_posts(better.text) == 1
    assert stage.network.metrics([comment.ref])[0].gone
    assert stage.network.metrics([photo])[0].views == 7
    with pytest.raises(Gone):
        stage.network.thread(Ref("1"))
