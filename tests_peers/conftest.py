from collections.abc import Iterator

import pytest

from scripts.peers.bluesky.network import BlueskyNetwork, bluesky_network
from tests_peers.fault_proxy import FaultProxy, fault_proxy


@pytest.fixture(scope="session")
def bluesky() -> Iterator[BlueskyNetwork]:
    """The real network software; where it is not installed this fails and says how to install it."""
    with bluesky_network() as network:
        yield network


@pytest.fixture
def proxy(bluesky: BlueskyNetwork) -> Iterator[FaultProxy]:
    with fault_proxy(bluesky.pds_url) as running:
        yield running
