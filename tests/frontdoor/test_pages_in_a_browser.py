"""The public pages for axe-core: wide by day, on a phone at night, in Portuguese, from right to left, empty and full."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from livingroom.frontdoor.models import Suspect
from tests.posts import cast
from tests.posts.cast import NOON
from tests.posts.test_pages_in_a_browser import Desk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PATHS = [
    "/",
    "/?q=zeppelin",
    "/places/outlet/",
    "/find/?q=Onde+posso+comprar+um+laptop%3F",
    "/check/?account=https%3A%2F%2Fx.com%2Fcornerpc_outIet",
    "/check/?account=x.com%2Fcornerpc_outlet",
    "/embed/",
]
STAFF = ["/branches/", "/branches/outlet/", "/branches/-/health/", "/branches/-/reach/", "/branches/-/reach/import/",
         "/branches/outlet/roster/", "/branches/outlet/facts/", "/branches/-/false-accounts/",
         "/branches/-/hosts/", "/networks/spending/"]  # fmt: skip


@pytest.fixture
def visitor(transactional_db, live_server, doors):
    """Somebody without an account; the cookie of the desk is one that nobody knows."""
    return Desk(live_server.url, "nobody")


def faults(page: Page, path: str, width: int) -> list[tuple[str, str, str]]:
    page.goto(path, wait_until="networkidle")
    assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{path} scrolls sideways"
    violations = Axe().run(page).response["violations"]
    return [(path, one["id"], one["nodes"][0]["html"][:200]) for one in violations]


@pytest.mark.parametrize(
    ("width", "scheme", "locale"),
    [(1280, "light", "en-US"), (360, "dark", "pt-BR")],
    ids=["wide", "phone at night"],
)
def test_axe_finds_nothing_on_public_pages(visitor, width, scheme, locale):
    looks = {"viewport": {"width": width, "height": 800}, "color_scheme": scheme, "locale": locale}

    found = visitor.see(
        lambda page: [fault for path in PATHS for fault in faults(page, path, width)], **looks
    )

    assert found == []


def test_axe_finds_nothing_from_right_to_left_and_the_page_begins_at_the_right(visitor, right_to_left):
    def look(page: Page) -> tuple[list[tuple[str, str, str]], bool]:
        found = faults(page, f"/?lang={right_to_left}", 1280)
        mark, staff = page.locator(".mark").bounding_box(), page.locator(".public__foot > a").bounding_box()
        return found, mark["x"] > 640 > staff["x"]

    found, is_turned = visitor.see(look, viewport={"width": 1280, "height": 800})

    assert found == []
    assert is_turned


def test_everything_works_without_a_script(visitor):
    def walk(page: Page) -> None:
        page.goto("/")
        page.get_by_label("Country").select_option("BR")
        page.get_by_role("button", name="Find", exact=True).click()
        expect(page.get_by_role("heading", name="Corner Brasil")).to_be_visible()
        expect(page.get_by_role("link", name="Outlet", exact=True)).to_have_count(0)
        page.get_by_role("link", name="Español").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Dónde encontrar")
        page.get_by_label("Su dirección o su nombre").fill("x.com/cornerpc_outlets")
        page.get_by_role("button", name="Comprobar").click()
        expect(page.get_by_role("heading", name="Cuidado")).to_be_visible()
        page.get_by_label("¿Qué pasó allí?").fill("Pide dinero.")
        page.get_by_role("button", name="Denunciar").click()
        expect(page.get_by_text("Gracias.")).to_be_visible()

    visitor.see(walk, java_script_enabled=False)

    assert Suspect.objects.get().reports.get().note == "Pide dinero."


def test_an_empty_house_is_well_too(transactional_db, live_server):
    found = Desk(live_server.url, "nobody").see(
        lambda page: faults(page, "/", 390), viewport={"width": 390, "height": 800}
    )

    assert found == []


def test_axe_finds_nothing_on_pages_of_staff(client, visitor, doors):
    client.force_login(cast.ada())
    desk = Desk(visitor.address, client.cookies["livingroom_session"].value)
    for field in ({"which": "facts", "about": "Hello", "silent_after_days": "30"}, {"which": "address", "title": "Rules", "url": "https://a.example/"},
                  {"which": "figure", "on": f"{NOON:%Y-%m-%d}", "name": "followers", "value": "1300"}):  # fmt: skip
        client.post("/branches/outlet/facts/", field)
    Suspect.objects.create(
        key="x:false", account="https://x.com/false", verdict="lookalike", first_at=NOON, last_at=NOON
    )

    def look(page: Page) -> list[tuple[str, str, str]]:
        return [fault for path in STAFF for fault in faults(page, path, 1280)]

    assert desk.see(look, viewport={"width": 1280, "height": 800}) == []
