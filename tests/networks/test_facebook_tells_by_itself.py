import json
from datetime import UTC, datetime

import pytest

from livingroom.networks.errors import Forbidden, Invalid
from livingroom.networks.facebook.webhooks import answer_challenge, verify_token_of
from tests.networks.conformance import read_all, words
from tests.networks.facebook_stage import PAGE, FacebookStage
from tests.networks.meta_stage import APP_SECRET, signed

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def delivery(
    value: dict[str, object], *, field: str = "feed", page: str = PAGE
) -> tuple[dict[str, str], bytes]:
    return signed({"object": "page", "entry": [{"id": page, "changes": [{"field": field, "value": value}]}]})


def comment(**more: object) -> dict[str, object]:
    usual = {
        "item": "comment",
        "verb": "add",
        "comment_id": "1_2",
        "post_id": f"{PAGE}_1",
        "created_time": 1_795_000_000,
    }
    return {**usual, "from": {"id": "77", "name": "Ana"}, "message": "Hello", **more}


def test_what_is_delivered_and_what_is_read_are_the_same_event() -> None:
    stage = FacebookStage()
    ((headers, body),) = stage.deliveries(stage.new_post(), [words()])

    (told,) = stage.network.receive(headers, body, NOW).events
    (read,) = read_all(stage.network, "replies", "")[0]

    assert (told.id, told.text, told.subject.id if told.subject else "") == (
        read.id,
        read.text,
        read.subject.id if read.subject else None,
    )
    assert abs((told.at - read.at).total_seconds()) < 1


def test_only_what_others_added_on_this_page_counts() -> None:
    network = FacebookStage().network
    strangers = [
        delivery(comment(**{"from": {"id": PAGE}})),
        delivery(comment(verb="remove")),
        delivery(comment(item="reaction")),
        delivery(comment(), page="1001"),
        delivery(comment(), field="ratings"),
    ]

    assert [
        event for headers, body in strangers for event in network.receive(headers, body, NOW).events
    ] == []
    assert len(network.receive(*delivery(comment()), NOW).events) == 1


def test_a_mention_elsewhere_comes_as_a_mention() -> None:
    value = {
        "item": "post",
        "verb": "add",
        "post_id": "88_5",
        "created_time": 1_795_000_000,
        "message": "I like it",
    }

    (event,) = FacebookStage().network.receive(*delivery(value, field="mention"), NOW).events

    assert (event.stream, event.id, event.text) == ("mentions", "88_5", "I like it")


def test_a_delivery_that_is_signed_but_no_json_is_refused() -> None:
    import hashlib
    import hmac

    signature = hmac.new(APP_SECRET.encode(), b"hello", hashlib.sha256).hexdigest()

    with pytest.raises(Invalid):
        FacebookStage().network.receive({"x-hub-signature-256": f"sha256={signature}"}, b"hello", NOW)


def test_a_signature_with_strange_signs_is_refused_and_breaks_nothing() -> None:
    _, body = delivery(comment())

    for given in ("sha256=é", "", "sha1=abc"):
        with pytest.raises(Forbidden):
            FacebookStage().network.receive({"X-Hub-Signature-256": given}, body, NOW)


def test_metas_question_whether_the_address_is_ours_is_answered_only_with_our_word() -> None:
    word = verify_token_of(APP_SECRET)
    asked = {"hub.mode": "subscribe", "hub.verify_token": word, "hub.challenge": "1158201444"}

    assert answer_challenge(asked, word) == "1158201444"
    for wrong in ({**asked, "hub.verify_token": "guess"}, {**asked, "hub.mode": "unsubscribe"}, {}):
        with pytest.raises(Forbidden):
            answer_challenge(wrong, word)
    with pytest.raises(Forbidden):
        answer_challenge({**asked, "hub.verify_token": ""}, "")


def test_subscribing_names_what_we_want_to_hear() -> None:
    stage = FacebookStage()

    stage.network.subscribe()

    assert stage.subscribed == "feed,mention"
    assert json.dumps(stage.asked[-1].body) == '{"subscribed_fields": "feed,mention"}'
