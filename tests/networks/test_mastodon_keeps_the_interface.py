import pytest

from scripts.peers.mastodon import MastodonServer
from tests.networks.conformance import Conformance, Proof, Stage
from tests.networks.mastodon_stage import MastodonStage
from tests_peers.fault_proxy import FaultProxy


@pytest.fixture
def stage(mastodon: MastodonServer, mastodon_proxy: FaultProxy) -> Stage:
    return MastodonStage(mastodon, mastodon_proxy)


class TestMastodon(Conformance):
    proof = Proof(
        "mastodon", "mastodon_mock 0.6.1", "its real HTTP server on loopback, behind a proxy that fails"
    )
