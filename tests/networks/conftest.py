from collections.abc import Iterator

import pytest

from scripts.peers.mastodon import MastodonServer, mastodon_server
from tests_peers.fault_proxy import FaultProxy, fault_proxy


@pytest.fixture(scope="session")
def mastodon() -> Iterator[MastodonServer]:
    """A real server on loopback; where it is not installed this fails and says how to install it."""
    with mastodon_server() as server:
        yield server


@pytest.fixture
def mastodon_proxy(mastodon: MastodonServer) -> Iterator[FaultProxy]:
    with fault_proxy(mastodon.url) as proxy:
        yield proxy
