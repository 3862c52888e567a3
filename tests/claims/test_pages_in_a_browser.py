"""Claims for axe-core: on a wide screen by day and a phone at night, full and empty, for the staff and for everybody."""

from datetime import date

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from livingroom.claims.operations import make_claim, publish_claim
from livingroom.people.models import Staff
from tests.attribution.scene import DAY, HOUR, NOON, Scene
from tests.posts.test_pages_in_a_browser import Desk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def staff(transactional_db):
    return Staff.objects.create_user("maya@example.com", name="Maya", role=Staff.Role.MANAGER)


@pytest.fixture
def desk(client, staff, live_server, settings, tmp_path):
    settings.LAKE_URL = str(tmp_path / "lake")
    client.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
    return Desk(live_server.url, client.cookies["livingroom_session"].value)


@pytest.fixture
def two_claims(desk, staff):
    scene = Scene()
    branch = scene.branch()
    placement = scene.placement(branch)
    for day in range(5):
        click = scene.click(placement, NOON - day * DAY - HOUR)
        scene.order(codes=[scene.code(placement)], click_id=click, at=NOON - day * DAY, goods=60_00)
    scene.cost(100_00, branch)
    scene.measure()
    for title, month in (("June", 6), ("May", 5)):
        claim = make_claim(
            staff=staff,
            title=title,
            first_on=date(2009, month, 1),
            last_on=date(2009, month, 30),
            now=NOON + 9 * DAY,
        )
        publish_claim(staff=staff, claim=claim, now=NOON + 9 * DAY)


def faults(page: Page, path: str, width: int) -> list[tuple[str, str, str]]:
    page.goto(path, wait_until="networkidle")
    assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{path} scrolls sideways"
    violations = Axe().run(page).response["violations"]
    return [(path, one["id"], one["nodes"][0]["html"][:200]) for one in violations]


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (360, "dark")])
def test_axe_finds_nothing_on_pages_of_claims(desk, two_claims, width, scheme):
    paths = ["/claims/", "/claims/june/", "/claims/compare/?a=june&b=may", "/c/june/", "/c/june/beside/may/"]

    found = desk.see(
        lambda page: [one for path in paths for one in faults(page, path, width)],
        viewport={"width": width, "height": 900},
        color_scheme=scheme,
    )

    assert found == []


def test_axe_finds_nothing_in_an_empty_house(desk):
    found = desk.see(
        lambda page: [one for path in ("/claims/", "/claims/new/") for one in faults(page, path, 360)],
        viewport={"width": 360, "height": 800},
    )

    assert found == []


def test_a_claims_pictures_are_drawn(desk, two_claims):
    def look(page: Page) -> None:
        page.goto("/claims/june/")
        expect(page.locator("#claim-months svg.marks")).to_be_visible()
        expect(page.locator("#claim-line svg.marks")).to_be_visible()
        expect(page.get_by_role("img", name="Evidence: floor 500 USD")).to_be_visible()

    desk.see(look)
