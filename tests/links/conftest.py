from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.links.support import LinkTable, Running, redirector


@pytest.fixture
def links(tmp_path: Path) -> LinkTable:
    """An empty table of links, where a redirector with `tmp_path` as data folder looks for it."""
    return LinkTable(tmp_path / "links.sqlite3")


@pytest.fixture
def running(tmp_path: Path, links: LinkTable) -> Iterator[Running]:
    """A redirector with one link, /shop."""
    links.put("shop", "https://shop.example/sale?utm_source=bluesky&utm_campaign=spring#top")
    with redirector(tmp_path) as process:
        yield process
