"""The helper that stands in for other people must not write twice, nor give up where the interface knows a way."""

import pytest

from livingroom.networks.errors import OutcomeUnknown
from tests.networks.conformance import Fault, new_key, rendered, words
from tests.networks.mastodon_spec_stage import MastodonSpecStage
from tests_peers.outsiders import ATTEMPTS, surely


def say(stage: MastodonSpecStage, text: str) -> None:
    post, key = rendered(stage.network, text), new_key()
    surely(stage.network, lambda: stage.network.publish(post, key), post, key, sleep=lambda seconds: None)


@pytest.mark.parametrize("fault", [Fault.ACCEPT_THEN_LOSE, Fault.LOSE])
def test_a_lost_answer_leaves_one_post(fault: Fault) -> None:
    stage, text = MastodonSpecStage(), words()
    stage.fail_next(fault, writes=True)

    say(stage, text)

    assert stage.count_posts(text) == 1


def test_who_always_hangs_up_is_not_asked_for_ever() -> None:
    stage = MastodonSpecStage()
    for _ in range(ATTEMPTS + 3):
        stage.fail_next(Fault.LOSE, writes=True)

    with pytest.raises(OutcomeUnknown):
        say(stage, words())

    assert len(stage.armed) == 3
