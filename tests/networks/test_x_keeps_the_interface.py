import pytest

from livingroom.networks.errors import Invalid
from livingroom.networks.interface import Draft
from tests.networks.conformance import Case, Conformance, Proof, Stage, long_ago, new_key, rendered, words
from tests.networks.proofs import proves
from tests.networks.x_stage import XStage


@pytest.fixture
def stage() -> Stage:
    return XStage()


class TestX(Conformance):
    proof = Proof("x", "its OpenAPI document", "each request and answer checked in process")

    @proves(Case.HAPPY)
    def test_a_post_is_published_once_and_found_by_its_key(self, stage: Stage) -> None:
        """X keeps no keys of ours, so a post is found by its link, which no other has, or by its words."""
        link = "https://go.example.com/k7mq4r"
        post, key = rendered(stage.network, words(), link=link), new_key()
        other = rendered(
            stage.network, post.text.replace("k7mq4r", "p2ww8x"), link=link.replace("k7mq4r", "p2ww8x")
        )

        published = stage.network.publish(post, key)

        found = stage.network.find_published(post, key, long_ago())
        assert found is not None
        assert found.ref.id == published.ref.id
        assert stage.count_posts(post.text) == 1
        assert stage.network.find_published(other, new_key(), long_ago()) is None

    @proves(Case.OFFSETS)
    def test_a_text_at_the_limit_goes_and_one_beyond_it_is_a_problem_before_and_invalid_after(
        self, stage: Stage
    ) -> None:
        """X counts an emoji twice, however many code points it has."""
        full = "👩🏽‍🚀" * 20 + "é" * 240
        (fits,) = stage.network.render(Draft(full))
        (over,) = stage.network.render(Draft(full + "!"))

        published = stage.network.publish(fits, new_key())
        with pytest.raises(Invalid):
            stage.network.publish(over, new_key())

        assert published.ref.id
        assert fits.size == 280
        assert fits.sendable
        assert not over.sendable
        assert [problem.field for problem in over.problems] == ["text"]
