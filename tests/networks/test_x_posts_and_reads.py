from datetime import UTC, datetime, timedelta

import httpx
import pytest

from livingroom.networks.errors import Forbidden, Gone, Invalid, NetworkError, OutOfCredit, RateLimited
from livingroom.networks.interface import Draft, Image, Ref
from livingroom.networks.transport import Answer
from livingroom.networks.x.problems import Duplicate, PlaceLost, explain
from tests.networks.conformance import long_ago, new_key, read_all, rendered, words
from tests.networks.spec_stage import Asked
from tests.networks.x_stage import ANA, US, XStage, problem

LINK = "https://go.example.com/k7mq4r"


def meaning(response: httpx.Response) -> NetworkError | None:
    return explain(Answer(response.status_code, response.headers, response.content))


def test_the_same_words_with_our_link_again_are_our_own_post() -> None:
    stage = XStage()
    post, key = rendered(stage.network, words(), link=LINK), new_key()
    first = stage.network.publish(post, key)

    again = stage.network.publish(post, key)

    assert again.ref.id == first.ref.id
    assert stage.count_posts(post.text) == 1


def test_the_same_words_without_a_link_are_refused_because_nobody_knows_whose_they_are() -> None:
    stage = XStage()
    post = rendered(stage.network, words())
    stage.network.publish(post, new_key())

    with pytest.raises(Duplicate) as refused:
        stage.network.publish(post, new_key())

    assert refused.value.permanent
    assert stage.count_posts(post.text) == 1


def test_a_post_is_found_behind_short_addresses_and_written_out_signs() -> None:
    stage = XStage()
    post = rendered(stage.network, f"Desks & chairs < 100 € {LINK}")
    stage.network.publish(post, new_key())

    found = stage.network.find_published(post, "key", long_ago())

    assert "t.co" in stage.shown(stage.posts[0])["text"]
    assert "&amp;" in stage.shown(stage.posts[0])["text"]
    assert found is not None


def test_a_post_from_before_our_first_try_is_not_ours() -> None:
    stage = XStage()
    post = rendered(stage.network, words())
    stage.network.publish(post, new_key())

    found = stage.network.find_published(post, "key", datetime.now(UTC) + timedelta(minutes=5))

    assert found is None


def test_a_thread_is_found_part_by_part() -> None:
    stage = XStage()
    parts = stage.network.render(Draft("Many words about desks. " * 30, may_split=True), LINK)
    first = stage.network.publish(parts[0], new_key())

    second = stage.network.reply(first.ref, parts[1], new_key())

    found = stage.network.find_published(parts[1], "key", long_ago())
    assert found is not None
    assert found.ref.id == second.ref.id


def test_pictures_go_with_their_descriptions() -> None:
    stage = XStage()
    images = (Image(b"\x89PNG one", "image/png", "A red desk"), Image(b"GIF89a", "image/gif"))
    (post,) = stage.network.render(Draft("Look", images=images))

    stage.network.publish(post, new_key())

    assert stage.posts[0].media == ["900", "901"]
    assert b"\x89PNG one" in stage.pictures["900"]["content"]
    assert b"tweet_gif" in stage.pictures["901"]["content"]
    assert stage.pictures["900"]["alt"] == "A red desk"
    assert "alt" not in stage.pictures["901"]


def test_what_x_would_not_take_is_a_problem_before() -> None:
    stage = XStage()
    heavy = Image(b"x" * 5_000_001, "image/png", "heavy")
    film = Image(b"x", "video/mp4", "a film")

    (post,) = stage.network.render(Draft("Look", images=(heavy, film, heavy, heavy, heavy)))

    said = " ".join(problem.text for problem in post.problems)
    assert not post.sendable
    assert "5 pictures" in said
    assert "video/mp4" in said
    assert "5.0 MB" in said


def test_answers_and_mentions_are_told_apart() -> None:
    stage = XStage()
    ours = stage.new_post()
    answer = stage.someone_replies(ours, "Is it left-handed?")
    mention = stage.write(ANA, "I like @corner")

    replies, mentions = (read_all(stage.network, stream, "")[0] for stream in ("replies", "mentions"))

    assert [event.id for event in replies] == [answer.id]
    assert [event.id for event in mentions] == [mention.id]
    assert (mentions[0].kind, mentions[0].actor.handle) == ("mention", "ana")
    assert replies[0].subject == Ref(ours.id, "", f"https://x.com/i/status/{ours.id}")


def test_many_answers_come_page_by_page_each_once() -> None:
    stage = XStage(budget="100")
    ours = stage.new_post()
    wanted = [stage.someone_replies(ours, str(number)).id for number in range(230)]

    events, cursor = read_all(stage.network, "replies", "")
    more = [stage.someone_replies(ours, "one more").id]
    later, _ = read_all(stage.network, "replies", cursor)

    assert sorted(event.id for event in events) == sorted(wanted)
    assert [event.id for event in later] == more


def test_a_search_finds_and_goes_on_where_it_stopped() -> None:
    stage = XStage()
    first = stage.write(ANA, "standing desks are fine")

    page = stage.network.search("standing desks")
    second = stage.write(ANA, "are standing desks fine?")
    later = stage.network.search("standing desks", page.cursor)

    assert [(event.id, event.stream) for event in page.events] == [(first.id, "search")]
    assert [event.id for event in later.events] == [second.id]


def test_a_conversation_is_read_from_any_of_its_posts() -> None:
    stage = XStage()
    root = stage.new_post()
    answer = stage.someone_replies(root, "Is it left-handed?")
    ours = stage.network.reply(answer, rendered(stage.network, "It is both."), new_key())

    posts = stage.network.thread(answer)

    assert [post.ref.id for post in posts] == [root.id, answer.id, ours.ref.id]
    assert [post.author.id for post in posts] == [US, ANA, US]


def test_an_answer_under_our_post_can_be_hidden() -> None:
    stage = XStage()
    answer = stage.someone_replies(stage.new_post(), "Spam")

    stage.network.hide(answer)

    assert stage.post(answer.id).hidden


def test_a_right_that_is_missing_is_named_for_each_deed() -> None:
    stage = XStage()

    def refuse(asked: Asked) -> httpx.Response:
        return problem(403, "", "Forbidden")

    stage.handlers = {**stage.handlers, "likePost": refuse, "hidePostsReply": refuse}

    for deed, scope in ((stage.network.react, "like.write"), (stage.network.hide, "tweet.moderate.write")):
        with pytest.raises(Forbidden) as refused:
            deed(Ref("1"))
        assert refused.value.scope == scope


@pytest.mark.parametrize(
    ("response", "expected"),
    [
        (problem(402, "credits", "Your enrolled account does not have any credits."), OutOfCredit),
        (problem(429, "usage-capped", "Usage cap exceeded: Monthly product cap"), OutOfCredit),
        (problem(403, "usage-capped", "Usage cap exceeded"), OutOfCredit),
        (problem(403, "client-forbidden", "Client Forbidden"), Forbidden),
        (problem(403, "", "You are not allowed to create a Tweet with duplicate content."), Duplicate),
        (problem(403, "", "You attempted to reply to a Tweet that is deleted or not visible to you."), Gone),
        (problem(400, "invalid-request", "Wrong", parameter="pagination_token"), PlaceLost),
        (
            problem(
                400, "invalid-request", "Wrong", errors=[{"parameters": {"text": ["?"]}, "message": "?"}]
            ),
            Invalid,
        ),
        (problem(401, "", "Unauthorized"), type(None)),
        (problem(503, "", "Service Unavailable"), type(None)),
    ],
)
def test_each_refusal_of_x_means_one_thing(response: httpx.Response, expected: type) -> None:
    assert type(meaning(response)) is expected


def test_the_limit_of_posts_says_when_it_ends() -> None:
    stage, reset = XStage(), int((datetime.now(UTC) + timedelta(minutes=9)).timestamp())
    headers = {"x-rate-limit-limit": "100", "x-rate-limit-remaining": "0", "x-rate-limit-reset": str(reset)}
    refusal = httpx.Response(429, json={"title": "Too Many Requests"}, headers=headers)
    stage.handlers = {**stage.handlers, "createPosts": lambda asked: refusal}

    with pytest.raises(RateLimited) as limited:
        stage.network.publish(rendered(stage.network, words()), new_key())

    assert limited.value.retry_at == datetime.fromtimestamp(reset, UTC)
