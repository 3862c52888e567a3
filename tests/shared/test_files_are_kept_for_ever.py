import gzip
import re
import socket

import pytest
from django.conf import settings
from django.test import Client

from livingroom.shared import assets

pytestmark = pytest.mark.django_db


def test_one_request_brings_all_styles(client: Client) -> None:
    response = client.get(assets.stylesheet_url())

    styles = response.content.decode()
    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/css")
    assert "immutable" in response["Cache-Control"]
    assert "@import" not in styles
    assert styles.index("@layer reset, base, components, rooms, utilities;") < styles.index("--paper")
    assert all(name in styles for name in (".button--primary", ".table__number", ".badge--good", ".stack"))


def test_a_room_brings_its_own_block(client: Client) -> None:
    rooms = list((settings.PACKAGE).glob("*/static/*/*.css"))
    own = [path for path in rooms if path.parent.name == path.stem]

    styles = client.get(assets.stylesheet_url()).content.decode()

    assert own
    assert all(path.read_text() in styles for path in own)


def test_a_browser_that_can_gets_it_small(client: Client) -> None:
    plain = client.get(assets.stylesheet_url())
    small = client.get(assets.stylesheet_url(), headers={"Accept-Encoding": "gzip, br"})

    assert small["Content-Encoding"] == "gzip"
    assert gzip.decompress(small.content) == plain.content
    assert small["Vary"] == "Accept-Encoding"


def test_the_address_follows_the_content() -> None:
    address = assets.versioned_url("shared/house.js")

    assert re.fullmatch(r"/static/shared/house\.js\?v=[0-9a-f]{12}", address)


def test_a_misspelt_file_is_named() -> None:
    with pytest.raises(FileNotFoundError, match=r"shared/hause\.js"):
        assets.versioned_url("shared/hause.js")


def test_the_chart_bundle_is_made_without_a_network(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assets.vega_bundle.cache_clear()
    for path in settings.HOME.glob("vega-*.js"):
        path.unlink()
    monkeypatch.setattr(socket.socket, "connect", _no_network)

    response = client.get(assets.vega_url())

    assert response.status_code == 200
    assert b"vegaEmbed" in response.content
    assert len(list(settings.HOME.glob("vega-*"))) == 1


def _no_network(*_: object) -> None:
    raise OSError("no network here")
