import httpx
import pytest

from livingroom.networks.interface import Draft, Image
from scripts.peers.mastodon import MastodonServer
from tests.networks.conformance import Case, Conformance, Proof, Stage, new_key, rendered, words
from tests.networks.mastodon_spec_stage import MastodonSpecStage
from tests.networks.mastodon_stage import MastodonStage
from tests.networks.spec_stage import AgainstSpecification
from tests_peers.fault_proxy import FaultProxy


class TestMastodon(Conformance):
    proof = Proof(
        "mastodon", "mastodon_mock 0.6.1", "its real HTTP server on loopback, behind a proxy that fails"
    )

    @pytest.fixture
    def stage(self, mastodon: MastodonServer, mastodon_proxy: FaultProxy) -> Stage:
        return MastodonStage(mastodon, mastodon_proxy)


class TestMastodonAsSpecified(Conformance):
    proof = Proof("mastodon", "its OpenAPI document", "each request and answer checked in process")
    cannot = {
        Case.OFFSETS: "Mastodon finds links and tags by itself: what it makes of them is proven on the servers that run."
    }

    @pytest.fixture
    def stage(self) -> Stage:
        return MastodonSpecStage()


@pytest.fixture
def specified() -> MastodonSpecStage:
    return MastodonSpecStage()


def test_an_edit_names_only_what_can_be_edited_and_keeps_the_pictures(specified: MastodonSpecStage) -> None:
    picture = Image(b"\x89PNG", "image/png", "A desk")
    (post,) = specified.network.render(Draft(words(), images=(picture,)))
    ours = specified.network.publish(post, new_key()).ref

    edited = specified.network.edit(ours, rendered(specified.network, words("A better desk")))

    (status,) = specified.statuses
    assert edited.ref.id == ours.id
    assert "A better desk" in status["content"]
    assert len(status["media_attachments"]) == 1


def test_posts_under_followed_hashtags_are_asked_for_as_documented(specified: MastodonSpecStage) -> None:
    ours = specified.new_post()
    found = specified.someone_replies(ours, words("About #desks"))

    page = specified.network.poll("search")

    assert [event.ref.id for event in page.events if event.ref] == [found.id]


def test_the_limits_are_those_that_the_server_documents(specified: MastodonSpecStage) -> None:
    limits = specified.network.check().limits

    assert limits is not None
    assert (limits.graphemes, limits.url_size, limits.images) == (500, 23, 4)


def test_the_judge_refuses_a_word_that_mastodon_does_not_know(specified: MastodonSpecStage) -> None:
    client = httpx.Client(transport=specified.wire, base_url="https://town.example.com")

    with pytest.raises(AgainstSpecification, match="colour"):
        client.post(
            "/api/v1/statuses", json={"status": "Hi", "colour": "red"}, headers={"Idempotency-Key": "k"}
        )
