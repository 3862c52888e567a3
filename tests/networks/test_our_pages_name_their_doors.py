import httpx
import pytest
from django.test import Client

from livingroom.networks.public_pages import FetchedPage
from livingroom.networks.webmention.discovery import find_door


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/find/", "/check/"])
def test_others_find_the_door_for_mentions_on_our_public_pages(client: Client, path: str) -> None:
    answer = client.get(path)

    page = FetchedPage("http://testserver" + path, 200, httpx.Headers(dict(answer.items())), answer.content)
    door = find_door(page)
    assert answer.status_code == 200
    assert door is not None
    assert door.protocol == "webmention"
    assert client.get(door.url.partition("://")[2].partition("/")[2].join(("/", ""))).status_code == 200
    assert answer["X-Pingback"].endswith("/pingback/")


@pytest.mark.django_db
def test_pages_of_the_staff_name_none(client: Client) -> None:
    assert not client.get("/accounts/login/").has_header("X-Pingback")
