from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from livingroom.networks.errors import Forbidden, Invalid, OutcomeUnknown, RateLimited, Unavailable
from livingroom.networks.instagram.containers import PREFIX, recall, remember
from livingroom.networks.instagram.network import InstagramNetwork
from livingroom.networks.interface import Card, Draft, Image, Ref, Rendered
from tests.networks.conformance import Fault, long_ago, new_key, read_all, rendered, words
from tests.networks.instagram_stage import PICTURE, InstagramStage
from tests.networks.meta_stage import refused, signed

LINK = "https://go.example.com/k7mq4r"
NOW = datetime(2026, 11, 22, tzinfo=UTC)


def made(stage: InstagramStage) -> list[str]:
    return [container.id for container in stage.containers.values()]


def said(post: Rendered) -> str:
    return " ".join(problem.text for problem in post.problems if problem.blocks)


def test_words_alone_are_no_post_and_the_composer_says_so() -> None:
    stage = InstagramStage()
    (post,) = InstagramNetwork.render(Draft("Ten off"))

    assert not post.sendable
    assert "without a picture" in said(post)
    with pytest.raises(Invalid) as refused_post:
        stage.network.publish(Rendered("Ten off"), new_key())
    assert refused_post.value.field == "images"
    assert made(stage) == []


def test_what_instagram_would_not_take_is_a_problem_before() -> None:
    private = Image(b"x", "image/jpeg", "A desk", "http://127.0.0.1/desk.jpg")
    drawn = Image(b"x", "image/png", "A desk", PICTURE.url)
    tags = " ".join(f"#tag{number}" for number in range(31))
    names = " ".join(f"@name{number}" for number in range(21))

    assert "no public address" in said(InstagramNetwork.render(Draft("Look", images=(private,)))[0])
    assert "image/png" in said(InstagramNetwork.render(Draft("Look", images=(drawn,)))[0])
    assert "11 pictures" in said(InstagramNetwork.render(Draft("Look", images=(PICTURE,) * 11))[0])
    assert "30 hashtags" in said(InstagramNetwork.render(Draft(tags, images=(PICTURE,)))[0])
    assert "20 mentions" in said(InstagramNetwork.render(Draft(names, images=(PICTURE,)))[0])


def test_a_link_is_written_out_and_the_composer_warns_that_nobody_can_click_it() -> None:
    (post,) = InstagramNetwork.render(Draft("Ten off", card=Card("A desk"), images=(PICTURE,)), LINK)

    assert post.sendable
    assert post.text == f"Ten off\n{LINK}"
    assert post.card is None
    assert any("click" in problem.text for problem in post.problems)


def test_a_lost_publication_is_known_by_its_container_and_never_repeated() -> None:
    stage = InstagramStage()
    post, key = rendered(stage.network, words()), new_key()
    stage.fail_next(Fault.ACCEPT_THEN_LOSE, writes=True)
    with pytest.raises(OutcomeUnknown):
        stage.network.publish(post, key)

    again = stage.network.publish(post, key)

    found = stage.network.find_published(post, key, long_ago())
    assert found is not None
    assert again.ref.id == found.ref.id
    assert stage.count_posts(post.text) == 1
    assert len(made(stage)) == 1


def test_a_publication_that_never_arrived_uses_its_container_again() -> None:
    stage = InstagramStage()
    post, key = rendered(stage.network, words()), new_key()
    stage.fail_next(Fault.LOSE, writes=True)
    with pytest.raises(OutcomeUnknown):
        stage.network.publish(post, key)

    unsent = stage.network.find_published(post, key, long_ago())
    stage.network.publish(post, key)

    assert unsent is None
    assert len(made(stage)) == 1
    assert stage.count_posts(post.text) == 1


def test_the_same_words_under_another_key_are_another_post() -> None:
    stage = InstagramStage()
    post, key = rendered(stage.network, words()), new_key()
    stage.network.publish(post, new_key())
    stage.fail_next(Fault.LOSE, writes=True)
    with pytest.raises(OutcomeUnknown):
        stage.network.publish(post, key)

    assert stage.network.find_published(post, key, long_ago()) is None


def test_published_but_not_yet_listed_is_neither_lost_nor_sent_again() -> None:
    stage = InstagramStage()
    post, key = rendered(stage.network, words()), new_key()
    stage.network.publish(post, key)
    stage.is_listing = False

    with pytest.raises(Unavailable):
        stage.network.publish(post, key)

    stage.is_listing = True
    assert stage.network.publish(post, key).ref.id
    assert stage.count_posts(post.text) == 1


def test_changed_words_get_a_container_of_their_own() -> None:
    stage = InstagramStage()
    key = new_key()
    stage.fail_next(Fault.LOSE, writes=True)
    with pytest.raises(OutcomeUnknown):
        stage.network.publish(rendered(stage.network, "Ten off"), key)

    stage.network.publish(rendered(stage.network, "Twelve off"), key)

    assert len(made(stage)) == 2
    assert (stage.count_posts("Ten off"), stage.count_posts("Twelve off")) == (0, 1)


def test_a_picture_that_takes_time_is_waited_for_and_one_that_takes_too_long_is_tried_later() -> None:
    stage = InstagramStage()
    stage.looks = ["IN_PROGRESS", "IN_PROGRESS"]
    post, key = rendered(stage.network, words()), new_key()

    stage.network.publish(post, key)
    rested = list(stage.rests)
    stage.looks = ["IN_PROGRESS"] * 40
    with pytest.raises(Unavailable) as busy:
        stage.network.publish(rendered(stage.network, words()), new_key())

    assert rested == [0.5, 1]
    assert stage.count_posts(post.text) == 1
    assert busy.value.retry_at is not None
    assert not busy.value.outcome_unknown
    assert sum(stage.rests) < 60


def test_a_picture_that_instagram_cannot_fetch_is_said_to_be_so_and_nothing_was_published() -> None:
    stage = InstagramStage()
    stage.looks = ["ERROR", "ERROR"]
    post, key = rendered(stage.network, words()), new_key()

    with pytest.raises(Invalid) as wrong:
        stage.network.publish(post, key)

    assert wrong.value.field == "images"
    assert stage.network.find_published(post, key, long_ago()) is None
    assert stage.count_posts(post.text) == 0


def test_instagram_not_being_ready_is_no_unknown_outcome() -> None:
    stage = InstagramStage()
    not_ready = refused(9007, "Media ID is not available", 400, subcode=2207027)
    stage.handlers = {**stage.handlers, "IGUser POST media_publish": lambda asked: not_ready}

    with pytest.raises(Unavailable) as later:
        stage.network.publish(rendered(stage.network, words()), new_key())

    assert later.value.retry_at is not None


def test_the_day_s_posts_are_counted_by_instagram_and_asked_for() -> None:
    stage = InstagramStage()
    stage.used = 100

    with pytest.raises(RateLimited, match="100 posts"):
        stage.network.publish(rendered(stage.network, words()), new_key())

    assert made(stage) == []


def test_several_pictures_become_one_album_with_descriptions() -> None:
    stage = InstagramStage()
    second = Image(b"x", "image/jpeg", "A chair", "https://house.example.com/media/chair.jpg")
    (post,) = stage.network.render(Draft("Look", images=(PICTURE, second)))

    stage.network.publish(post, new_key())

    one, two, album = (container.form for container in stage.containers.values())
    assert (one["alt_text"], two["alt_text"]) == ("A desk", "A chair")
    assert (one["is_carousel_item"], album["media_type"]) == ("true", "CAROUSEL")
    assert album["children"].split(",") == made(stage)[:2]
    assert album["caption"] == "Look"
    assert len(stage.rows) == 1


def test_a_lost_answer_to_the_first_step_is_harmless() -> None:
    stage = InstagramStage()

    def lose(asked: object) -> httpx.Response:
        raise httpx.ReadTimeout("No answer comes.")

    stage.handlers = {**stage.handlers, "IGUser POST media": lose}

    with pytest.raises(Unavailable):
        stage.network.publish(rendered(stage.network, words()), new_key())


def test_containers_are_remembered_for_some_days_beside_the_secrets_and_take_nothing_away() -> None:
    stage = InstagramStage()
    store, post = stage.network.credentials, Rendered("Ten off")
    before = dict(store.load())

    remember(store, "one", "70001", post, NOW)
    remember(store, "two", "70002", post, NOW + timedelta(days=4))

    assert recall(store, "two", post) == "70002"
    assert recall(store, "one", post) == ""
    assert recall(store, "two", Rendered("Twelve off")) == ""
    assert {name: value for name, value in store.load().items() if not name.startswith(PREFIX)} == before


def test_answers_find_their_place_under_comments_and_posts() -> None:
    stage = InstagramStage()
    ours = stage.new_post()
    question = stage.someone_replies(ours, "Is it left-handed?")
    answer = stage.network.reply(question, rendered(stage.network, "It is both."), new_key())

    deeper = stage.network.reply(answer.ref, rendered(stage.network, "And red."), new_key())

    found = stage.network.find_published(rendered(stage.network, "And red."), "key", long_ago())
    assert found is not None
    assert found.ref.id == deeper.ref.id
    assert stage.rows[deeper.ref.id.split("_")[1]].parent == question.id.split("_")[1]
    assert [event.id for event in read_all(stage.network, "replies", "")[0]] == [question.id]


def test_what_cannot_be_done_is_refused_in_a_sentence() -> None:
    network = InstagramStage().network

    for deed in (lambda: network.edit(Ref("3"), Rendered("")), lambda: network.react(Ref("3"))):
        with pytest.raises(Forbidden, match="own app can"):
            deed()


def test_somebody_who_names_us_in_a_comment_is_looked_up_and_told_as_a_mention() -> None:
    stage = InstagramStage()
    named = stage.write("77", "Look, @corner", stage.new_post().id)
    value: dict[str, Any] = {"media_id": named.media, "comment_id": named.id}
    told = {
        "object": "instagram",
        "entry": [{"id": "2000", "time": 1, "changes": [{"field": "mentions", "value": value}]}],
    }

    (event,) = stage.network.receive(*signed(told), NOW).events

    assert (event.stream, event.text, event.actor.handle) == ("mentions", "Look, @corner", "ana")


def test_figures_hold_how_often_a_post_was_seen() -> None:
    stage = InstagramStage()

    (seen,) = stage.network.metrics([stage.new_post()])

    assert seen.views == 55


def test_a_page_without_an_instagram_account_is_no_choice() -> None:
    stage = InstagramStage()

    assert stage.network.account_id == "2000"
    assert stage.network.check().url == "https://www.instagram.com/corner/"
    assert stage.network.credentials.load()["page_id"] == "1000"
