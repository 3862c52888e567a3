import pytest

from livingroom.networks.interface import Page
from tests.networks.conformance import Conformance, Proof, Stage
from tests.networks.feeds_stage import FeedsStage


@pytest.fixture
def stage() -> Stage:
    return FeedsStage()


class TestFeeds(Conformance):
    proof = Proof("feeds", "a server of feeds and its hub", "in process, with ETags and signatures")

    def read_with_lost_cursor(self, stage: Stage, cursor: str) -> Page:
        # A feed gives no cursors: ours can only be lost in our own house.
        return stage.network.poll("search", cursor[:5])
