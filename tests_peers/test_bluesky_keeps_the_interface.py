import pytest

from livingroom.networks.bluesky.keys import record_key
from livingroom.networks.interface import Page, Ref
from scripts.peers.bluesky.network import BlueskyNetwork
from tests.networks.conformance import Conformance, Proof, Stage
from tests_peers.bluesky_stage import BlueskyStage, with_page
from tests_peers.fault_proxy import FaultProxy


@pytest.fixture
def stage(bluesky: BlueskyNetwork, proxy: FaultProxy) -> Stage:
    return BlueskyStage(bluesky, proxy)


class TestBluesky(Conformance):
    proof = Proof(
        "bluesky",
        "@atproto/dev-env",
        "the real personal data server, directory and view on loopback, behind a proxy that fails",
        "make test-peers",
    )

    def read_with_lost_cursor(self, stage: Stage, cursor: str) -> Page:
        return stage.network.poll("replies", with_page(cursor))

    def missing_ref(self, stage: Stage, like: Ref, number: int) -> Ref:
        return Ref(f"{like.id.rsplit('/', 1)[0]}/{record_key(str(number))}", like.version)
