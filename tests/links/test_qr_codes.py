from xml.etree import ElementTree

import pytest

from livingroom.links.qr import qr_png, qr_svg
from livingroom.people.models import Staff
from tests.links.clicks import link

URL = "https://go.example/bk7f"


def test_a_link_is_an_svg_that_scales() -> None:
    root = ElementTree.fromstring(qr_svg(URL))

    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert root.findtext("{http://www.w3.org/2000/svg}title") == URL


def test_a_link_is_a_png() -> None:
    assert qr_png(URL).startswith(b"\x89PNG\r\n")


def test_the_picture_is_of_the_link() -> None:
    assert qr_png(URL) == qr_png(URL)
    assert qr_png(URL) != qr_png(URL + "x")


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "content_type"), [("svg", "image/svg+xml"), ("png", "image/png")])
def test_each_link_has_its_code_on_a_page_of_its_own(client, kind, content_type):
    slug = link().slug
    client.force_login(Staff.objects.create_user("maya@example.com", "a long password", role="analyst"))

    answer = client.get(f"/links/{slug}/qr.{kind}?download")

    assert answer["Content-Type"] == content_type
    assert f'filename="{slug}.{kind}"' in answer["Content-Disposition"]


@pytest.mark.django_db
def test_a_link_that_never_was_has_no_code(client):
    client.force_login(Staff.objects.create_user("maya@example.com", "a long password", role="analyst"))

    assert client.get("/links/neverwas/qr.svg").status_code == 404
