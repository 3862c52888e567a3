from datetime import UTC, datetime, timedelta

import httpx
import pytest

from livingroom.networks.errors import (
    Unavailable,
)
from livingroom.networks.facebook.problems import Duplicate
from livingroom.networks.interface import Card, Draft, Image, Ref
from tests.networks.conformance import long_ago, new_key, read_all, rendered, words
from tests.networks.facebook_stage import PAGE, FacebookStage, Row

LINK, OTHER_LINK = "https://go.example.com/k7mq4r", "https://go.example.com/p2ww8x"


def test_the_link_travels_beside_the_words_and_with_pictures_in_them() -> None:
    stage = FacebookStage()
    (plain,) = stage.network.render(Draft("Ten off", card=Card("A desk")), LINK)
    (pictured,) = stage.network.render(
        Draft("Ten off", images=(Image(b"p", "image/png", "A desk"),)), OTHER_LINK
    )

    first = stage.network.publish(plain, new_key())
    second = stage.network.publish(pictured, new_key())

    assert (stage.rows[first.ref.id].message, stage.rows[first.ref.id].link) == ("Ten off", LINK)
    assert stage.rows[second.ref.id].message == f"Ten off\n{OTHER_LINK}"
    assert stage.rows[second.ref.id].link == ""
    assert pictured.card is None
    for post, published in ((plain, first), (pictured, second)):
        found = stage.network.find_published(post, "key", long_ago())
        assert found is not None
        assert found.ref.id == published.ref.id


def test_pictures_are_stored_unseen_with_their_descriptions_and_then_posted() -> None:
    stage = FacebookStage()
    images = (Image(b"\x89PNG one", "image/png", "A red desk"), Image(b"\xff\xd8 two", "image/jpeg"))
    (post,) = stage.network.render(Draft("Look", images=images))

    published = stage.network.publish(post, new_key())

    first, second = stage.rows[published.ref.id].pictures
    assert b"\x89PNG one" in stage.photos[first]["content"]
    assert b"A red desk" in stage.photos[first]["content"]
    assert b"alt_text_custom" not in stage.photos[second]["content"]


def test_a_lost_picture_is_no_unknown_post() -> None:
    stage = FacebookStage()
    (post,) = stage.network.render(Draft("Look", images=(Image(b"p", "image/png", "A desk"),)))

    def lose(asked: object) -> httpx.Response:
        raise httpx.ReadTimeout("No answer comes.")

    stage.handlers = {**stage.handlers, "Page POST photos": lose}

    with pytest.raises(Unavailable):
        stage.network.publish(post, new_key())


def test_the_same_words_with_our_link_again_are_our_own_post() -> None:
    stage = FacebookStage()
    post, key = rendered(stage.network, words(), link=LINK), new_key()
    first = stage.network.publish(post, key)

    again = stage.network.publish(post, key)

    assert again.ref.id == first.ref.id
    assert stage.count_posts(post.text) == 1
    with pytest.raises(Duplicate):
        stage.network.publish(rendered(stage.network, post.text), new_key())


def test_an_answer_of_ours_is_found_under_an_old_post() -> None:
    stage = FacebookStage()
    stage.rows[f"{PAGE}_1"] = Row(f"{PAGE}_1", PAGE, "Old", datetime.now(UTC) - timedelta(days=40))
    question = stage.answer(f"{PAGE}_1", "77", "Is it left-handed?")
    post = rendered(stage.network, "It is both.")
    answer = stage.network.reply(Ref(question.id), post, new_key())

    found = stage.network.find_published(post, "key", datetime.now(UTC) - timedelta(hours=1))

    assert found is not None
    assert found.ref.id == answer.ref.id


def test_a_post_can_be_changed_and_an_answer_hidden() -> None:
    stage = FacebookStage()
    ours = stage.new_post()
    answer = stage.someone_replies(ours, "Spam")

    edited = stage.network.edit(ours, rendered(stage.network, "Twelve off"))
    stage.network.hide(answer)

    assert edited.ref.id == ours.id
    assert stage.rows[ours.id].message == "Twelve off"
    assert stage.rows[answer.id].hidden


def test_what_we_wrote_ourselves_is_no_reaction() -> None:
    stage = FacebookStage()
    ours = stage.new_post()
    answer = stage.someone_replies(ours, "Is it left-handed?")
    stage.network.reply(answer, rendered(stage.network, "It is both."), new_key())

    events, _ = read_all(stage.network, "replies", "")

    assert [event.id for event in events] == [answer.id]
    assert events[0].actor.name == "Ana"


def test_an_answer_to_an_answer_hangs_under_it() -> None:
    stage = FacebookStage()
    first = stage.someone_replies(stage.new_post(), "First")
    second = stage.someone_replies(first, "Second")

    events, _ = read_all(stage.network, "replies", "")

    subjects = {event.id: event.subject.id for event in events if event.subject}
    assert subjects[second.id] == first.id


def test_a_post_with_hundreds_of_answers_loses_none_and_repeats_none() -> None:
    stage = FacebookStage()
    ours = stage.new_post()
    wanted = {stage.someone_replies(ours, str(number)).id for number in range(230)}

    events, cursor = read_all(stage.network, "replies", "")
    later, _ = read_all(stage.network, "replies", cursor)

    assert len(events) == 230
    assert {event.id for event in events} == wanted
    assert later == []


def test_an_answer_that_shows_late_is_not_lost() -> None:
    """It carries a moment before that of the newest one we had already seen."""
    stage = FacebookStage()
    ours = stage.new_post()
    stage.someone_replies(ours, "Quick")
    _, cursor = read_all(stage.network, "replies", "")
    late = stage.answer(ours.id, "77", "Slow", at=datetime.now(UTC) - timedelta(minutes=2))

    events, cursor = read_all(stage.network, "replies", cursor)
    again, _ = read_all(stage.network, "replies", cursor)

    assert [event.id for event in events] == [late.id]
    assert again == []


def test_posts_that_name_the_page_are_mentions() -> None:
    stage = FacebookStage()
    stage.rows["88_5"] = Row("88_5", "88", "I like The Corner", datetime.now(UTC))

    events, _ = read_all(stage.network, "mentions", "")

    assert [(event.id, event.stream, event.text) for event in events] == [
        ("88_5", "mentions", "I like The Corner")
    ]


def test_figures_hold_how_often_a_post_was_seen_where_we_may_know() -> None:
    stage = FacebookStage()
    ours = stage.new_post()

    (seen,) = stage.network.metrics([ours])
    store = stage.network.credentials
    store.renew(store.load(), lambda secrets: {**secrets, "scopes": "pages_read_engagement"})
    (unseen,) = stage.network.metrics([ours])

    assert seen.views == 321
    assert unseen.views is None


def test_daily_figures_have_the_names_of_2025() -> None:
    stage = FacebookStage()
    until = datetime(2026, 11, 22, tzinfo=UTC)

    figures = stage.network.daily_figures(until - timedelta(days=2), until)

    assert set(figures) == {"page_media_view", "page_follows"}
    assert figures["page_follows"] == [
        (datetime(2026, 11, 20, 8, tzinfo=UTC), 40),
        (datetime(2026, 11, 21, 8, tzinfo=UTC), 41),
    ]
