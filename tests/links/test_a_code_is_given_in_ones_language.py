"""The page of codes speaks the visitor's language: the browser's, or the one chosen by name, all the way through."""

import json
from datetime import timedelta
from string import Formatter

import pytest
from django.core.cache import cache
from django.utils import timezone

from livingroom.links.models import Code
from livingroom.links.operations import mint_link, mint_pool
from livingroom.links.redirector.click_id import ClickIds
from livingroom.links.tongue import Tongue
from livingroom.shared.models import Brand

pytestmark = pytest.mark.django_db


@pytest.fixture
def address(db) -> str:
    cache.clear()
    Brand.objects.update_or_create(pk=1, defaults={"destination_hosts": "shop.cornerpc.example"})
    now = timezone.now()
    link = mint_link(
        destination="https://shop.cornerpc.example/laptops", channel="sandbox", reveals_code=True, now=now
    )
    mint_pool(link=link, size=3)
    Code.objects.update(ends_at=now + timedelta(days=3))
    return f"/o/{link.slug}/?lr={ClickIds().new(int(now.timestamp() * 1000))}"


def test_the_browsers_language_is_spoken(client, address):
    response = client.get(address, headers={"accept-language": "de-AT,de;q=0.9,en;q=0.5"})

    page = response.content.decode()
    assert '<html lang="de"' in page
    assert "Meinen Code zeigen" in page
    assert "Show my code" not in page
    assert "Accept-Language" in response["Vary"]


def test_the_chosen_language_stays_until_the_code_is_there(client, address):
    shown = client.post(f"{address}&lang=fr", headers={"accept-language": "de"}, follow=True)

    page = shown.content.decode()
    assert shown.redirect_chain[-1][0].endswith("&lang=fr")
    assert "Votre code" in page
    assert "Il est valable jusqu’au" in page


def test_every_language_says_everything_with_the_same_gaps():
    def gaps(code: str) -> dict[str, list[str | None]]:
        told = json.loads((Tongue.folder / f"{code}.json").read_text(encoding="utf-8"))
        return {
            key: sorted(filter(None, (part[1] for part in Formatter().parse(text))))
            for key, text in told.items()
        }

    assert Tongue.codes() == ["en", "es", "pt", "de", "fr"]
    assert all(gaps(code) == gaps("en") for code in Tongue.codes())
