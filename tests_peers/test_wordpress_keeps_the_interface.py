import pytest

from livingroom.networks.interface import Page, Ref
from scripts.peers.wordpress.site import WordPressSite
from tests.networks.conformance import Conformance, Proof, Stage
from tests_peers.fault_proxy import FaultProxy
from tests_peers.wordpress_stage import WordPressStage


@pytest.fixture
def stage(wordpress: WordPressSite, wordpress_proxy: FaultProxy) -> Stage:
    return WordPressStage(wordpress, wordpress_proxy)


class TestWordPress(Conformance):
    proof = Proof(
        "wordpress",
        "WordPress 6.8 on SQLite",
        "the real software behind a proxy that fails on demand",
        "make test-peers",
    )

    def read_with_lost_cursor(self, stage: Stage, cursor: str) -> Page:
        # WordPress gives no cursors: ours can only be lost in our own house.
        return stage.network.poll("replies", cursor[:5])

    def missing_ref(self, stage: Stage, like: Ref, number: int) -> Ref:
        return Ref(f"post:9{number:06d}")
