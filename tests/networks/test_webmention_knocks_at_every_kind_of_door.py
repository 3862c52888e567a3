from datetime import UTC, datetime
from urllib.parse import parse_qs

import httpx
import pytest

from livingroom.networks.errors import Invalid
from livingroom.networks.models import Connection, SentMention
from livingroom.networks.public_pages import FetchedPage, PageReader
from livingroom.networks.webmention import pingback
from livingroom.networks.webmention.discovery import Door, find_door
from livingroom.networks.webmention.sending import send_mentions
from livingroom.people.models import Staff
from tests.networks.webmention_stage import SITE, Web

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
PAGE = f"{SITE}/press/"
THEIRS = "https://ana.example.org/note"


def found(html: str = "", **headers: str) -> Door | None:
    shown = httpx.Headers(
        {"content-type": "text/html", **{k.replace("_", "-"): v for k, v in headers.items()}}
    )
    return find_door(FetchedPage(THEIRS, 200, shown, html.encode()))


@pytest.mark.parametrize(
    ("html", "link", "url"),
    [
        ("", "</hook>; rel=webmention", "https://ana.example.org/hook"),
        ("", '<https://x.example/a?b=c,d>; rel="other webmention"', "https://x.example/a?b=c,d"),
        ("", '<a>; rel="next", </second>; title="a, b"; rel="webmention"', "https://ana.example.org/second"),
        ('<link href="/l" rel="webmention">', "", "https://ana.example.org/l"),
        ('<a href="hook" rel="nofollow WebMention">x</a>', "", "https://ana.example.org/hook"),
        ('<a rel="webmention">no address</a><link rel="webmention" href="">', "", THEIRS),
        (
            '<!-- <link rel="webmention" href="/no"> --><a rel="webmention" href="/yes">',
            "",
            "https://ana.example.org/yes",
        ),
        ('<link rel="not-webmention" href="/no">', "", None),
        ('<base href="https://b.example/x/"><link rel="webmention" href="y">', "", "https://b.example/x/y"),
    ],
)
def test_the_door_is_found_where_the_page_names_it(html: str, link: str, url: str | None) -> None:
    door = found(html, **({"link": link} if link else {}))

    assert (door.url if door else None) == url


def test_a_webmention_door_goes_before_a_pingback_door() -> None:
    assert found('<link rel="webmention" href="/w">', x_pingback="https://p.example/") == Door(
        "webmention", "https://ana.example.org/w"
    )
    assert found("", x_pingback="https://p.example/") == Door("pingback", "https://p.example/")
    assert found('<link rel="pingback" href="https://q.example/">') == Door("pingback", "https://q.example/")


@pytest.fixture
def web(db: None) -> Web:
    Connection.objects.create(
        network="webmention", server_url=SITE, account_id="shop.example.com", handle="shop"
    )
    return Web()


@pytest.fixture
def staff(db: None) -> Staff:
    return Staff.objects.create_user("m@example.com", name="Mo", role=Staff.Role.COMMUNITY_MANAGER)


def send(web: Web, staff: Staff, source: str = PAGE) -> list[SentMention]:
    return send_mentions(staff=staff, source=source, reader=PageReader(inner=web), now=NOW)


def test_those_a_page_links_to_are_told_once_each_and_what_came_of_it_is_kept(web: Web, staff: Staff) -> None:
    web.page(THEIRS, '<link rel="webmention" href="/hook">')
    web.pages["https://ana.example.org/hook"] = lambda request: httpx.Response(202)
    web.page("https://bo.example.org/", "<p>No door</p>")
    web.page(
        PAGE,
        f'<a href="{THEIRS}">a</a><a href="{THEIRS}#x">b</a><a href="https://bo.example.org/">c</a>'
        f'<a href="/desks/">ours</a><a href="https://gone.example.org/">d</a><a rel="nofollow" href="https://ad.example/">e</a>',
    )

    sent = send(web, staff)

    assert {row.target: row.state for row in sent} == {
        THEIRS: "sent",
        "https://bo.example.org/": "no_door",
        "https://gone.example.org/": "failed",
    }
    (knock,) = [request for request in web.asked if request.method == "POST"]
    assert parse_qs(knock.content.decode()) == {"source": [PAGE], "target": [THEIRS]}


def test_those_it_links_to_no_more_are_told_too(web: Web, staff: Staff) -> None:
    web.page(THEIRS, "", Link='</hook>; rel="webmention"')
    web.pages["https://ana.example.org/hook"] = lambda request: httpx.Response(200)
    web.page(PAGE, f'<a href="{THEIRS}">a</a>')
    send(web, staff)
    web.page(PAGE, "<p>Nothing</p>")

    (row,) = send(web, staff)
    again = send(web, staff)

    assert (row.target, row.still_linked, row.state) == (THEIRS, False, "sent")
    assert again == []


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (pingback.write_answer("thanks"), "sent"),
        (pingback.write_fault(pingback.Fault(pingback.TWICE, "known")), "sent"),
        (pingback.write_fault(pingback.Fault(pingback.NO_LINK, "no link")), "refused"),
        (b"<html>no XML-RPC", "failed"),
    ],
)
def test_an_older_blog_is_told_by_pingback(web: Web, staff: Staff, answer: bytes, state: str) -> None:
    web.page(THEIRS, "", **{"X-Pingback": "https://ana.example.org/rpc"})
    web.pages["https://ana.example.org/rpc"] = lambda request: httpx.Response(200, content=answer)
    web.page(PAGE, f'<a href="{THEIRS}">a</a>')

    (row,) = send(web, staff)

    assert (row.protocol, row.state) == ("pingback", state)
    (knock,) = [request for request in web.asked if request.method == "POST"]
    assert pingback.read_call(knock.content) == (PAGE, THEIRS)


def test_a_page_of_others_is_not_announced_by_us(web: Web, staff: Staff) -> None:
    with pytest.raises(Invalid, match="not ours"):
        send(web, staff, THEIRS)
