"""A claim made in the browser, downloaded as PDF, and verified by the command."""

import os
import subprocess
import sys

import pytest
from playwright.sync_api import expect

from tests.support.house import running_house, wait_for
from tests.support.journey import chromium, in_its_own_thread

pytestmark = [pytest.mark.browser, pytest.mark.one_database]

# A fiftieth of the demo's world, opened as the demo opens.
BUILD = """
from django.utils import timezone
from livingroom.attribution.operations import run_attribution
from livingroom.world.load import load_demo
load_demo(7, scale=0.02, measure=False)
run_attribution(timezone.now())
"""
# The house's own worker may be at it already; then measuring ends when the worker is done.
IS_MEASURED = """
from django.utils import timezone
from livingroom.attribution.operations import run_attribution
from livingroom.attribution.spans import whole_programme
run_attribution(timezone.now())
print(whole_programme(timezone.now().date()) is not None)
"""
SESSION = """
from django.test import Client
from livingroom.people.doors import DEMO_EMAIL
from livingroom.people.models import Staff
client = Client()
client.force_login(Staff.objects.get(email=DEMO_EMAIL), backend="django.contrib.auth.backends.ModelBackend")
print(client.cookies["livingroom_session"].value)
"""


def measure_claim(house, *words):
    done = subprocess.run(
        [sys.executable, "-m", "livingroom", "measure", "claim", *map(str, words)],
        env={**os.environ, **house.environment}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout.strip(), done.stderr


@in_its_own_thread
def test_a_claim_goes_from_the_browser_to_the_command(tmp_path):
    with running_house(tmp_path / "house", LIVINGROOM_DEMO="1", RATES_URL="") as house, chromium() as browser:
        house.python(BUILD)
        wait_for(lambda: house.python(IS_MEASURED) == "True", seconds=60)
        page = browser.new_page()
        session = {"name": "livingroom_session", "value": house.python(SESSION), "url": house.web}
        page.context.add_cookies([session])

        page.goto(f"{house.web}/claims/new/")
        page.get_by_label("Title").fill("What social earned")
        page.get_by_role("button", name="Make the claim").click()

        expect(page.get_by_role("heading", name="What social earned", exact=True)).to_be_visible()
        expect(page.get_by_text("Social touched orders worth").first).to_be_visible()
        with page.expect_download() as download:
            page.get_by_role("link", name="PDF to sign").click()
        pdf = tmp_path / "signed.pdf"
        download.value.save_as(pdf)
        lake = house.home / "lake"
        assert measure_claim(house, "--verify", pdf, "--lake", lake)[:2] == (0, "same")

        page.get_by_role("button", name="Publish").click()
        expect(page.get_by_text("Everybody can read it now")).to_be_visible()
        stranger = browser.new_context().new_page()
        stranger.goto(f"{house.web}/c/what-social-earned/")
        expect(stranger.get_by_text("Social touched orders worth").first).to_be_visible()

        frozen = next(lake.glob("claims/*/v1/orders.parquet"))
        wait_for(frozen.exists)
        frozen.write_bytes((lake / "orders" / "all.parquet").read_bytes())
        status, said, _ = measure_claim(house, "--verify", pdf, "--lake", lake)
        assert status != 0
        assert said != "same"
