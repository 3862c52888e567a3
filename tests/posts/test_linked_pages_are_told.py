"""Where the owner wishes it, a post tells the pages that it links to: once, and only what a receiver would believe."""

from datetime import timedelta

import httpx
import pytest

from livingroom.networks.models import SentMention
from livingroom.networks.public_pages import PageReader
from livingroom.posts.models import Placement
from livingroom.posts.reactions.models import Telling
from livingroom.posts.reactions.operations import tell_linked, tell_no_more
from livingroom.posts.reactions.telling import plan_tellings, tell_pages, tellings_due
from tests.posts.cast import NOON, ada, branch, deliver_at, ian, open_house, placement

pytestmark = pytest.mark.django_db
OURS, THEIRS = "https://blog.example.com/desk/", "https://press.example.com/review"
DOOR = '<link rel="webmention" href="/door"><p>A review</p>'


class Web:
    """Our own page and theirs, and what arrives at their door."""

    def __init__(self):
        self.ours = f'<p>Read <a href="{THEIRS}">{THEIRS}</a></p>'
        self.arrived, self.is_up = [], True

    def __call__(self, request):
        html = {"content-type": "text/html"}
        if request.url.host == "blog.example.com":
            return httpx.Response(200, text=self.ours, headers=html)
        if not self.is_up:
            return httpx.Response(503)
        if request.method == "POST":
            self.arrived.append(dict(httpx.QueryParams(request.read().decode())))
            return httpx.Response(202)
        return httpx.Response(200, text=DOOR, headers=html)


@pytest.fixture
def web():
    return Web()


@pytest.fixture
def blog():
    open_house()
    made = branch("Blog")
    tell_linked(staff=ada(), branch=made, now=NOON - timedelta(days=1))
    return made


def publish(blog):
    row = placement(blog, text=f"Read {THEIRS}, then {{link}}", code_kind="none")
    deliver_at(row, NOON)
    Placement.objects.filter(pk=row.pk).update(remote_url=OURS)


def work(web, *minutes):
    for each in minutes:
        now = NOON + timedelta(minutes=each)
        plan_tellings(now)
        for number in tellings_due(now):
            tell_pages(number, now, reader=PageReader(inner=httpx.MockTransport(web)))


def test_a_linked_page_is_told_once(blog, web):
    publish(blog)

    work(web, 1, 2, 60, 600)

    assert web.arrived == [{"source": OURS, "target": THEIRS}]
    assert (Telling.objects.get().n_told, Telling.objects.get().problem) == (1, "")


def test_a_page_that_cannot_be_reached_is_told_later(blog, web):
    publish(blog)
    web.is_up = False

    work(web, 1, 2)
    waiting = Telling.objects.get()
    web.is_up = True
    work(web, 60, 600)

    assert (waiting.ended_at, "503" in waiting.problem) == (None, True)
    assert len(web.arrived) == 1
    assert SentMention.objects.get().state == SentMention.State.SENT


def test_nobody_is_told_of_a_link_that_the_public_page_does_not_show(blog, web):
    web.ours = "<div id=app></div>"
    publish(blog)

    work(web, 1, 2)

    assert web.arrived == []
    assert f"does not show the link to {THEIRS}" in Telling.objects.get().problem


def test_without_the_wish_nobody_is_told(blog, web):
    tell_no_more(staff=ada(), rule=blog.tell_linked, now=NOON)
    publish(blog)

    work(web, 1, 2)

    assert not Telling.objects.exists()


def test_the_wish_is_an_admins(client, blog):
    client.force_login(ian())
    assert client.post("/reactions/tell/", {"branch": blog.pk}).status_code == 403

    client.force_login(ada())
    client.post(f"/reactions/tell/{blog.tell_linked.pk}/stop/")
    page = client.post("/reactions/tell/", {"branch": blog.pk}, follow=True).content.decode()

    assert "From now on, posts of Blog tell the pages that they link to." in page
