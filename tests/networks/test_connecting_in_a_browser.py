"""The guided way as a person goes it: in a real Chromium, to a real server and back, and for axe-core."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Page, expect, sync_playwright
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from livingroom.networks.models import Connection
from scripts.peers.mastodon import MastodonServer
from tests.posts import cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
See = Callable[..., Any]


@pytest.fixture
def see(client: Client, live_server: LiveServer, settings: Settings) -> See:
    """A Chromium at which Ada is signed in; in a thread of its own, so that no other browser's loop is in its way."""
    settings.ALLOW_PRIVATE_NETWORKS = True
    settings.PUBLIC_URL = live_server.url
    cast.open_house()
    client.force_login(cast.ada())
    session = client.cookies["livingroom_session"].value

    def look_at(look: Callable[[Page], Any], **looks: Any) -> Any:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
            context = browser.new_context(base_url=live_server.url, **looks)
            context.add_cookies([{"name": "livingroom_session", "value": session, "url": live_server.url}])
            answer = look(context.new_page())
            browser.close()
            return answer

    def in_a_thread(look: Callable[[Page], Any], **looks: Any) -> Any:
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(look_at, look, **looks).result()

    return in_a_thread


def test_a_server_is_connected_in_a_minute(see: See, mastodon: MastodonServer) -> None:
    corner = mastodon.create_account("corner")

    def connect(page: Page) -> None:
        page.goto("/networks/mastodon/")
        page.get_by_label("Server").fill("nowhere at all")
        page.get_by_role("button", name="Check").click()
        expect(page.locator("#findings")).to_contain_text("not the name of a server")
        page.get_by_label("Server").fill(mastodon.url)
        page.get_by_role("button", name="Check").click()
        expect(page.locator("#findings")).to_contain_text("All is there")
        page.get_by_role("button", name="Go on at Mastodon").click()
        # No click: the page of our own leads on by itself.
        page.wait_for_url(f"{mastodon.url}/oauth/authorize**")
        page.locator(f"button[value={corner.username}]").click()
        expect(page.locator("h1")).to_contain_text(corner.username)
        expect(page.get_by_text("write:statuses: allowed.")).to_be_visible()

    see(connect)

    assert Connection.objects.get().account_id == corner.id


def test_the_way_works_without_a_script(see: See, mastodon: MastodonServer) -> None:
    corner = mastodon.create_account("corner")

    def connect(page: Page) -> None:
        page.goto("/networks/mastodon/")
        page.get_by_label("Server").fill(mastodon.url)
        page.get_by_role("button", name="Check").click()
        expect(page.locator("#findings")).to_contain_text("All is there")
        page.get_by_role("button", name="Go on at Mastodon").click()
        page.wait_for_url(f"{mastodon.url}/oauth/authorize**")
        page.locator(f"button[value={corner.username}]").click()
        expect(page.locator("h1")).to_contain_text(corner.username)

    see(connect, java_script_enabled=False)

    assert Connection.objects.get().account_id == corner.id


@pytest.mark.parametrize(
    "looks",
    [
        {"viewport": {"width": 1280, "height": 900}},
        {"viewport": {"width": 390, "height": 800}, "color_scheme": "dark"},
    ],
    ids=["wide", "narrow and dark"],
)
def test_everybody_can_use_these_pages(see: See, client: Client, looks: dict[str, Any]) -> None:
    client.post("/networks/sandbox/connect/", {"handle": "corner"})
    number = Connection.objects.get().pk
    Connection.objects.update(network="mastodon", scopes=["read:accounts"], problem="A right is missing.")

    def judge(page: Page) -> dict[str, str]:
        found = {}
        for path in ("", "mastodon/", "x/", f"accounts/{number}/", "return/?state=made-up"):
            page.goto(f"/networks/{path}")
            report = Axe().run(page)
            wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
            found[path] = (report.generate_report() if report.violations_count else "") + (
                "wide" if wide else ""
            )
        return found

    assert see(judge, **looks) == dict.fromkeys(
        ("", "mastodon/", "x/", f"accounts/{number}/", "return/?state=made-up"), ""
    )
