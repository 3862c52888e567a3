import json

import pytest

from livingroom.networks.interface import Page
from tests.networks.conformance import Conformance, Proof, Stage
from tests.networks.instagram_stage import InstagramStage


@pytest.fixture
def stage() -> Stage:
    return InstagramStage()


class TestInstagram(Conformance):
    proof = Proof(
        "instagram",
        "Meta's description of its Graph API",
        "each request and answer checked in process; every post of the suite has a picture",
    )

    def read_with_lost_cursor(self, stage: Stage, cursor: str) -> Page:
        in_the_middle = json.loads(cursor) | {"floor": "", "seen": {}, "page": "25", "n_pages": 1}
        return stage.network.poll("replies", json.dumps(in_the_middle))
