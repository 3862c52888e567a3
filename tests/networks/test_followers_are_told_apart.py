"""Who follows, by names that mean the same person wherever a network is asked."""

from typing import Any

import pytest

from livingroom.networks.bluesky.network import BlueskyNetwork
from livingroom.networks.credentials import CredentialsInMemory
from livingroom.networks.errors import Forbidden, Invalid, SpecDrift
from livingroom.networks.mastodon import following
from livingroom.networks.registry import NETWORKS, find_network
from livingroom.networks.transport import Transport
from scripts.peers.mastodon import Account, MastodonServer
from tests.networks.mastodon_stage import open_account


@pytest.fixture
def corner(mastodon: MastodonServer) -> Account:
    return mastodon.create_account("corner")


def test_mastodons_list_is_read_page_by_page_to_its_end(
    mastodon: MastodonServer, corner: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "PAGE_SIZE", 2)
    people = [mastodon.create_account(name) for name in ("ana", "ben", "cho", "dee", "eva")]
    for person in people:
        mastodon.ask(person, "POST", f"/api/v1/accounts/{corner.id}/follow")
    network = open_account(mastodon.url, corner)

    names: list[str] = []
    cursor, n_pages = "", 0
    while True:
        page = network.followers(cursor)
        names, cursor, n_pages = [*names, *page.names], page.cursor, n_pages + 1
        if not cursor:
            break

    assert n_pages >= 3
    assert len(names) == len(set(names)) == 5
    assert all(name.startswith("http") for name in names)


def test_a_place_that_leads_elsewhere_is_not_asked(mastodon: MastodonServer, corner: Account) -> None:
    network = open_account(mastodon.url, corner)

    with pytest.raises(Invalid):
        network.followers("https://elsewhere.example/?max_id=1")
    assert following._following({"link": '<https://evil.example/x?max_id=77>; rel="next"'}) == "77"
    assert following._following({"link": '<https://m.example/x?min_id=9>; rel="prev"'}) == ""


class Profile:
    """Bluesky's view, in two pages."""

    def __init__(self, answers: dict[str, dict[str, Any]]) -> None:
        self.answers = answers

    def query(self, name: str, params: dict[str, Any]) -> dict[str, Any]:
        assert (name, params["actor"]) == ("app.bsky.graph.getFollowers", "did:plc:us")
        return self.answers[params.get("cursor", "")]


def bluesky(answers: dict[str, dict[str, Any]]) -> BlueskyNetwork:
    network = BlueskyNetwork(
        transport=Transport(), credentials=CredentialsInMemory({}), server_url="", account_id="did:plc:us"
    )
    network.__dict__["client"] = Profile(answers)
    return network


def test_blueskys_people_are_their_dids() -> None:
    first = {"followers": [{"did": "did:plc:a", "handle": "a.example"}], "cursor": "next"}
    network = bluesky({"": first, "next": {"followers": [{"did": "did:plc:b"}]}})

    assert network.followers().names == ("did:plc:a",)
    assert network.followers(network.followers().cursor) == network.followers("next")
    assert network.followers("next").cursor == ""
    with pytest.raises(SpecDrift):
        bluesky({"": {"followers": [{"handle": "nobody"}]}}).followers()


@pytest.mark.parametrize("name", [n for n in NETWORKS if not find_network(n).capabilities.follower_names])
def test_a_network_that_does_not_tell_says_so_in_a_sentence(name: str) -> None:
    network = find_network(name)(
        transport=Transport(), credentials=CredentialsInMemory({}), server_url="", account_id="1"
    )

    with pytest.raises(Forbidden) as refused:
        network.followers()

    assert refused.value.text.endswith(".")
