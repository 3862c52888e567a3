from xml.etree import ElementTree

from livingroom.links.qr import qr_png, qr_svg

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
