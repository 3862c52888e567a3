import json

import pytest

from livingroom.networks.interface import Page
from tests.networks.conformance import Case, Conformance, Proof, Stage, long_ago, new_key, rendered, words
from tests.networks.facebook_stage import FacebookStage
from tests.networks.proofs import proves


@pytest.fixture
def stage() -> Stage:
    return FacebookStage()


class TestFacebook(Conformance):
    proof = Proof(
        "facebook", "Meta's description of its Graph API", "each request and answer checked in process"
    )

    @proves(Case.HAPPY)
    def test_a_post_is_published_once_and_found_by_its_key(self, stage: Stage) -> None:
        """Facebook keeps no keys of ours, so a post is found by its link, which no other has, or by its words."""
        post, key = rendered(stage.network, words(), link="https://go.example.com/k7mq4r"), new_key()
        other = rendered(stage.network, post.text, link="https://go.example.com/p2ww8x")

        published = stage.network.publish(post, key)

        found = stage.network.find_published(post, key, long_ago())
        assert found is not None
        assert found.ref.id == published.ref.id
        assert stage.count_posts(post.text) == 1
        assert stage.network.find_published(other, new_key(), long_ago()) is None

    def read_with_lost_cursor(self, stage: Stage, cursor: str) -> Page:
        in_the_middle = json.loads(cursor) | {"floor": "", "seen": {}, "page": "25", "n_pages": 1}
        return stage.network.poll("replies", json.dumps(in_the_middle))
