from collections.abc import Iterator

import pytest

from livingroom.networks.errors import Forbidden
from livingroom.networks.interface import Draft
from scripts.peers.snac import SnacServer
from tests.networks.conformance import Case, Conformance, Proof, Stage, new_key, rendered, words
from tests_peers.fault_proxy import fault_proxy
from tests_peers.snac_stage import SnacStage


@pytest.fixture
def stage(snac: SnacServer) -> Iterator[Stage]:
    with fault_proxy(snac.url) as proxy:
        yield SnacStage(snac, proxy)


class TestSnac(Conformance):
    proof = Proof(
        "mastodon",
        "snac2 2.75",
        "the real server, signed in over its own page, behind a proxy that fails",
        "make test-peers",
    )
    cannot = {Case.DELETED: "snac2 deletes posts on its own pages only, and Livingroom says so (own test)."}

    def test_a_text_at_the_limit_goes_and_one_beyond_it_is_a_problem_before_and_invalid_after(
        self, stage: Stage
    ) -> None:
        """Here the limit is the server's own, far beyond Mastodon's, and nothing refuses what is longer."""
        limits = stage.network.check().limits
        (post,) = stage.network.render(Draft("é" * 5000), limits=limits)

        published = stage.say(post, new_key())

        assert limits is not None
        assert limits.graphemes == 100_000
        assert (post.sendable, post.limit) == (True, 100_000)
        assert stage.count_posts(post.text) == 1
        assert published.ref.id

    def test_a_post_that_the_server_does_not_delete_is_not_called_deleted(self, stage: Stage) -> None:
        ours = stage.say(rendered(stage.network, words()), new_key())

        with pytest.raises(Forbidden, match="on its own pages only"):
            stage.network.delete(ours.ref)

        assert not stage.network.metrics([ours.ref])[0].gone
