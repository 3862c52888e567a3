"""Credit, Leaks, Return and Overview for axe-core, on a wide screen by day and a phone at night, full and empty."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from livingroom.attribution.whole import measure_whole
from livingroom.people.models import Staff
from tests.attribution.scene import DAY, HOUR, NOON, Scene
from tests.posts.test_pages_in_a_browser import Desk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PATHS = [
    "/overview/",
    "/credit/",
    "/leaks/",
    "/leaks/?show=all",
    "/returns/",
    "/returns/?by=offer&show=monthly",
]


@pytest.fixture
def desk(client, transactional_db, live_server, settings, tmp_path):
    settings.LAKE_URL = str(tmp_path / "lake")
    client.force_login(Staff.objects.create_user("maya@example.com", name="Maya", role=Staff.Role.MANAGER))
    return Desk(live_server.url, client.cookies["livingroom_session"].value)


@pytest.fixture
def programme(desk):
    """Two branches with orders, a mail link, a code that leaks, and costs."""
    scene = Scene()
    branch, mail = scene.branch(), scene.link("mail")
    for number in range(8):
        placement = scene.placement(branch)
        code = scene.code(placement)
        for day in range(6):
            at = NOON - day * DAY
            scene.click(mail, at - 2 * HOUR, visitor=f"c:{number}-{day}")
            click = scene.click(placement, at - HOUR, visitor=f"c:{number}-{day}")
            scene.order(codes=[code], click_id=click, at=at, goods=60_00)
    scene.leaky = scene.code(scene.placement(branch, "Everybody knows this one"))
    for number in range(24):
        scene.order(codes=[scene.leaky], at=NOON - number * HOUR, goods=60_00)
    scene.cost(100_00, branch)
    scene.measure()
    measure_whole(NOON + 6 * DAY)
    return scene


def faults(page: Page, path: str, width: int) -> list[tuple[str, str, str]]:
    page.goto(path, wait_until="networkidle")
    assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{path} scrolls sideways"
    violations = Axe().run(page).response["violations"]
    return [(path, one["id"], one["nodes"][0]["html"][:200]) for one in violations]


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (360, "dark")])
def test_axe_finds_nothing_on_pages_of_figures(desk, programme, width, scheme):
    paths = [*PATHS, f"/leaks/{programme.leaky}/"]

    found = desk.see(
        lambda page: [one for path in paths for one in faults(page, path, width)],
        viewport={"width": width, "height": 900},
        color_scheme=scheme,
    )

    assert found == []


def test_axe_finds_nothing_in_an_empty_house(desk):
    found = desk.see(
        lambda page: [one for path in PATHS for one in faults(page, path, 360)],
        viewport={"width": 360, "height": 800},
    )

    assert found == []


def test_charts_are_drawn_and_can_be_taken_away(desk, programme):
    def look(page: Page) -> str:
        page.goto("/returns/")
        expect(page.locator("#break-even svg.marks")).to_be_visible()
        with page.expect_download() as started:
            page.locator("#break-even").get_by_role("link", name="PNG").click()
        return started.value.suggested_filename

    assert desk.see(look) == "break-even.png"


def test_a_code_is_rotated_with_a_press_and_without_a_script(desk, programme):
    def look(page: Page) -> str:
        page.goto(f"/leaks/{programme.leaky}/")
        page.get_by_role("button", name="Rotate code").press("Enter")
        expect(page.locator("#messages")).to_contain_text("is the placement’s new code")
        return page.get_by_role("button", name="Stop code").count()

    assert desk.see(look, java_script_enabled=False) == 0
