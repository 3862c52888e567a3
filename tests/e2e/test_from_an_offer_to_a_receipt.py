"""The main job, once, end to end, through a real browser and the house as it is started by people."""

import httpx
import pytest
from playwright.sync_api import expect

from tests.support.house import running_house
from tests.support.journey import SHOP_HOST, Customer, Manager, chromium, in_its_own_thread, shopify_export

pytestmark = [pytest.mark.browser, pytest.mark.one_database]


@in_its_own_thread
def test_an_offer_becomes_a_post_a_click_an_order_and_a_receipt(tmp_path):
    with running_house(tmp_path / "house") as house, chromium() as browser:
        manager = Manager(browser.new_page(), house)
        manager.open_the_house()
        manager.add_branch("Corner Outlet", network="sandbox", handle="corneroutlet", account={})
        manager.write_offer("Studio week")

        sent = manager.publish(
            "15% off every Studio laptop this week, with {code}: {link}",
            offer="Studio week",
            branch="Corner Outlet",
        )
        customer = Customer(browser)
        click_id = customer.click(sent.short_url)
        bot = httpx.get(sent.short_url, headers={"User-Agent": "Twitterbot/1.0"})
        manager.import_orders(shopify_export(name="#1001", code=sent.code, click_id=click_id))

        assert bot.status_code == 302
        assert bot.headers["location"].startswith(f"http://{SHOP_HOST}/")
        manager.open_receipt("1001")
        page = manager.page
        expect(page.get_by_text(sent.code).first).to_be_visible()
        expect(page.get_by_text("$849.15").first).to_be_visible()
        manager.page.goto(f"{house.web}/overview/")
        expect(page.get_by_text("Corner Outlet").first).to_be_visible()
        expect(page.get_by_text("$849").first).to_be_visible()
