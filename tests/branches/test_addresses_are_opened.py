"""A small server of the vendor's stands in for the web: a function from address to answer."""

import httpx
import pytest

from livingroom.branches.care import DEAD, addresses_to_open, check_address, forget_checks, our_pages
from livingroom.branches.models import LinkCheck
from livingroom.networks.guard import GuardedTransport
from livingroom.networks.transport import Transport
from livingroom.shared.models import Alarm
from tests.posts import cast
from tests.posts.cast import NOON

pytestmark = pytest.mark.django_db
URL = "https://network.example/outlet"
HTML = {"content-type": "text/html; charset=utf-8"}


@pytest.fixture
def branch(db):
    cast.open_house()
    return cast.branch("Outlet", connected=False, network="forum", url=URL)


def web(answers):
    def answer(request):
        found = answers[str(request.url)]
        if isinstance(found, Exception):
            raise found
        return found

    return Transport(inner=httpx.MockTransport(answer), sleep=lambda seconds: None)


def page(text, status=200):
    return httpx.Response(status, headers=HTML, text=text)


def opened(branch, answers, url=URL):
    return check_address(branch, url, NOON, web(answers))


def test_a_page_that_points_back_with_rel_me_is_confirmed(branch):
    [ours, _] = our_pages(branch)

    row = opened(branch, {URL: page(f'<p><a class="x" rel="nofollow ME" href="{ours.rstrip("/")}">us</a>')})

    assert (row.state, row.links_back) == ("alive", True)


NO_PROOF = [
    "<p>nothing</p>",
    '<a href="{ours}">no rel</a>',
    '<a rel="me" href="https://evil.example/">elsewhere</a>',
    "<a rel=me>no address</a>",
    "<<<a rel",
]


@pytest.mark.parametrize("html", NO_PROOF)
def test_a_page_that_does_not_point_back_is_no_proof(branch, html):
    row = opened(branch, {URL: page(html.replace("{ours}", our_pages(branch)[0]))})

    assert (row.state, row.links_back) == ("alive", False)


def test_it_follows_where_an_address_moved(branch):
    moved = httpx.Response(301, headers={"location": "/new"})
    ours = our_pages(branch)[1]

    row = opened(branch, {URL: moved, "https://network.example/new": page(f'<link rel="me" href="{ours}">')})

    assert row.links_back is True


def test_it_does_not_follow_in_a_circle(branch):
    row = opened(branch, {URL: httpx.Response(302, headers={"location": URL})})

    assert row.state == "shut"
    assert "moves" in row.problem


def test_a_move_into_a_private_network_is_refused(branch):
    moved = httpx.Response(302, headers={"location": "http://127.0.0.1:9/"})
    guard, asked = GuardedTransport(), []

    def web_with_guard(request):
        asked.append(str(request.url))
        return moved if len(asked) == 1 else guard.handle_request(request)

    row = check_address(branch, URL, NOON, Transport(inner=httpx.MockTransport(web_with_guard)))

    assert asked == [URL, "http://127.0.0.1:9/"]
    assert row.state == "shut"
    assert "https" in row.problem


STATES = [(404, "dead"), (410, "dead"), (401, "shut"), (403, "shut"), (429, "shut"), (503, "unreached")]


@pytest.mark.parametrize(("status", "state"), STATES)
def test_only_what_is_gone_is_called_dead(branch, status, state):
    row = opened(branch, {URL: page("", status)})

    assert row.state == state
    assert Alarm.objects.ringing().filter(kind=DEAD).exists() == (state == "dead")


def test_what_cannot_be_reached_is_dead_after_three_times(branch):
    rings = []
    for _ in range(3):
        row = opened(branch, {URL: httpx.ConnectError("no road")})
        rings.append(Alarm.objects.ringing().exists())

    assert rings == [False, False, True]
    assert (row.n_failures, row.failing_since) == (3, NOON)


def test_one_that_comes_back_falls_silent(branch):
    opened(branch, {URL: page("", 404)})

    row = opened(branch, {URL: page("hello")})

    assert (row.n_failures, row.failing_since) == (0, None)
    assert not Alarm.objects.ringing().exists()


def test_each_address_is_opened_once_a_day(branch):
    branch.addresses.create(title="Rules", url="https://network.example/rules")
    wanted = addresses_to_open(NOON)
    opened(branch, {URL: page("hello")})

    assert [url for _, url in wanted] == [URL, "https://network.example/rules"]
    assert [url for _, url in addresses_to_open(NOON)] == ["https://network.example/rules"]


def test_an_address_that_was_dropped_is_forgotten_with_its_alarm(branch):
    rules = branch.addresses.create(title="Rules", url="https://network.example/rules")
    opened(branch, {rules.url: page("", 404)}, rules.url)

    rules.delete()
    assert forget_checks(NOON) == 1

    assert not LinkCheck.objects.exists()
    assert not Alarm.objects.ringing().exists()
