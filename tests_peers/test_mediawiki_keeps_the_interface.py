import pytest

from livingroom.networks.interface import Page, Ref
from scripts.peers.mediawiki.site import MediaWikiSite
from tests.networks.conformance import Conformance, Proof, Stage
from tests_peers.fault_proxy import FaultProxy
from tests_peers.mediawiki_stage import MediaWikiStage


@pytest.fixture
def stage(mediawiki: MediaWikiSite, mediawiki_proxy: FaultProxy) -> Stage:
    return MediaWikiStage(mediawiki, mediawiki_proxy)


class TestMediaWiki(Conformance):
    proof = Proof(
        "mediawiki",
        "MediaWiki 1.43 on SQLite",
        "the real software behind a proxy that fails on demand",
        "make test-peers",
    )

    def read_with_lost_cursor(self, stage: Stage, cursor: str) -> Page:
        # A wiki gives no cursors: ours can only be lost in our own house.
        return stage.network.poll("replies", cursor[:5])

    def missing_ref(self, stage: Stage, like: Ref, number: int) -> Ref:
        return Ref(f"page:9{number:06d}")
