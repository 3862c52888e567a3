"""What every connector must keep. Each network brings a Stage: the network itself, a way to make it fail, and a way to
look at it from outside. A new connector writes its Stage and subclasses Conformance in a file of its own, called
test_<network>_keeps_the_interface.py, with a line of `proof` for the table in docs/networks.md:

    class TestExample(Conformance):
        proof = Proof("example", "its OpenAPI document", "each request and answer checked in process")
        cannot = {Case.FORBIDDEN: "A token of Example has one right only, and that is writing."}

What a connector's capabilities rule out (no publishing, no webhook) is skipped with the connector's own sentence; what
else its network cannot have stands in `cannot`, a sentence each. How a stage without a server works: spec_stage.py.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import ClassVar

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
from livingroom.networks.interface import (
    Card,
    Draft,
    Page,
    Ref,
    Rendered,
)
from tests.networks.proofs import Case as Case
from tests.networks.proofs import Fault as Fault
from tests.networks.proofs import Proof as Proof
from tests.networks.proofs import excuse, needs, proves
from tests.networks.stage import Stage as Stage
from tests.networks.stage import long_ago as long_ago
from tests.networks.stage import new_key as new_key
from tests.networks.stage import read_all as read_all
from tests.networks.stage import rendered as rendered
from tests.networks.stage import thread_of as thread_of
from tests.networks.stage import with_events as with_events
from tests.networks.stage import words as words


class Conformance:
    proof: ClassVar[Proof]
    cannot: ClassVar[Mapping[Case, str]] = {}

    @pytest.fixture(autouse=True)
    def _only_what_the_network_can_have(self, request: pytest.FixtureRequest) -> None:
        reason = excuse(type(self), request.function)
        if reason:
            pytest.skip(reason)

    @proves(Case.HAPPY)
    @needs("write")
    def test_a_post_is_published_once_and_found_by_its_key(self, stage: Stage) -> None:
        post, key = rendered(stage.network, words()), new_key()

        published = stage.say(post, key)

        found = stage.network.find_published(post, key, long_ago())
        assert found is not None
        assert found.ref.id == published.ref.id
        assert stage.count_posts(post.text) == 1
        another = rendered(stage.network, words("Never sent"))
        assert stage.network.find_published(another, new_key(), long_ago()) is None

    @needs("publish", "card")
    def test_a_link_travels_in_a_card_with_its_words(self, stage: Stage) -> None:
        link = "https://go.example.com/k7mq4r"
        post = rendered(stage.network, words(), link=link, card=Card("Ten off", "Until Sunday"))

        published = stage.say(post, new_key())

        assert post.link == link
        assert published.ref.id
        assert stage.count_posts(post.text) == 1

    @proves(Case.ACCEPTED_THEN_LOST)
    @needs("write")
    def test_an_answer_lost_after_the_network_accepted_leaves_exactly_one_post(self, stage: Stage) -> None:
        post, key = rendered(stage.network, words()), new_key()
        stage.fail_next(Fault.ACCEPT_THEN_LOSE, writes=True)

        with pytest.raises(OutcomeUnknown) as lost:
            stage.say(post, key)

        assert lost.value.outcome_unknown
        assert stage.network.find_published(post, key, long_ago()) is not None
        assert stage.count_posts(post.text) == 1

    @proves(Case.LOST)
    @needs("write")
    def test_a_lost_request_is_found_to_be_unsent_and_can_be_sent(self, stage: Stage) -> None:
        post, key = rendered(stage.network, words()), new_key()
        stage.fail_next(Fault.LOSE, writes=True)

        with pytest.raises(OutcomeUnknown):
            stage.say(post, key)

        assert stage.network.find_published(post, key, long_ago()) is None
        stage.say(post, key)
        assert stage.count_posts(post.text) == 1

    @proves(Case.TOO_MANY)
    @needs("write")
    def test_too_many_requests_says_when_to_come_back(self, stage: Stage) -> None:
        post, before = rendered(stage.network, words()), datetime.now(UTC)
        stage.fail_next(Fault.TOO_MANY, writes=True)

        with pytest.raises(RateLimited) as limited:
            stage.say(post, new_key())

        assert not limited.value.permanent
        assert timedelta(seconds=29) < limited.value.retry_at - before < timedelta(seconds=60)
        assert stage.count_posts(post.text) == 0

    @proves(Case.TOO_MANY_NO_TIME)
    def test_too_many_requests_without_a_time_rests_all_the_same(self, stage: Stage) -> None:
        stage.fail_next(Fault.TOO_MANY_NO_TIME, writes=False)

        with pytest.raises(RateLimited) as limited:
            stage.network.check()

        assert limited.value.retry_at > datetime.now(UTC) + timedelta(seconds=30)

    @proves(Case.FORBIDDEN)
    @needs("write")
    def test_a_missing_right_is_named(self, stage: Stage) -> None:
        post = rendered(stage.network, words())
        stage.fail_next(Fault.FORBIDDEN, writes=True)

        with pytest.raises(Forbidden) as forbidden:
            stage.say(post, new_key())

        assert forbidden.value.permanent
        assert forbidden.value.scope
        assert stage.count_posts(post.text) == 0

    @proves(Case.UNAUTHORIZED)
    def test_a_401_in_the_middle_of_reading_loses_nothing(self, stage: Stage) -> None:
        ours = stage.new_post()
        cursor = read_all(stage.network, stage.stream, "")[1]
        answer = stage.someone_replies(ours, words("Is it left-handed?"))
        stage.eventually(lambda: read_all(stage.network, stage.stream, cursor)[0])
        stage.fail_next(Fault.UNAUTHORIZED, writes=False)

        try:
            events = read_all(stage.network, stage.stream, cursor)[0]
        except AuthExpired:
            stage.reconnect()
            events = read_all(stage.network, stage.stream, cursor)[0]

        assert [event.ref.id for event in events if event.ref] == [answer.id]

    @proves(Case.UNAVAILABLE)
    def test_a_read_survives_a_moment_of_weakness(self, stage: Stage) -> None:
        stage.fail_next(Fault.UNAVAILABLE, writes=False)

        account = stage.network.check()

        assert account.account_id == stage.network.account_id

    @proves(Case.UNAVAILABLE)
    @needs("write")
    def test_a_503_to_a_write_is_an_unknown_outcome_not_a_licence_to_repeat(self, stage: Stage) -> None:
        post, key = rendered(stage.network, words()), new_key()
        stage.fail_next(Fault.UNAVAILABLE, writes=True)

        with pytest.raises(OutcomeUnknown):
            stage.say(post, key)

        assert stage.network.find_published(post, key, long_ago()) is None

    @proves(Case.GARBLED)
    def test_an_answer_that_nobody_documented_is_drift(self, stage: Stage) -> None:
        stage.fail_next(Fault.GARBLED, writes=False)

        with pytest.raises(SpecDrift):
            stage.network.check()

    @proves(Case.GARBLED)
    @needs("write")
    def test_an_unreadable_answer_to_a_write_is_an_unknown_outcome(self, stage: Stage) -> None:
        post = rendered(stage.network, words())
        stage.fail_next(Fault.GARBLED, writes=True)

        with pytest.raises(OutcomeUnknown):
            stage.say(post, new_key())

    @proves(Case.HAPPY)
    def test_reading_goes_on_where_it_stopped(self, stage: Stage) -> None:
        ours = stage.new_post()
        first = stage.someone_replies(ours, words("First"))
        seen, cursor = stage.eventually(lambda: with_events(stage.network, stage.stream, ""))

        second = stage.someone_replies(ours, words("Second"))
        later, _ = stage.eventually(lambda: with_events(stage.network, stage.stream, cursor))

        assert [event.ref.id for event in seen if event.ref] == [first.id]
        assert [event.ref.id for event in later if event.ref] == [second.id]
        if stage.stream in ("replies", "comments"):
            assert later[0].subject is not None
            assert later[0].subject.id == ours.id

    @proves(Case.CURSOR_LOST)
    def test_a_lost_cursor_reads_again_rather_than_skipping(self, stage: Stage) -> None:
        ours = stage.new_post()
        answer = stage.someone_replies(ours, words("Hello?"))
        _, cursor = stage.eventually(lambda: with_events(stage.network, stage.stream, ""))
        stage.fail_next(Fault.CURSOR_LOST, writes=False)

        page = self.read_with_lost_cursor(stage, cursor)

        assert page.restarted
        assert answer.id in [event.ref.id for event in page.events if event.ref]

    def read_with_lost_cursor(self, stage: Stage, cursor: str) -> Page:
        return stage.network.poll(stage.stream, cursor)

    @proves(Case.WEBHOOK_TWICE)
    @needs("webhook")
    def test_what_the_network_delivers_twice_is_one_event(self, stage: Stage) -> None:
        ((headers, body),) = stage.deliveries(stage.new_post(), [words("Delivered")])
        now = datetime.now(UTC)

        once = stage.network.receive(headers, body, now)
        again = stage.network.receive(headers, body, now)

        assert len(once.events) == 1
        assert [event.id for event in again.events] == [event.id for event in once.events]

    @proves(Case.WEBHOOK_OUT_OF_ORDER)
    @needs("webhook")
    def test_what_is_delivered_in_the_wrong_order_keeps_its_own_time(self, stage: Stage) -> None:
        texts = [words("First"), words("Second")]
        deliveries = stage.deliveries(stage.new_post(), texts)
        now = datetime.now(UTC)

        late_first = [e for h, b in reversed(deliveries) for e in stage.network.receive(h, b, now).events]

        in_time = sorted(late_first, key=lambda event: event.at)
        assert [event.text for event in in_time] == texts
        assert in_time[0].at < in_time[1].at
        assert len({event.id for event in late_first}) == 2

    @proves(Case.WEBHOOK_FORGED)
    @needs("webhook")
    def test_what_somebody_else_delivers_is_refused(self, stage: Stage) -> None:
        ((headers, body),) = stage.deliveries(stage.new_post(), [words("Delivered")])

        with pytest.raises(Forbidden):
            stage.network.receive(headers, body.replace(b"Delivered", b"Delivers"), datetime.now(UTC))
        with pytest.raises(Forbidden):
            stage.network.receive({}, body, datetime.now(UTC))

    @proves(Case.DELETED)
    @needs("write", "delete")
    def test_a_post_deleted_on_the_network_is_gone_everywhere(self, stage: Stage) -> None:
        can = stage.network.capabilities
        counts = can.metrics and can.publish  # where we only answer, what is counted is not ours
        post, key = rendered(stage.network, words()), new_key()
        published = stage.say(post, key)
        if counts:
            stage.eventually(lambda: not stage.network.metrics([published.ref])[0].gone)

        stage.network.delete(published.ref)

        if counts:
            stage.eventually(lambda: stage.network.metrics([published.ref])[0].gone)
        assert stage.network.find_published(post, key, long_ago()) is None
        assert stage.count_posts(post.text) == 0
        if can.reply:
            with pytest.raises(Gone):
                stage.network.reply(published.ref, rendered(stage.network, "Too late"), new_key())
        stage.network.delete(published.ref)

    @proves(Case.OFFSETS)
    @needs("publish")
    def test_offsets_hold_behind_emoji_accents_and_other_scripts(self, stage: Stage) -> None:
        text = f"👨‍👩‍👧‍👦 Olá à família — 日本語 #família https://example.com/ñ?x=1, {words()} #été"
        post = rendered(stage.network, text)

        published = stage.say(post, new_key())

        assert stage.facet_texts(published.ref) == ["#família", "https://example.com/ñ?x=1", "#été"]

    @proves(Case.OFFSETS)
    @needs("publish")
    def test_a_text_at_the_limit_goes_and_one_beyond_it_is_a_problem_before_and_invalid_after(
        self, stage: Stage
    ) -> None:
        limit = stage.network.limits.graphemes
        full = stage.full_text(limit)
        (fits,) = stage.network.render(Draft(full))
        (over,) = stage.network.render(Draft(full + "!"))

        published = stage.say(fits, new_key())
        with pytest.raises(Invalid):
            stage.say(over, new_key())

        assert published.ref.id
        assert fits.size == limit
        assert fits.sendable
        assert not over.sendable
        assert [problem.field for problem in over.problems] == ["text"]

    @needs("publish", "reply", "thread")
    def test_a_reply_hangs_under_its_post_and_a_thread_keeps_its_order(self, stage: Stage) -> None:
        first = stage.say(rendered(stage.network, words("One")), new_key())
        second = stage.network.reply(first.ref, rendered(stage.network, words("Two")), new_key())
        third = stage.network.reply(second.ref, rendered(stage.network, words("Three")), new_key())

        posts = stage.eventually(lambda: thread_of(stage.network, first.ref, 3))

        assert [post.ref.id for post in posts] == [first.ref.id, second.ref.id, third.ref.id]
        assert posts[2].parent is not None
        assert posts[2].parent.id == second.ref.id

    @needs("react", "metrics")
    def test_a_like_given_twice_counts_once(self, stage: Stage) -> None:
        answer = stage.someone_replies(stage.new_post(), words("Lovely"))
        stage.eventually(lambda: not stage.network.metrics([answer])[0].gone)

        stage.network.react(answer)
        stage.network.react(answer)

        stage.eventually(lambda: stage.network.metrics([answer])[0].likes == 1)

    @needs("metrics")
    def test_figures_come_in_the_order_asked_and_for_more_than_one_batch(self, stage: Stage) -> None:
        real = stage.new_post()
        stage.someone_replies(real, words("One answer"))
        missing = [self.missing_ref(stage, real, number) for number in range(60)]

        stage.eventually(lambda: stage.network.metrics([real])[0].replies == 1)

        counted = stage.network.metrics([*missing, real])

        assert len(counted) == 61
        assert all(each.gone for each in counted[:-1])
        assert (counted[-1].ref.id, counted[-1].replies) == (real.id, 1)

    def missing_ref(self, stage: Stage, like: Ref, number: int) -> Ref:
        return Ref(f"9{number:09d}")

    def test_what_a_network_cannot_do_it_says_in_a_sentence(self, stage: Stage) -> None:
        network, can, ref = stage.network, stage.network.capabilities, Ref("1")
        deeds: dict[str, Callable[[], object]] = {
            "publish": lambda: network.publish(Rendered(""), "key"),
            "reply": lambda: network.reply(ref, Rendered(""), "key"),
            "edit": lambda: network.edit(ref, Rendered("")),
            "delete": lambda: network.delete(ref),
            "react": lambda: network.react(ref),
            "hide": lambda: network.hide(ref),
            "webhook": lambda: network.receive({}, b"{}", datetime.now(UTC)),
        }

        for name, deed in deeds.items():
            if getattr(can, name):
                continue
            with pytest.raises(Forbidden) as refused:
                deed()
            assert refused.value.text == can.why_not[name]

    def test_no_secret_shows_in_an_error_or_a_log_line(
        self, stage: Stage, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG, logger="livingroom.networks")
        stage.fail_next(Fault.TOO_MANY_NO_TIME, writes=False)

        with pytest.raises(RateLimited) as refused:
            stage.network.check()
        stage.network.check()

        said = caplog.text + repr(refused.value) + str(refused.value)
        assert "livingroom.networks" in caplog.text
        assert not [secret for secret in stage.secrets if secret in said]
