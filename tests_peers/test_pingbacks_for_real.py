"""A real WordPress tells us that it links to us, and hears from us that we link to it."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from livingroom.networks.interface import Ref, Rendered
from livingroom.networks.models import Connection, ReceivedMention, SentMention
from livingroom.networks.operations import connect_account
from livingroom.networks.webmention.operations import look_at, open_reader
from livingroom.networks.webmention.sending import send_mentions, tell
from livingroom.people.models import Staff
from livingroom.posts.reactions.operations import tell_linked
from livingroom.posts.reactions.telling import plan_tellings, tell_pages, tellings_due
from scripts.peers.wordpress.site import WordPressSite
from tests.networks.conformance import new_key, read_all, rendered, words
from tests.posts import cast
from tests_peers.fault_proxy import FaultProxy
from tests_peers.shop_site import ShopSite, shop_site
from tests_peers.wordpress_branch import blog_branch
from tests_peers.wordpress_stage import WordPressStage

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop(live_server: LiveServer, settings: Settings) -> Iterator[ShopSite]:
    settings.PUBLIC_URL = live_server.url
    settings.ALLOW_PRIVATE_NETWORKS = True
    with shop_site(live_server.url) as running:
        yield running


@pytest.fixture
def admin(shop: ShopSite) -> Staff:
    staff = Staff.objects.create_user("ada@example.com", name="Ada", role=Staff.Role.ADMIN)
    form = {
        "server_url": shop.url,
        "redirect_uri": f"{shop.head.split('href=')[1][1:].split('/webmention')[0]}/back",
    }
    connected = connect_account(staff=staff, network="webmention", form=form, now=datetime.now(UTC))
    assert isinstance(connected, Connection)
    return staff


@pytest.fixture
def stage(wordpress: WordPressSite, wordpress_proxy: FaultProxy) -> WordPressStage:
    return WordPressStage(wordpress, wordpress_proxy)


def test_a_blog_that_links_to_our_shop_is_heard_read_and_forgotten_when_it_links_no_more(
    stage: WordPressStage, shop: ShopSite, admin: Staff
) -> None:
    page = shop.page("/desks/", "<p>All desks</p>")
    words_with_link = _linking(stage, page)
    post = stage.network.publish(words_with_link, new_key())

    mention = _let_wordpress_ping(stage, post.ref, words_with_link)
    look_at(mention, reader=open_reader(), now=datetime.now(UTC))
    stage.network.edit(post.ref, rendered(stage.network, words("Nothing to see")))
    gone = look_at(ReceivedMention.objects.get(), reader=open_reader(), now=datetime.now(UTC))

    assert (mention.state, mention.protocol, mention.target) == ("verified", "pingback", page)
    assert mention.source == post.ref.url
    assert gone.state == "gone"


def test_a_blog_that_our_shop_links_to_shows_our_pingback_and_tells_us_of_it(
    stage: WordPressStage, shop: ShopSite, admin: Staff
) -> None:
    post = stage.network.publish(rendered(stage.network, words("About desks")), new_key())
    source = shop.page("/press/", f'<p>They wrote <a href="{post.ref.url}">about our desks</a>.</p>')

    (sent,) = send_mentions(staff=admin, source=source, reader=open_reader(), now=datetime.now(UTC))
    (again,) = send_mentions(staff=admin, source=source, reader=open_reader(), now=datetime.now(UTC))

    assert (sent.state, sent.protocol) == (SentMention.State.SENT, "pingback")
    assert (again.state, again.answer.split()[0]) == (SentMention.State.SENT, "48")
    (event,) = read_all(stage.network, "links", "")[0]
    assert (event.kind, event.subject and event.subject.id) == ("pingback", post.ref.id)
    assert event.ref is not None
    assert event.ref.url == source


def test_a_post_that_links_to_a_page_tells_it_by_itself_once(
    stage: WordPressStage, shop: ShopSite, admin: Staff
) -> None:
    cast.open_house()
    blog, now = blog_branch(stage.site), datetime.now(UTC)
    tell_linked(staff=admin, branch=blog, now=now - timedelta(hours=1))
    page = shop.page("/review/", "<p>Which desk?</p>")
    placement = cast.placement(blog, text=f"{words('Read')} {page}, then {{link}}", code_kind="none")
    cast.deliver_at(placement, now)

    for minutes in (1, 10, 100):
        later = now + timedelta(minutes=minutes)
        plan_tellings(later)
        for number in tellings_due(later):
            tell_pages(number, later)

    placement.refresh_from_db()
    (sent,), (arrived,) = SentMention.objects.all(), ReceivedMention.objects.all()
    assert (sent.source, sent.target, sent.state) == (placement.remote_url, page, SentMention.State.SENT)
    assert (sent.protocol, sent.sent_at) == ("webmention", now + timedelta(minutes=10))
    assert (arrived.source, arrived.target) == (placement.remote_url, page)
    assert look_at(arrived, reader=open_reader(), now=now).state == "verified"


def test_a_page_that_does_not_link_to_the_blog_is_refused_by_it(
    stage: WordPressStage, shop: ShopSite, admin: Staff
) -> None:
    post = stage.network.publish(rendered(stage.network, words("About desks")), new_key())
    source = shop.page("/silent/", "<p>We say nothing.</p>")

    sent = tell(source, post.ref.url, linked=True, reader=open_reader(), now=datetime.now(UTC))

    # WordPress tells nobody why (its fault is always 0), but that a mention is there already.
    assert (sent.state, sent.answer.split()[0]) == (SentMention.State.REFUSED, "0")
    assert read_all(stage.network, "links", "")[0] == []


def _linking(stage: WordPressStage, address: str) -> Rendered:
    return rendered(stage.network, f"{words('See')} {address} for less")


def _let_wordpress_ping(stage: WordPressStage, ref: Ref, post: Rendered) -> ReceivedMention:
    # WordPress sends its pingbacks in the background, when its clockwork is called; it waits two seconds for a page, which
    # a busy machine may miss, and tries again when the post is saved again.
    for _ in range(5):
        httpx.get(f"{stage.site.url}/wp-cron.php?doing_wp_cron", timeout=60, trust_env=False)
        if found := ReceivedMention.objects.first():
            return found
        time.sleep(1)
        stage.network.edit(ref, post)
    raise AssertionError("WordPress sent no pingback.")
