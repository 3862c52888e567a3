"""What every connector must keep. Each network brings a Stage: the network itself, a way to make it fail, and a way to
look at it from outside. A new connector subclasses Conformance and writes its Stage, nothing else.
"""

import logging
import secrets
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import TypeVar

import pytest

from livingroom.networks.errors import (
    AuthExpired,
    Forbidden,
    Gone,
    Invalid,
    OutcomeUnknown,
    RateLimited,
    SpecDrift,
)
from livingroom.networks.interface import Card, Draft, Event, Network, Page, Ref, Rendered, Stream, ThreadPost

Found = TypeVar("Found")


class Fault(Enum):
    """How the next request fails."""

    ACCEPT_THEN_LOSE = "does the work, then the answer is lost"
    LOSE = "does nothing and gives no answer"
    TOO_MANY = "429, come back in 30 seconds"
    TOO_MANY_NO_TIME = "429 without a time"
    UNAUTHORIZED = "401"
    FORBIDDEN = "403 for want of a right"
    UNAVAILABLE = "503"
    GARBLED = "a page where an answer should be"
    CURSOR_LOST = "the cursor is forgotten"


class Stage(ABC):
    network: Network
    secrets: tuple[str, ...]
    patience_seconds: float = 0

    @abstractmethod
    def fail_next(self, fault: Fault, *, writes: bool) -> None:
        """Let the next write (or the next read) fail."""

    @abstractmethod
    def reconnect(self) -> None:
        """What a person does after a 401 that did not heal by itself."""

    @abstractmethod
    def count_posts(self, text: str) -> int:
        """How many posts with this text stand on our account, seen from outside."""

    @abstractmethod
    def facet_texts(self, ref: Ref) -> list[str]:
        """The stretches of text which the network itself cuts out by the offsets it stored."""

    @abstractmethod
    def someone_replies(self, to: Ref, text: str) -> Ref:
        """A person answers our post."""

    def eventually(self, look: Callable[[], Found | None]) -> Found:
        """Look until something is there: views of a real network lag behind."""
        end = time.monotonic() + self.patience_seconds
        while not (found := look()) and time.monotonic() < end:
            time.sleep(0.1)
        assert found, "it never came"
        return found


def words(text: str = "A desk for less") -> str:
    return f"{text} {secrets.token_hex(4)}"


def rendered(network: Network, text: str, *, link: str = "", card: Card | None = None) -> Rendered:
    (only,) = network.render(Draft(text, "en", card), link)
    assert only.sendable, only.problems
    return only


def long_ago() -> datetime:
    return datetime.now(UTC) - timedelta(hours=1)


def new_key() -> str:
    return secrets.token_hex(16)


class Conformance:
    def test_a_post_is_published_once_and_found_by_its_key(self, stage: Stage) -> None:
        post, key = rendered(stage.network, words()), new_key()

        published = stage.network.publish(post, key)

        found = stage.network.find_published(post, key, long_ago())
        assert found is not None
        assert found.ref.id == published.ref.id
        assert stage.count_posts(post.text) == 1
        assert stage.network.find_published(post, new_key(), long_ago()) is None

    def test_a_link_travels_in_a_card_with_its_words(self, stage: Stage) -> None:
        link = "https://go.example.com/k7mq4r"
        post = rendered(stage.network, words(), link=link, card=Card("Ten off", "Until Sunday"))

        published = stage.network.publish(post, new_key())

        assert post.link == link
        assert published.ref.id
        assert stage.count_posts(post.text) == 1

    def test_an_answer_lost_after_the_network_accepted_leaves_exactly_one_post(self, stage: Stage) -> None:
        post, key = rendered(stage.network, words()), new_key()
        stage.fail_next(Fault.ACCEPT_THEN_LOSE, writes=True)

        with pytest.raises(OutcomeUnknown) as lost:
            stage.network.publish(post, key)

        assert lost.value.outcome_unknown
        assert stage.network.find_published(post, key, long_ago()) is not None
        assert stage.count_posts(post.text) == 1

    def test_a_lost_request_is_found_to_be_unsent_and_can_be_sent(self, stage: Stage) -> None:
        post, key = rendered(stage.network, words()), new_key()
        stage.fail_next(Fault.LOSE, writes=True)

        with pytest.raises(OutcomeUnknown):
            stage.network.publish(post, key)

        assert stage.network.find_published(post, key, long_ago()) is None
        stage.network.publish(post, key)
        assert stage.count_posts(post.text) == 1

    def test_too_many_requests_says_when_to_come_back(self, stage: Stage) -> None:
        post, before = rendered(stage.network, words()), datetime.now(UTC)
        stage.fail_next(Fault.TOO_MANY, writes=True)

        with pytest.raises(RateLimited) as limited:
            stage.network.publish(post, new_key())

        assert not limited.value.permanent
        assert timedelta(seconds=29) < limited.value.retry_at - before < timedelta(seconds=60)
        assert stage.count_posts(post.text) == 0

    def test_too_many_requests_without_a_time_rests_all_the_same(self, stage: Stage) -> None:
        stage.fail_next(Fault.TOO_MANY_NO_TIME, writes=False)

        with pytest.raises(RateLimited) as limited:
            stage.network.check()

        assert limited.value.retry_at > datetime.now(UTC) + timedelta(seconds=30)

    def test_a_missing_right_is_named(self, stage: Stage) -> None:
        post = rendered(stage.network, words())
        stage.fail_next(Fault.FORBIDDEN, writes=True)

        with pytest.raises(Forbidden) as forbidden:
            stage.network.publish(post, new_key())

        assert forbidden.value.permanent
        assert forbidden.value.scope
        assert stage.count_posts(post.text) == 0

    def test_a_401_in_the_middle_of_reading_loses_nothing(self, stage: Stage) -> None:
        ours = stage.network.publish(rendered(stage.network, words()), new_key())
        cursor = read_all(stage.network, "replies", "")[1]
        answer = stage.someone_replies(ours.ref, words("Is it left-handed?"))
        stage.eventually(lambda: read_all(stage.network, "replies", cursor)[0])
        stage.fail_next(Fault.UNAUTHORIZED, writes=False)

        try:
            events = read_all(stage.network, "replies", cursor)[0]
        except AuthExpired:
            stage.reconnect()
            events = read_all(stage.network, "replies", cursor)[0]

        assert [event.ref.id for event in events if event.ref] == [answer.id]

    def test_a_read_survives_a_moment_of_weakness(self, stage: Stage) -> None:
        stage.fail_next(Fault.UNAVAILABLE, writes=False)

        account = stage.network.check()

        assert account.account_id == stage.network.account_id

    def test_a_503_to_a_write_is_an_unknown_outcome_not_a_licence_to_repeat(self, stage: Stage) -> None:
        post, key = rendered(stage.network, words()), new_key()
        stage.fail_next(Fault.UNAVAILABLE, writes=True)

        with pytest.raises(OutcomeUnknown):
            stage.network.publish(post, key)

        assert stage.network.find_published(post, key, long_ago()) is None

    def test_an_answer_that_nobody_documented_is_drift(self, stage: Stage) -> None:
        stage.fail_next(Fault.GARBLED, writes=False)

        with pytest.raises(SpecDrift):
            stage.network.check()

    def test_an_unreadable_answer_to_a_write_is_an_unknown_outcome(self, stage: Stage) -> None:
        post = rendered(stage.network, words())
        stage.fail_next(Fault.GARBLED, writes=True)

        with pytest.raises(OutcomeUnknown):
            stage.network.publish(post, new_key())

    def test_reading_goes_on_where_it_stopped(self, stage: Stage) -> None:
        ours = stage.network.publish(rendered(stage.network, words()), new_key())
        first = stage.someone_replies(ours.ref, words("First"))
        seen, cursor = stage.eventually(lambda: with_events(stage.network, "replies", ""))

        second = stage.someone_replies(ours.ref, words("Second"))
        later, _ = stage.eventually(lambda: with_events(stage.network, "replies", cursor))

        assert [event.ref.id for event in seen if event.ref] == [first.id]
        assert [event.ref.id for event in later if event.ref] == [second.id]
        assert later[0].subject == Ref(ours.ref.id, "", later[0].subject.url if later[0].subject else "")

    def test_a_lost_cursor_reads_again_rather_than_skipping(self, stage: Stage) -> None:
        ours = stage.network.publish(rendered(stage.network, words()), new_key())
        answer = stage.someone_replies(ours.ref, words("Hello?"))
        _, cursor = stage.eventually(lambda: with_events(stage.network, "replies", ""))
        stage.fail_next(Fault.CURSOR_LOST, writes=False)

        page = self.read_with_lost_cursor(stage, cursor)

        assert page.restarted
        assert answer.id in [event.ref.id for event in page.events if event.ref]

    def read_with_lost_cursor(self, stage: Stage, cursor: str) -> Page:
        return stage.network.poll("replies", cursor)

    def test_a_post_deleted_on_the_network_is_gone_everywhere(self, stage: Stage) -> None:
        post, key = rendered(stage.network, words()), new_key()
        published = stage.network.publish(post, key)
        stage.eventually(lambda: not stage.network.metrics([published.ref])[0].gone)

        stage.network.delete(published.ref)

        stage.eventually(lambda: stage.network.metrics([published.ref])[0].gone)
        assert stage.network.find_published(post, key, long_ago()) is None
        assert stage.count_posts(post.text) == 0
        with pytest.raises(Gone):
            stage.network.reply(published.ref, rendered(stage.network, "Too late"), new_key())
        stage.network.delete(published.ref)

    def test_offsets_hold_behind_emoji_accents_and_other_scripts(self, stage: Stage) -> None:
        text = f"👨‍👩‍👧‍👦 Olá à família — 日本語 #família https://example.com/ñ?x=1, {words()} #été"
        post = rendered(stage.network, text)

        published = stage.network.publish(post, new_key())

        assert stage.facet_texts(published.ref) == ["#família", "https://example.com/ñ?x=1", "#été"]

    def test_a_text_at_the_limit_goes_and_one_beyond_it_is_a_problem_before_and_invalid_after(
        self, stage: Stage
    ) -> None:
        limit = stage.network.limits.graphemes
        full = "👩🏽‍🚀" * 20 + "é" * (limit - 20)
        (fits,) = stage.network.render(Draft(full))
        (over,) = stage.network.render(Draft(full + "!"))

        published = stage.network.publish(fits, new_key())
        with pytest.raises(Invalid):
            stage.network.publish(over, new_key())

        assert published.ref.id
        assert fits.size == limit
        assert fits.sendable
        assert not over.sendable
        assert [problem.field for problem in over.problems] == ["text"]

    def test_a_reply_hangs_under_its_post_and_a_thread_keeps_its_order(self, stage: Stage) -> None:
        first = stage.network.publish(rendered(stage.network, words("One")), new_key())
        second = stage.network.reply(first.ref, rendered(stage.network, words("Two")), new_key())
        third = stage.network.reply(second.ref, rendered(stage.network, words("Three")), new_key())

        posts = stage.eventually(lambda: thread_of(stage.network, first.ref, 3))

        assert [post.ref.id for post in posts] == [first.ref.id, second.ref.id, third.ref.id]
        assert posts[2].parent is not None
        assert posts[2].parent.id == second.ref.id

    def test_a_like_given_twice_counts_once(self, stage: Stage) -> None:
        published = stage.network.publish(rendered(stage.network, words()), new_key())
        answer = stage.someone_replies(published.ref, words("Lovely"))
        stage.eventually(lambda: not stage.network.metrics([answer])[0].gone)

        stage.network.react(answer)
        stage.network.react(answer)

        stage.eventually(lambda: stage.network.metrics([answer])[0].likes == 1)

    def test_figures_come_in_the_order_asked_and_for_more_than_one_batch(self, stage: Stage) -> None:
        real = stage.network.publish(rendered(stage.network, words()), new_key())
        stage.someone_replies(real.ref, words("One answer"))
        missing = [self.missing_ref(stage, real.ref, number) for number in range(60)]

        stage.eventually(lambda: stage.network.metrics([real.ref])[0].replies == 1)

        counted = stage.network.metrics([*missing, real.ref])

        assert len(counted) == 61
        assert all(each.gone for each in counted[:-1])
        assert (counted[-1].ref.id, counted[-1].replies) == (real.ref.id, 1)

    def missing_ref(self, stage: Stage, like: Ref, number: int) -> Ref:
        return Ref(f"9{number:09d}")

    def test_what_a_network_cannot_do_it_says_in_a_sentence(self, stage: Stage) -> None:
        can, ref = stage.network.capabilities, Ref("1")

        for name, able in {"edit": can.edit, "hide": can.hide}.items():
            if able:
                continue
            with pytest.raises(Forbidden) as refused:
                stage.network.edit(ref, Rendered("")) if name == "edit" else stage.network.hide(ref)
            assert refused.value.text == can.why_not[name]

    def test_no_secret_shows_in_an_error_or_a_log_line(
        self, stage: Stage, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG, logger="livingroom.networks")
        stage.fail_next(Fault.FORBIDDEN, writes=True)

        with pytest.raises(Forbidden) as refused:
            stage.network.publish(rendered(stage.network, words()), new_key())
        stage.network.check()

        said = caplog.text + repr(refused.value) + str(refused.value)
        assert "livingroom.networks" in caplog.text
        assert not [secret for secret in stage.secrets if secret in said]


def read_all(network: Network, stream: Stream, cursor: str) -> tuple[list[Event], str]:
    """All pages from the cursor on."""
    events: list[Event] = []
    while True:
        page = network.poll(stream, cursor)
        events += page.events
        cursor = page.cursor
        if not page.more:
            return events, cursor


def with_events(network: Network, stream: Stream, cursor: str) -> tuple[list[Event], str] | None:
    events, after = read_all(network, stream, cursor)
    return (events, after) if events else None


def thread_of(network: Network, ref: Ref, n_posts: int) -> list[ThreadPost] | None:
    try:
        posts = network.thread(ref)
    except Gone:
        return None
    return posts if len(posts) == n_posts else None
