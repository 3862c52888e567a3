"""The way of the money as two people walk it in a browser: a community manager at the desk, a customer on the street."""

import csv
import functools
import io
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from tests.support.house import House, wait_for

SHOP_HOST = "shop.cornerpc.example"
# A headless browser says so in its agent and is counted as a machine; this customer sits at a real one.
CUSTOMER_AGENT = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36"


def in_its_own_thread(test: Callable[..., None]) -> Callable[..., None]:
    """Playwright keeps one loop a thread; a test that brings its own browser brings its own thread, too."""

    @functools.wraps(test)
    def walk(**fixtures: object) -> None:
        with ThreadPoolExecutor(1) as thread:
            thread.submit(test, **fixtures).result()

    return walk


class _ShopWindow(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<title>Outlet</title><h1>Corner PC Outlet</h1>")

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser in whose world the shop's name leads to a small server of ours."""
    shop = ThreadingHTTPServer(("127.0.0.1", 0), _ShopWindow)
    threading.Thread(target=shop.serve_forever, daemon=True).start()
    rule = f"--host-resolver-rules=MAP {SHOP_HOST} 127.0.0.1:{shop.server_port}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", rule])
        yield browser
        browser.close()
    shop.shutdown()


@dataclass(frozen=True)
class Sent:
    short_url: str
    code: str
    remote_url: str


class Manager:
    """At the desk."""

    def __init__(self, page: Page, house: House) -> None:
        self.page, self.house = page, house

    def open_the_house(self) -> None:
        link = next(word for word in self.house.log().split() if "/set-up/" in word)
        self.page.goto(link)
        self.page.get_by_label("Name of the brand").fill("Corner PC")
        self.page.get_by_label("Your name").fill("Maya Lindqvist")
        self.page.get_by_label("Your mail address").fill("maya@cornerpc.example")
        self.page.get_by_label("Password").fill("a-long-word-1906")
        self.page.get_by_role("button", name="Open the house").click()
        expect(self.page.get_by_role("heading", name="Overview")).to_be_visible()

    def add_branch(self, name: str, *, network: str, handle: str, account: Mapping[str, str]) -> None:
        """Add a branch and connect it; `account` holds what the network's own form asks for."""
        page = self.page
        page.goto(f"{self.house.web}/branches/new/")
        page.get_by_label("Name", exact=True).fill(name)
        page.get_by_label("Network").select_option(network)
        page.get_by_label("Handle").fill(handle)
        page.get_by_label("Purpose").select_option("sales")
        page.get_by_label("New hosts").fill("Maya Lindqvist (ML)")
        page.get_by_label("Opened on").fill("2026-01-02")
        page.get_by_role("button", name="Save").click()
        page.get_by_role("link", name="Connect", exact=True).click()
        for label, value in account.items():
            page.get_by_label(label).fill(value)
        page.get_by_role("button", name="Connect").click()
        expect(page.get_by_text("Connected", exact=True)).to_be_visible()

    def write_offer(self, name: str) -> None:
        page, now = self.page, datetime.now(UTC)
        page.goto(f"{self.house.web}/offers/new/")
        page.get_by_label("Name", exact=True).fill(name)
        page.get_by_label("Per cent off").fill("15")
        page.get_by_label("Page in the shop").fill(f"http://{SHOP_HOST}/outlet")
        page.get_by_label("Allow links to this shop").check()
        page.get_by_label("Begins").fill(f"{now - timedelta(hours=1):%Y-%m-%dT%H:%M}")
        page.get_by_label("Ends").fill(f"{now + timedelta(days=7):%Y-%m-%dT%H:%M}")
        page.get_by_label("Margin").fill("30")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text(f"“{name}” is saved.")).to_be_visible()

    def publish(self, text: str, *, offer: str, branch: str) -> Sent:
        """Write a post for one branch, send it now, and wait until the network has it."""
        page = self.page
        page.goto(f"{self.house.web}/posts/new/")
        page.get_by_label("Text", exact=True).fill(text)
        page.get_by_label("Offer").select_option(index=1)
        assert offer in page.get_by_label("Offer").locator("option").nth(1).inner_text()
        page.get_by_label("Code", exact=True).select_option("shared")
        page.get_by_role("checkbox", name=re.compile(branch)).check()
        # The preview follows while typing; it is the network's own rendering.
        expect(page.locator("#checks")).to_contain_text(text.split("{")[0].strip())
        page.get_by_role("button", name="Schedule").click()
        page.wait_for_url(re.compile(r"/posts/\d+/"))
        card = page.locator("article", has=page.get_by_role("heading", name=branch))
        wait_for(lambda: self._is_sent(card), seconds=40, every=0.5)
        short_url = self._fact(card, "Link", r"https?://\S+")
        remote = card.get_by_role("link", name="See it there").get_attribute("href")
        return Sent(short_url, self._fact(card, "Code", r"[2-9A-Z]{3,}(?:-?[2-9A-Z]+)*"), remote or "")

    def import_orders(self, content: str) -> None:
        page = self.page
        page.goto(f"{self.house.web}/orders/shops/new/")
        page.get_by_label("Name", exact=True).fill("Outlet")
        page.get_by_label("How its orders come").select_option("csv")
        page.get_by_role("button", name="Make the shop").click()
        page.goto(f"{self.house.web}/orders/imports/")
        file = {"name": "orders_export.csv", "mimeType": "text/csv", "buffer": content.encode()}
        page.get_by_label("File", exact=True).set_input_files([file])
        page.get_by_role("button", name="Read the file").click()
        expect(page.get_by_text("Every row is accounted for.")).to_be_visible(timeout=20_000)

    def open_receipt(self, order: str) -> None:
        """Open the order's receipt on the Ledger page, once it was measured."""
        page = self.page

        def grade() -> bool:
            page.goto(f"{self.house.web}/ledger/")
            return (
                page.get_by_role("row", name=re.compile(re.escape(order)))
                .get_by_text("A", exact=True)
                .count()
                > 0
            )

        wait_for(grade, seconds=40, every=1)
        page.get_by_role("row", name=re.compile(re.escape(order))).get_by_role("link").first.click()

    def _is_sent(self, card: Locator) -> bool:
        self.page.reload()
        return card.get_by_text("Sent", exact=True).count() > 0

    @staticmethod
    def _fact(card: Locator, name: str, pattern: str) -> str:
        words = card.locator(f"dt:text-is('{name}') + dd").inner_text()
        found = re.search(pattern, words)
        assert found, words
        return found.group()


class Customer:
    """On the street: clicks what was posted, and buys."""

    def __init__(self, browser: Browser) -> None:
        self.page = browser.new_context(user_agent=CUSTOMER_AGENT).new_page()

    def click(self, short_url: str) -> str:
        """Follow the short link into the shop; return the click id that came along."""
        self.page.goto(short_url)
        landed = urlsplit(self.page.url)
        assert landed.hostname == SHOP_HOST
        return parse_qs(landed.query)["lr"][0]


def shopify_export(*, name: str, code: str, click_id: str, total: str = "849.15") -> str:
    """One paid order, as the shop's own export writes it."""
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S +0000")
    row = {
        "Name": name,
        "Email": "ines@example.org",
        "Financial Status": "paid",
        "Paid at": now,
        "Currency": "USD",
        "Subtotal": total,
        "Shipping": "0.00",
        "Taxes": "0.00",
        "Total": total,
        "Discount Code": code,
        "Discount Amount": "149.85",
        "Created at": now,
        "Lineitem quantity": "1",
        "Lineitem name": "Studio 15, refurbished",
        "Lineitem price": "999.00",
        "Billing Country": "US",
        "Note Attributes": f"lr: {click_id}",
        "Refunded Amount": "0.00",
        "Id": name.strip("#"),
    }
    text = io.StringIO()
    writer = csv.DictWriter(text, list(row))
    writer.writeheader()
    writer.writerow(row)
    return text.getvalue()
