import os
from collections.abc import Iterator

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from livingroom.people.models import Staff


@pytest.fixture
def maya(db: None) -> Staff:
    return Staff.objects.create_user(
        "maya@example.com", "a long password", name="Maya Lindqvist", role=Staff.Role.COMMUNITY_MANAGER
    )


@pytest.fixture
def signed_in(client: Client, maya: Staff) -> Client:
    client.force_login(maya, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    # Playwright's loop runs in this thread while the module lasts: longer, and tests with a loop of their own would fail.
    # The tests' own few queries beside it are safe.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


class Desk:
    """A browser at which Maya is signed in; it notes whatever the page complains about."""

    def __init__(self, browser: Browser, address: str, session: str) -> None:
        self.browser, self.address, self.session = browser, address, session
        self.complaints: list[str] = []
        self.contexts: list[BrowserContext] = []

    def open(self, path: str, *, width: int = 1280, scheme: str = "light", script: bool = True) -> Page:
        context = self.browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,  # type: ignore[arg-type]  # light or dark
            java_script_enabled=script,
        )
        if self.session:
            context.add_cookies([{"name": "livingroom_session", "value": self.session, "url": self.address}])
        self.contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(f"{self.address}{path}")
        page.wait_for_load_state("networkidle" if script else "load")
        return page

    def close(self) -> None:
        for context in self.contexts:
            context.close()


@pytest.fixture
def desk(chromium: Browser, live_server: LiveServer, signed_in: Client) -> Iterator[Desk]:
    desk = Desk(chromium, live_server.url, signed_in.cookies["livingroom_session"].value)
    yield desk
    desk.close()


@pytest.fixture
def street(chromium: Browser, live_server: LiveServer) -> Iterator[Desk]:
    """A browser at which nobody is signed in."""
    desk = Desk(chromium, live_server.url, "")
    yield desk
    desk.close()
