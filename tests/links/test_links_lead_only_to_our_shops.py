from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from livingroom.links.operations import DestinationRefused, mint_link, redirect_link, short_url
from livingroom.shared.models import Brand

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def brand():
    Brand.objects.update_or_create(
        pk=1, defaults={"destination_hosts": "shop.cornerpc.example\nxn--brse-5qa.example"}
    )


def mint(destination: str, **facts):
    return mint_link(destination=destination, channel="sandbox", now=NOW, **facts)


@pytest.mark.parametrize(
    "destination",
    [
        "https://evil.example/",
        "https://shop.cornerpc.example.evil.example/",
        "https://shop.cornerpc.example@evil.example/",
        "https://maya:secret@shop.cornerpc.example/",
        "javascript:alert(1)",
        "//shop.cornerpc.example/",
        "ftp://shop.cornerpc.example/",
        "http://localhost/",
        "http://127.0.0.1/",
        "http://2130706433/",
        "http://[::1]/",
        "http://10.0.0.8/",
        "http://printer.local/",
        "https://shop.cornerpc.example\\@evil.example/",
        "https://shop.cornerpc.example/\nSet-Cookie: a=b",
        "https://shop.cornerpc.example:99999/",
        "not an address",
        "",
    ],
)
def test_a_link_leads_nowhere_else(destination):
    with pytest.raises(DestinationRefused):
        mint(destination)


def test_a_house_without_hosts_says_what_to_do():
    Brand.objects.update(destination_hosts="")

    with pytest.raises(DestinationRefused, match="admin can add it in Settings"):
        mint("https://shop.cornerpc.example/")


def test_the_fallback_is_checked_too():
    with pytest.raises(DestinationRefused):
        mint("https://shop.cornerpc.example/", fallback="https://evil.example/")


def test_utm_keys_are_filled_and_the_rest_of_the_query_stays():
    link = mint("https://shop.cornerpc.example/p?colour=red&utm_source=spoof#reviews", campaign="Winter 15!")

    parts = urlsplit(link.destination)
    assert parse_qs(parts.query) == {
        "colour": ["red"],
        "utm_source": ["sandbox"],
        "utm_medium": ["social"],
        "utm_campaign": ["winter-15"],
        "utm_content": [link.slug],
    }
    assert parts.fragment == "reviews"


def test_the_place_of_the_click_id_survives():
    link = mint("https://shop.cornerpc.example/cart/1:1?attributes[lr]={lr}&discount={code}")

    assert "attributes[lr]={lr}&discount={code}" in link.destination


def test_a_destination_is_plain_ascii():
    link = mint("https://börse.example/größe?q=ä")

    assert link.destination.isascii()
    assert link.destination.startswith("https://xn--brse-5qa.example/gr%C3%B6%C3%9Fe?q=%C3%A4&utm_source=")


def test_every_link_has_its_own_slug_and_short_address(settings):
    settings.SHORT_URL = "https://go.cornerpc.example"

    first, second = mint("https://shop.cornerpc.example/"), mint("https://shop.cornerpc.example/")

    assert first.slug != second.slug
    assert short_url(first) == f"https://go.cornerpc.example/{first.slug}"


def test_a_taken_slug_is_drawn_again(monkeypatch):
    taken = mint("https://shop.cornerpc.example/").slug
    draws = iter([taken, taken, "fresh2"])
    monkeypatch.setattr("livingroom.links.operations.new_slug", lambda: next(draws))

    assert mint("https://shop.cornerpc.example/").slug == "fresh2"


def test_a_link_can_be_pointed_elsewhere_and_keeps_its_tags():
    link = mint("https://shop.cornerpc.example/a", campaign="Winter")

    redirect_link(link=link, destination="https://shop.cornerpc.example/b?x=1")

    link.refresh_from_db()
    assert link.destination.startswith("https://shop.cornerpc.example/b?x=1&utm_source=sandbox")
    assert "utm_campaign=winter" in link.destination
