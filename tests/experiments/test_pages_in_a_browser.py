"""The wizard as people use it: with a script and without, on a phone at night, and for axe-core."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from livingroom.experiments.models import Experiment
from tests.experiments import cast
from tests.posts.test_pages_in_a_browser import Desk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.one_database]


@pytest.fixture
def desk(mona, live_server):
    return Desk(live_server.url, mona.cookies["livingroom_session"].value)


def plan_one(page: Page) -> None:
    page.goto("/experiments/")
    page.get_by_role("link", name="Plan the first one").click()
    page.get_by_label("Name", exact=True).fill("Do offers add?")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("Markets by time blocks.")).to_be_visible()
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Days of test").fill("100")
    page.get_by_role("button", name="Draw, and see what it would show").click()
    expect(page.get_by_role("heading", name="Who is left out when")).to_be_visible()


def test_a_plan_is_made_without_a_script(desk):
    desk.see(plan_one, java_script_enabled=False)

    assert Experiment.objects.get().promise["power"] > 0


def test_starting_asks_first_and_shows_who_is_left_out(desk):
    def look(page: Page) -> None:
        plan_one(page)
        page.once("dialog", lambda dialog: dialog.accept())
        page.get_by_role("button", name=re.compile("Start it on")).click()
        expect(page.get_by_text("It is ready.")).to_be_visible()
        assert page.get_by_role("cell", name="Left out").count() > 5

    desk.see(look)

    assert Experiment.objects.get().state == "ready"


@pytest.mark.parametrize("looks", [{}, {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}])
def test_no_page_shuts_anybody_out(desk, looks):
    experiment = cast.ready()
    cast.sent_as_drawn(experiment)
    Experiment.objects.update(state="ended")
    cast.orders(days=96, until=experiment.ends_at, seed=2)
    addresses = ["/experiments/", "/experiments/new/", f"/experiments/{experiment.pk}/"]

    def look(page: Page) -> None:
        page.goto(addresses[-1])
        page.get_by_role("button", name="Read the result").click()
        expect(page.get_by_role("heading", name="What was checked")).to_be_visible()
        for address in addresses:
            page.goto(address)
            found = Axe().run(page)
            assert found.violations_count == 0, f"{address}: {found.generate_report()}"
            wide = page.evaluate(
                "document.documentElement.scrollWidth > document.documentElement.clientWidth"
            )
            assert not wide, f"{address} is pushed sideways"

    desk.see(look, **looks)
