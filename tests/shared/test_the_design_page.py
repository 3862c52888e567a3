"""Every component, looked at in a real browser by axe-core: on a desk, on a phone, by day and by night."""

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import expect

from livingroom import shared
from tests.shared.conftest import Desk

COMPONENTS = Path(shared.__path__[0]) / "templates" / "components"


def test_it_is_for_staff(client: Client, db: None) -> None:
    assert client.get("/design/").status_code == 302


def test_it_shows_every_component(signed_in: Client) -> None:
    response = signed_in.get("/design/")

    used = {template.name for template in response.templates}
    of_other_pages = {"components/room.html"}
    assert {f"components/{path.name}" for path in COMPONENTS.glob("*.html")} - used <= of_other_pages


def test_every_component_opens_by_naming_its_variables() -> None:
    silent = [path.name for path in COMPONENTS.glob("*.html") if not _says_its_variables(path)]

    assert silent == []


def _says_its_variables(path: Path) -> bool:
    opening = re.match(r"\{% comment %\}(.*?)\{% endcomment %\}", path.read_text(), re.DOTALL)
    return bool(opening and "ariables" in opening[1])


@pytest.mark.browser
@pytest.mark.parametrize(
    ("width", "scheme"), [(1280, "light"), (1280, "dark"), (360, "light"), (360, "dark")]
)
def test_axe_finds_nothing(desk: Desk, width: int, scheme: str) -> None:
    page = desk.open("/design/", width=width, scheme=scheme)
    expect(page.locator("[data-drawn]")).to_have_count(4)

    found = Axe().run(page)

    assert [(one["id"], one["nodes"][0]["html"]) for one in found.response["violations"]] == []


@pytest.mark.browser
def test_charts_are_drawn_under_the_strict_policy(desk: Desk) -> None:
    page = desk.open("/design/")
    expect(page.locator("[data-drawn] .chart__picture svg")).to_have_count(4)

    policy = page.request.get(page.url).headers["content-security-policy"]

    scripts = next(rule for rule in policy.split(";") if rule.strip().startswith("script-src"))
    assert "unsafe" not in scripts
    assert desk.complaints == []


@pytest.mark.browser
def test_pointing_at_a_chart_tells_its_figures(desk: Desk) -> None:
    page = desk.open("/design/")
    page.wait_for_selector("#revenue[data-drawn]")

    box = page.locator("#revenue .chart__picture svg").bounding_box()
    assert box
    page.locator("#revenue .chart__picture svg").hover(
        position={"x": box["width"] / 2, "y": box["height"] / 2}
    )
    page.wait_for_selector("#vg-tooltip-element.visible")

    told = page.locator("#vg-tooltip-element").inner_text()
    assert re.search(r"Month\s+\w{3} 2009", told)
    assert re.search(r"Branch\s+Corner PC", told)
    assert re.search(r"Net revenue \(USD\)\s+[\d,]+\.\d\d", told)


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 800, 1440])
def test_the_page_never_scrolls_sideways(desk: Desk, width: int) -> None:
    page = desk.open("/design/", width=width)

    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.browser
def test_on_a_phone_the_way_around_opens_without_javascript(desk: Desk) -> None:
    page = desk.open("/design/", width=360, script=False)
    link = page.get_by_role("link", name="Branches", exact=True)
    assert not link.is_visible()

    page.get_by_role("button", name="Menu").click()

    assert link.is_visible()


@pytest.mark.browser
def test_the_chosen_scheme_is_kept(desk: Desk) -> None:
    page = desk.open("/design/", scheme="light")
    by_day = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")

    page.get_by_role("button", name="Dark", exact=True).click()
    page.reload()

    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") != by_day
    assert page.get_by_role("button", name="Dark", exact=True).get_attribute("aria-pressed") == "true"


@pytest.mark.browser
def test_the_keyboard_comes_to_the_content_first(desk: Desk) -> None:
    page = desk.open("/design/")

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.id") == "main"
