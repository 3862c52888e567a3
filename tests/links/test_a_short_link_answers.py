from pathlib import Path

import pytest

from tests.links.support import LinkTable, Running, click_id_in, journal_clicks, redirector, wait_until


def test_a_click_goes_to_the_destination_with_its_click_id(running: Running) -> None:
    response = running.get("/shop")

    assert response.status_code == 302
    location = response.headers["location"]
    assert location.startswith("https://shop.example/sale?utm_source=bluesky&utm_campaign=spring&lr=")
    assert location.endswith("#top")
    assert len(click_id_in(response)) == 24
    assert response.content == b""


def test_nobody_may_keep_the_answer_or_list_it(running: Running) -> None:
    headers = running.get("/shop").headers

    assert headers["cache-control"] == "private, no-store"
    assert headers["x-robots-tag"] == "noindex"
    assert "referrer-policy" not in headers
    assert "set-cookie" not in headers


def test_head_is_answered_like_get(running: Running) -> None:
    response = running.get("/shop", method="HEAD")

    assert response.status_code == 302
    assert response.headers["location"].startswith("https://shop.example/sale?")
    assert response.headers["cache-control"] == "private, no-store"


def test_every_click_has_an_id_of_its_own(running: Running) -> None:
    ids = {click_id_in(running.get("/shop")) for _ in range(50)}

    assert len(ids) == 50


def test_a_place_named_in_the_destination_gets_the_click_id(running: Running, links: LinkTable) -> None:
    links.put("pay", "https://pay.example/b/1?client_reference_id=lr_{lr}&prefilled_promo_code=BK7")

    wait_until(lambda: running.get("/pay").status_code == 302)

    location = running.get("/pay").headers["location"]
    assert location.startswith("https://pay.example/b/1?client_reference_id=lr_0")
    assert "{lr}" not in location
    assert location.endswith("&prefilled_promo_code=BK7")


def test_an_unknown_link_is_not_found(running: Running) -> None:
    for path in ("/nothing", "/", "/shop/more", "/favicon.ico", "/%00", "/" + "x" * 300):
        response = running.get(path)

        assert response.status_code == 404, path
        assert "No such link" in response.text
    assert running.get("/nothing", method="HEAD").content == b""


def test_a_stopped_link_is_gone_or_leads_to_its_fallback(running: Running, links: LinkTable) -> None:
    links.put("gone", "https://shop.example/old", stopped_at="2020-01-01 00:00:00")
    links.put(
        "moved",
        "https://shop.example/old",
        stopped_at="2020-01-01 00:00:00",
        fallback="https://shop.example/new",
    )
    links.put("later", "https://shop.example/still", stopped_at="2999-01-01 00:00:00")

    wait_until(lambda: running.get("/later").status_code == 302)

    assert running.get("/gone").status_code == 410
    assert running.get("/moved").headers["location"].startswith("https://shop.example/new?lr=")
    assert running.get("/later").headers["location"].startswith("https://shop.example/still?lr=")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_a_link_can_only_be_opened(running: Running, method: str) -> None:
    response = running.get("/shop", method=method)

    assert response.status_code == 405
    assert response.headers["allow"] == "GET, HEAD"


def test_only_the_names_of_the_house_are_answered(tmp_path: Path, links: LinkTable) -> None:
    links.put("shop", "https://shop.example/")
    with redirector(tmp_path, "--answer-for", "go.example") as running:
        assert running.get("/shop", host="go.example").status_code == 302
        assert running.get("/shop", host="GO.example:8001").status_code == 302
        assert running.get("/shop", host="evil.example").status_code == 404


def test_what_a_click_said_about_itself_is_kept(tmp_path: Path, links: LinkTable) -> None:
    links.put("shop", "https://shop.example/")
    links.put("try", "https://shop.example/", is_test=True)
    with redirector(tmp_path) as running:
        id_of_click = click_id_in(
            running.get(
                "/shop",
                agent="Some Browser/1.0",
                referer="https://t.co/abc?secret=1",
                sec_purpose="prefetch;prerender",
            )
        )
        running.get("/try", method="HEAD")

    first, second = journal_clicks(tmp_path)

    assert first.click_id == id_of_click
    assert first.agent == "Some Browser/1.0"
    assert first.referrer_host == "t.co"
    assert first.purpose == "sec-purpose=prefetch;prerender"
    assert (first.method, first.is_test) == ("GET", False)
    assert (second.method, second.is_test) == ("HEAD", True)


def test_health_tells_the_house_more_than_strangers(running: Running) -> None:
    own = running.get("/-/health").json()
    through_a_proxy = running.get("/-/health", x_forwarded_for="203.0.113.7").json()

    assert own["status"] == "ok"
    assert own["clicks_not_recorded"] == 0
    assert through_a_proxy == {"status": "ok"}


def test_stopping_it_seals_what_was_clicked(tmp_path: Path, links: LinkTable) -> None:
    links.put("shop", "https://shop.example/")
    with redirector(tmp_path) as running:
        ids = [click_id_in(running.get("/shop")) for _ in range(20)]
        status = running.stop()

    assert status == 0
    assert [click.click_id for click in journal_clicks(tmp_path)] == ids
    assert not list((tmp_path / "clicks" / "segments").glob("*.open"))
