import os
import subprocess
import sys
from pathlib import Path

import pytest

from livingroom.links.redirector.source import open_source
from tests.support.template import put_tables

MAKE = """
import django; django.setup()
from datetime import UTC, datetime
from livingroom.links.models import Link
from livingroom.shared.models import Brand
now = datetime(2026, 3, 5, 12, 0, 0, 250_000, tzinfo=UTC)
Link.objects.create(slug="shop", destination="https://shop.example/", channel="mail", created_at=now)
Link.objects.create(slug="gone", destination="https://shop.example/", channel="mail", created_at=now, stopped_at=now,
                    fallback="https://shop.example/new", is_test=True)
Brand.objects.update_or_create(pk=1, defaults={"visitor_cookie": "always"})
"""


@pytest.mark.one_database
def test_links_and_the_brands_consent_are_read_from_djangos_tables(tmp_path: Path) -> None:
    put_tables(tmp_path / "house.sqlite3")
    url = f"sqlite:///{tmp_path / 'house.sqlite3'}"
    environment = {**os.environ, "DATABASE_URL": url, "LIVINGROOM_HOME": str(tmp_path)}
    subprocess.run([sys.executable, "-c", MAKE], env=environment, check=True, timeout=120)

    source = open_source(url)

    shop, gone = sorted(source.page_after("", 10), key=lambda row: row.slug, reverse=True)
    assert (shop.destination, shop.stopped_at, shop.fallback, shop.is_test) == (
        "https://shop.example/",
        None,
        "",
        False,
    )
    assert (gone.stopped_at, gone.fallback, gone.is_test) == (
        1_772_712_000_250_000,
        "https://shop.example/new",
        True,
    )
    assert source.find(["gone", "nothing"]) == [gone]
    assert {row.slug for row in source.changed_since(shop.updated_at, 10)} >= {"shop"}
    assert source.changed_since(max(shop.updated_at, gone.updated_at) + 1, 10) == []
    assert source.visitor_cookie() == "always"
