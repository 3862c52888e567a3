import json
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

import pytest

from livingroom.networks.errors import Forbidden, Invalid, OutcomeUnknown, RateLimited
from livingroom.networks.interface import AppRefused, Draft, Page, Ref, Rendered
from livingroom.networks.newest_first import Place
from livingroom.networks.youtube.budget import Budget, filled_up_at
from livingroom.networks.youtube.network import YouTubeNetwork
from tests.networks.conformance import Conformance, Fault, Proof, Stage, long_ago, new_key, words
from tests.networks.youtube_stage import YouTubeStage, problem


@pytest.fixture
def stage() -> YouTubeStage:
    return YouTubeStage()


class TestYouTube(Conformance):
    proof = Proof("youtube", "its discovery document", "each request and answer checked in process")

    def read_with_lost_cursor(self, stage: Stage, cursor: str) -> Page:
        # In the middle of a walk, on a page that YouTube has forgotten.
        return stage.network.poll("comments", json.dumps(asdict(Place(page="CDIQAA"))))


def answer(text: str) -> Rendered:
    (only,) = YouTubeNetwork.render(Draft(text))
    return only


def test_an_answer_goes_into_the_thread_also_when_it_answers_an_answer(stage: YouTubeStage) -> None:
    thread = stage.someone_replies(stage.new_post(), words("Is it left-handed?"))
    theirs = stage.someone_answers(thread.id, "I wonder, too")

    published = stage.network.reply(Ref(theirs["id"]), answer("It is"), new_key())

    posts = stage.network.thread(published.ref)
    assert [post.text for post in posts][1:] == ["I wonder, too", "It is"]
    assert {post.parent.id for post in posts[1:] if post.parent} == {thread.id}


def test_an_answer_whose_receipt_was_lost_is_found_by_its_words(stage: YouTubeStage) -> None:
    thread = stage.someone_replies(stage.new_post(), words("Is it left-handed?"))
    for number in range(7):
        stage.someone_answers(thread.id, f"Me too {number}")
    ours = answer(words("Yes, it is"))
    stage.fail_next(Fault.ACCEPT_THEN_LOSE, writes=True)

    with pytest.raises(OutcomeUnknown):
        stage.network.reply(thread, ours, new_key())

    assert stage.network.find_published(ours, new_key(), long_ago()) is not None
    assert stage.network.find_published(answer("Never said"), new_key(), long_ago()) is None
    assert stage.count_posts(ours.text) == 1


def test_our_own_words_are_no_news(stage: YouTubeStage) -> None:
    video = stage.new_post()

    stage.network.reply(video, answer("Ask us anything"), new_key())
    theirs = stage.someone_replies(video, "Why?")
    stage.network.reply(theirs, answer("Because"), new_key())
    stage.someone_answers(theirs.id, "I see")

    assert [event.text for event in stage.network.poll("comments").events] == ["Why?"]
    assert [event.text for event in stage.network.poll("replies").events] == ["I see"]


def test_an_ugly_comment_is_hidden_and_ours_is_changed_and_taken_down(stage: YouTubeStage) -> None:
    thread = stage.someone_replies(stage.new_post(), "Ugly")
    ours = stage.network.reply(thread, answer("Lovley"), new_key())

    stage.network.hide(thread)
    stage.network.edit(ours.ref, answer("Lovely"))
    n_before = stage.count_posts("Lovely")
    stage.network.delete(ours.ref)
    stage.network.delete(ours.ref)

    assert (stage.hidden, n_before, stage.count_posts("Lovely")) == ([thread.id], 1, 0)


def test_a_token_is_renewed_and_the_refresh_token_stays(stage: YouTubeStage) -> None:
    stage.network.refresh()

    kept = stage.network.credentials.load()
    assert (kept["access_token"], kept["refresh_token"]) == ("ya29.token-2", "1//refresh-me")


def test_another_channel_than_the_wanted_one_is_refused(stage: YouTubeStage) -> None:
    with pytest.raises(Invalid, match="@corner was chosen, not @other"):
        stage.connect(channel="@other")

    assert stage.connect(channel="@Corner").account.followers == 1200


def test_a_wrong_project_and_a_missing_right_are_named(stage: YouTubeStage) -> None:
    stage.token_error = "invalid_client"
    with pytest.raises(AppRefused):
        stage.connect()
    stage.token_error, stage.scope = "", "openid"

    with pytest.raises(Forbidden) as refused:
        stage.connect()

    assert refused.value.scope == "youtube.force-ssl"


def test_the_days_units_are_a_budget_with_a_reserve_for_answers() -> None:
    budget, now = Budget(), datetime(2026, 11, 22, 20, tzinfo=UTC)

    for _ in range(9_000):
        budget.spend("house", "read", now)
    with pytest.raises(RateLimited) as spent:
        budget.spend("house", "read", now)
    budget.spend("house", "write", now)
    budget.spend("another house", "read", now)

    assert spent.value.retry_at == datetime(2026, 11, 23, 8, tzinfo=UTC)
    assert budget.left("house", now) == 950
    assert budget.left("house", now + timedelta(days=1)) == 10_000


def test_midnight_in_california_moves_with_its_clocks() -> None:
    assert filled_up_at(datetime(2026, 7, 1, 12, tzinfo=UTC)) == datetime(2026, 7, 2, 7, tzinfo=UTC)
    assert filled_up_at(datetime(2026, 12, 1, 12, tzinfo=UTC)) == datetime(2026, 12, 2, 8, tzinfo=UTC)


def test_when_google_says_that_all_is_spent_everything_rests_until_midnight(stage: YouTubeStage) -> None:
    stage.handlers = {
        **stage.handlers,
        "youtube.channels.list": lambda asked: problem(403, "quotaExceeded", "The quota is exceeded."),
    }

    for _ in range(2):
        with pytest.raises(RateLimited) as limited:
            stage.network.check()

    n_asked = len([asked for asked in stage.asked if asked.operation == "youtube.channels.list"])
    assert limited.value.retry_at == filled_up_at(datetime.now(UTC))
    assert n_asked == 2, "one for connecting, one that was refused; then nobody asks any more"


def test_a_long_conversation_is_read_to_its_end(stage: YouTubeStage) -> None:
    video = stage.new_post()
    thread = stage.someone_replies(video, "Why?")
    for number in range(120):
        stage.someone_answers(thread.id, f"Answer {number}")

    under_comment = [post.text for post in stage.network.thread(thread)]
    under_video = [post.text for post in stage.network.thread(video)]

    assert len(under_comment) == len(under_video) == 121
    assert "Answer 119" in under_comment, "what is missing in a thread is taken for deleted"
