from collections.abc import Iterator

import pytest

from scripts.peers.bluesky.network import BlueskyNetwork, bluesky_network
from scripts.peers.mediawiki.site import MediaWikiSite, mediawiki_site
from scripts.peers.snac import SnacServer, snac_server
from scripts.peers.wordpress.site import WordPressSite, wordpress_site
from tests.support.template import django_db_modify_db_settings
from tests_peers.fault_proxy import FaultProxy, fault_proxy

__all__ = ["django_db_modify_db_settings"]

LONGEST = ("test_spark_agrees_to_the_cent", "test_channelattribution")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Two workers are done sooner when the longest files do not come last."""
    items.sort(key=lambda item: LONGEST.index(item.path.stem) if item.path.stem in LONGEST else len(LONGEST))


@pytest.fixture(scope="session")
def bluesky() -> Iterator[BlueskyNetwork]:
    """The real network software; where it is not installed this fails and says how to install it."""
    with bluesky_network() as network:
        yield network


@pytest.fixture
def proxy(bluesky: BlueskyNetwork) -> Iterator[FaultProxy]:
    with fault_proxy(bluesky.pds_url) as running:
        yield running


@pytest.fixture(scope="session")
def snac() -> Iterator[SnacServer]:
    with snac_server() as server:
        yield server


@pytest.fixture(scope="session")
def wordpress() -> Iterator[WordPressSite]:
    with wordpress_site() as site:
        yield site


@pytest.fixture
def wordpress_proxy(wordpress: WordPressSite) -> Iterator[FaultProxy]:
    with fault_proxy(wordpress.url) as running:
        yield running


@pytest.fixture(scope="session")
def mediawiki() -> Iterator[MediaWikiSite]:
    with mediawiki_site() as site:
        yield site


@pytest.fixture
def mediawiki_proxy(mediawiki: MediaWikiSite) -> Iterator[FaultProxy]:
    with fault_proxy(mediawiki.url) as running:
        yield running
