from pathlib import Path

from tests.links.support import LinkTable, Running, journal_clicks, redirector, wait_until


def _allow_cookies(running: Running, links: LinkTable) -> None:
    links.set_visitor_cookie("always")
    wait_until(lambda: running.health()["visitor_cookie"] == "always")


def test_never_means_no_cookie_and_none_is_read(tmp_path: Path, links: LinkTable) -> None:
    links.put("shop", "https://shop.example/")
    with redirector(tmp_path) as running:
        response = running.get("/shop", cookie=f"lr_visitor={'a' * 24}")

    assert "set-cookie" not in response.headers
    assert journal_clicks(tmp_path)[0].visitor.startswith("d:")


def test_always_sets_a_first_party_cookie_once(tmp_path: Path, links: LinkTable) -> None:
    links.put("shop", "https://shop.example/")
    with redirector(tmp_path) as running:
        _allow_cookies(running, links)
        first = running.get("/shop", host="go.example")
        value = first.headers["set-cookie"].split(";")[0]
        running.client.cookies.clear()
        second = running.get("/shop", host="go.example", cookie=f"other=1; {value}")

    attributes = {part.strip().lower() for part in first.headers["set-cookie"].split(";")[1:]}
    visitors = [click.visitor for click in journal_clicks(tmp_path)]
    assert attributes == {"max-age=34128000", "path=/", "httponly", "samesite=lax", "secure"}
    assert "set-cookie" not in second.headers
    assert visitors == [f"c:{value.partition('=')[2]}"] * 2


def test_on_localhost_the_cookie_needs_no_https(running: Running, links: LinkTable) -> None:
    _allow_cookies(running, links)

    cookie = running.get("/shop").headers["set-cookie"]

    assert "Secure" not in cookie


def test_who_objects_gets_no_cookie_and_is_not_recognised(tmp_path: Path, links: LinkTable) -> None:
    links.put("shop", "https://shop.example/")
    known = f"lr_visitor={'a' * 24}"
    with redirector(tmp_path) as running:
        _allow_cookies(running, links)
        answers = [
            running.get("/shop", sec_gpc="1", cookie=known),
            running.get("/shop", dnt="1", cookie=known),
        ]

    assert all("set-cookie" not in answer.headers for answer in answers)
    assert all(click.visitor.startswith("d:") for click in journal_clicks(tmp_path))


def test_a_cookie_that_we_did_not_write_is_replaced(tmp_path: Path, links: LinkTable) -> None:
    links.put("shop", "https://shop.example/")
    with redirector(tmp_path) as running:
        _allow_cookies(running, links)
        running.get("/shop", cookie="lr_visitor=<script>")
        running.client.cookies.clear()
        running.get("/shop", cookie=f"xlr_visitor={'a' * 24}")

    visitors = [click.visitor for click in journal_clicks(tmp_path)]
    assert all(len(visitor) == 26 and "a" * 24 not in visitor for visitor in visitors)


def test_a_machine_without_an_agent_and_a_head_request_get_no_cookie(
    running: Running, links: LinkTable
) -> None:
    _allow_cookies(running, links)

    assert "set-cookie" not in running.get("/shop", method="HEAD").headers
    assert "set-cookie" not in running.get("/shop", agent="").headers
