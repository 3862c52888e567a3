"""The page's address with ?picture=… gives its chart as a file, under the page's own permission."""

from django.test import Client


def test_a_chart_of_a_page_comes_as_svg(signed_in: Client) -> None:
    response = signed_in.get("/design/?picture=revenue.svg")

    assert response["Content-Type"] == "image/svg+xml"
    assert response["Content-Disposition"] == 'attachment; filename="revenue.svg"'
    assert response.content.startswith(b"<svg")


def test_a_chart_of_a_page_comes_as_png(signed_in: Client) -> None:
    response = signed_in.get("/design/?picture=clicks.png")

    assert response.content.startswith(b"\x89PNG")


def test_the_page_links_to_both_and_keeps_its_parameters(signed_in: Client) -> None:
    page = signed_in.get("/design/?sort=name").content.decode()

    assert 'href="?sort=name&amp;picture=revenue.svg"' in page
    assert 'href="?sort=name&amp;picture=revenue.png"' in page


def test_a_chart_without_rows_has_no_picture(signed_in: Client) -> None:
    assert "picture=nothing.svg" not in signed_in.get("/design/").content.decode()


def test_another_name_or_kind_is_not_found(signed_in: Client) -> None:
    for asked in ("other.svg", "revenue.exe", "revenue", "../revenue.svg"):
        assert signed_in.get("/design/", {"picture": asked}).status_code == 404


def test_a_stranger_gets_the_login_and_no_picture(client: Client, db: None) -> None:
    assert client.get("/design/?picture=revenue.svg").status_code == 302
