"""The desk as people use it: while typing, with a keyboard, on a phone at night, without a script, and for axe-core."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TypeVar

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page, expect, sync_playwright

from livingroom.posts.models import Placement
from livingroom.posts.phrases.models import Phrase
from livingroom.posts.phrases.operations import save_phrase
from tests.posts import cast
from tests.posts.cast import NOON

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Answer = TypeVar("Answer")


class Desk:
    """A real Chromium at which Maya is signed in. Its thread is its own, so that no other browser's loop is in its way."""

    def __init__(self, address: str, session: str) -> None:
        self.address, self.session = address, session

    def see(self, look: Callable[[Page], Answer], **looks: object) -> Answer:
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(self._see, look, looks).result()

    def _see(self, look: Callable[[Page], Answer], looks: dict[str, object]) -> Answer:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
            context = browser.new_context(base_url=self.address, **looks)
            context.add_cookies([{"name": "livingroom_session", "value": self.session, "url": self.address}])
            complaints: list[str] = []
            page = context.new_page()
            page.on("console", lambda said: complaints.append(said.text) if _is_complaint(said) else None)
            page.on("pageerror", lambda error: complaints.append(str(error)))
            answer = look(page)
            browser.close()
        assert complaints == []
        return answer


def _is_complaint(said: ConsoleMessage) -> bool:
    """Errors are; a live check that is cut off because the form was sent is not."""
    return said.type == "error" and not said.text.startswith(("htmx:sendAbort", "htmx:afterRequest"))


@pytest.fixture
def desk(maya, live_server):
    return Desk(live_server.url, maya.cookies["livingroom_session"].value)


@pytest.fixture
def outlet(house):
    return cast.branch("Outlet", time_zone="America/Chicago")


def test_problems_and_previews_come_while_one_writes(desk, outlet):
    cast.branch("Brasil", country="BR", language="pt-br")
    cast.offer()

    def look(page: Page) -> None:
        page.goto("/posts/new/")
        page.get_by_role("checkbox", name="Outlet").check()
        page.get_by_label("Text", exact=True).press_sequentially("With {code}")
        expect(page.locator("#said-code_kind")).to_contain_text("no code is chosen")
        expect(page.get_by_label("Preview on Outlet")).to_be_visible()
        page.get_by_label("Text", exact=True).fill("x" * 600)
        expect(page.locator("#said-text")).to_contain_text("100 too many")
        page.get_by_label("Country").select_option("BR")
        expect(page.locator(".pick:visible")).to_have_count(
            2
        )  # the one that fits, and the one that is chosen

    desk.see(look)


@pytest.mark.parametrize("script", [True, False])
def test_a_post_is_scheduled_with_and_without_a_script(desk, outlet, script):
    offer = cast.offer()

    def look(page: Page) -> None:
        page.goto("/posts/new/")
        page.get_by_label("Text", exact=True).fill("15 % off with {code}: {link}")
        page.locator("[name=offer]").select_option(str(offer.pk))
        page.locator("[name=code_kind]").select_option("shared")
        page.get_by_role("checkbox", name="Outlet").check()
        page.get_by_role("button", name="Schedule").press("Enter")
        expect(page.locator("#messages")).to_contain_text("1 placement scheduled.")

    desk.see(look, java_script_enabled=script)

    assert Placement.objects.get().state == Placement.State.SCHEDULED


def test_an_entry_is_dragged_to_another_day(desk, outlet):
    due_at = (NOON + timedelta(days=40)).replace(day=10, hour=15)
    placement = cast.placement(outlet, due_at=due_at, offer=cast.offer(ends_at=NOON + timedelta(days=90)))
    to = due_at.date().replace(day=17)

    def look(page: Page) -> None:
        page.goto(f"/calendar/?on={due_at.date()}")
        page.drag_and_drop(f"#entry-{placement.pk}", f'[data-day="{to}"]')
        expect(page.locator(f'[data-day="{to}"] #entry-{placement.pk}')).to_be_visible()

    desk.see(look)

    placement.refresh_from_db()
    assert placement.due_at.date() == to


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (360, "dark")])
def test_axe_finds_nothing_on_our_pages(desk, outlet, width, scheme):
    draft = cast.post(outlet, title="A draft")
    promised = cast.placement(outlet, due_at=NOON + timedelta(days=1), title="A promise")
    tags = Phrase(kind="hashtags", word="winter-tags", name="Winter", texts=[["en", "#winter"]])
    save_phrase(staff=cast.ada(), phrase=tags, now=NOON)
    paths = [
        "/",
        "/branches/",
        "/branches/outlet/",
        "/offers/",
        "/offers/new/",
        "/posts/",
        "/posts/new/",
        "/posts/phrases/",
        f"/posts/phrases/{tags.pk}/",
        f"/posts/{draft.pk}/",
        f"/posts/{promised.post_id}/",
        "/calendar/",
        "/calendar/?view=week",
        "/settings/",
        "/calendar/?view=list",
        "/approvals/",
        "/approvals/stages/",
        "/stop/",
        "/pictures/",
        "/balance/",
        "/calendar/import/",
    ]

    def look(page: Page) -> list[tuple[str, str, str]]:
        found = []
        for path in paths:
            page.goto(path, wait_until="networkidle")
            assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{path} scrolls sideways"
            violations = Axe().run(page).response["violations"]
            found += [(path, one["id"], one["nodes"][0]["html"][:200]) for one in violations]
        return found

    assert desk.see(look, viewport={"width": width, "height": 900}, color_scheme=scheme) == []
