import http.client
from urllib.parse import parse_qs, urlsplit

import pytest

from livingroom.links.redirector.cache import is_web_address
from tests.links.support import LinkTable, Running, wait_until


@pytest.mark.parametrize(
    "path",
    [
        "/shop?url=https://evil.example/",
        "/shop?destination=https://evil.example/&fallback=https://evil.example/",
        "/shop?next=//evil.example",
        "/shop?utm_source=evil&utm_campaign=evil&code=EVIL",
        "/shop?lr=evil&lr_test=1",
        "/shop?%0d%0aLocation:%20https://evil.example/",
        "/shop?https://evil.example",
    ],
)
def test_no_parameter_changes_where_a_link_leads(running: Running, path: str) -> None:
    location = running.get(path).headers["location"]

    query = parse_qs(urlsplit(location).query)
    assert urlsplit(location).netloc == "shop.example"
    assert query.pop("lr")[0] != "evil"
    assert query == {"utm_source": ["bluesky"], "utm_campaign": ["spring"]}
    assert "evil" not in location


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example",
        "//evil.example/shop",
        "/https://evil.example",
        "/shop/../https://evil.example",
        "/shop%2f%2fevil.example",
        "/shop@evil.example",
        "/\\evil.example",
        "http://evil.example/",
    ],
)
def test_no_path_is_a_destination(running: Running, path: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=10)
    connection.putrequest("GET", path, skip_host=True)
    connection.putheader("Host", "evil.example")
    connection.endheaders()

    response = connection.getresponse()

    assert response.status in (400, 404)
    assert response.getheader("location") is None


@pytest.mark.parametrize(
    "destination",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//evil.example/",
        "https://shop.example@evil.example/",
        "https://user:word@shop.example/",
        "https://shop.example/\r\nSet-Cookie: a=b",
        "https://shop.example/ x",
        "https://",
        "https://[broken/",
        "https://shop.example\\@evil.example/",
    ],
)
def test_a_destination_that_is_no_plain_web_address_is_never_sent(
    running: Running, links: LinkTable, destination: str
) -> None:
    links.put("bad", destination)
    links.put("after", "https://shop.example/")

    wait_until(lambda: running.get("/after").status_code == 302)

    response = running.get("/bad")
    assert response.status_code == 410
    assert "location" not in response.headers
    assert not is_web_address(destination)
