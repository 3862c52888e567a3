"""Two people walk through Livingroom and the networks' own pages in a browser: the newcomer, and who approves."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from playwright.sync_api import Browser, Locator, Page, expect

from scripts.peers.snac import SnacUser
from scripts.peers.wordpress.site import WordPressSite
from tests.support.house import House, wait_for
from tests.support.journey import Manager

MANAGER_PASSWORD = "a-longer-word-1906"


@dataclass(frozen=True)
class Out:
    """One placement as the post's page shows it."""

    short_url: str
    code: str
    remote_url: str


class Newcomer(Manager):
    """Opens the house, connects what the brand has, writes, reads what came back."""

    def open_branch(self, name: str, *, network: str, handle: str) -> None:
        """Add a branch, and stand on its network's guided page."""
        page = self.page
        page.goto(f"{self.house.web}/branches/new/")
        page.get_by_label("Name", exact=True).fill(name)
        page.get_by_label("Network").select_option(network)
        page.get_by_label("Handle").fill(handle)
        page.get_by_label("Purpose").select_option("sales")
        page.get_by_label("New hosts").fill("Maya Lindqvist (ML)")
        page.get_by_role("button", name="Save").click()
        page.get_by_role("link", name="Connect", exact=True).click()

    def connect_here(self, form: Mapping[str, str]) -> None:
        """Fill in what the guided page asks for, let it be checked, connect."""
        for label, value in form.items():
            self.page.get_by_label(label).fill(value)
        self.page.get_by_role("button", name="Check").click()
        expect(self.page.locator("#findings")).to_contain_text("knows us as")
        self.page.get_by_role("button", name="Connect", exact=True).click()

    def go_on_at(self, title: str, server: str, *, label: str) -> None:
        """Type the server, and let Livingroom lead to its page."""
        self.page.get_by_label(label).fill(server)
        self.page.get_by_role("button", name=f"Go on at {title}").click()
        self.page.wait_for_url(f"{server}/**")

    def is_back_connected(self) -> None:
        expect(self.page.get_by_text("Connected", exact=True)).to_be_visible(timeout=15_000)

    def ask_for_approval_on(self, slug: str) -> None:
        page = self.page
        page.goto(f"{self.house.web}/approvals/stages/{slug}/")
        page.get_by_label("Stage").first.fill("Second pair of eyes")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text("Second pair of eyes").first).to_be_visible()

    def invite(self, name: str, mail: str) -> str:
        """Invite a manager; returns the link to pass on."""
        page = self.page
        page.goto(f"{self.house.web}/settings/")
        form = page.locator("form", has=page.get_by_role("button", name="Invite"))
        form.get_by_label("Name").fill(name)
        form.get_by_label("Mail address").fill(mail)
        form.get_by_label("Role").select_option("manager")
        form.get_by_role("button", name="Invite").click()
        notice = page.locator(".notice", has_text=f"{name} is invited")
        found = re.search(r"https?://\S+", notice.inner_text())
        assert found, notice.inner_text()
        return found.group()

    def write(self, text: str, *, offer: str, branches: list[str]) -> str:
        """Compose for these branches and schedule it at once; returns the address of the post."""
        page = self.page
        page.goto(f"{self.house.web}/posts/new/")
        page.get_by_label("Text", exact=True).fill(text)
        page.get_by_label("Offer").select_option(index=1)
        assert offer in page.get_by_label("Offer").locator("option").nth(1).inner_text()
        page.get_by_label("Code", exact=True).select_option("shared")
        for branch in branches:
            page.get_by_role("checkbox", name=re.compile(branch)).check()
        page.get_by_role("button", name="Schedule").click()
        page.wait_for_url(re.compile(r"/posts/\d+/"))
        return page.url

    def out_on(self, branch: str) -> Out:
        """Wait until the network has it."""
        card = self.card_of(branch)
        wait_for(lambda: self._is_sent(card), seconds=60, every=0.5)
        remote = card.get_by_role("link", name="See it there").first.get_attribute("href") or ""
        code = self._fact(card, "Code", r"[2-9A-Z]{3,}(?:-?[2-9A-Z]+)*")
        return Out(self._fact(card, "Link", r"https?://\S+"), code, remote)

    def hear(self, *texts: str) -> None:
        """Ask the networks, and look, until all of this came home."""
        page = self.page

        def all_of_it() -> bool:
            page.goto(f"{self.house.web}/reactions/")
            shown = page.locator("main").inner_text()
            if all(text in shown for text in texts):
                return True
            page.get_by_role("button", name="Ask now").click()
            return False

        wait_for(all_of_it, seconds=90, every=1)

    def card_of(self, branch: str) -> Locator:
        return self.page.locator("article", has=self.page.get_by_role("heading", name=branch))


class SecondPerson:
    """Comes by invitation, and approves what others wrote."""

    def __init__(self, browser: Browser, house: House) -> None:
        self.page, self.house = browser.new_context().new_page(), house

    def accept(self, invitation: str, mail: str) -> None:
        page = self.page
        page.goto(invitation)
        for field in page.locator("input[type=password]").all():
            field.fill(MANAGER_PASSWORD)
        page.locator("form button").last.click()
        page.goto(f"{self.house.web}/approvals/")
        if "login" in page.url:
            page.locator("input[name=login]").fill(mail)
            page.locator("input[name=password]").fill(MANAGER_PASSWORD)
            page.get_by_role("button", name="Sign in").click()

    def approve_all(self) -> int:
        """Read and approve whatever waits; returns how many."""
        page, n = self.page, 0
        page.goto(f"{self.house.web}/approvals/")
        waits = page.locator("section", has=page.get_by_role("heading", name="Waits for you"))
        while waits.get_by_role("link").count():
            waits.get_by_role("link").first.click()
            page.get_by_role("button", name="Approve").click()
            page.wait_for_url(f"{self.house.web}/approvals/")
            n += 1
        return n


def sign_in_at_snac(page: Page, user: SnacUser) -> None:
    """What the server's own page asks."""
    page.locator("input[name=login]").fill(user.username)
    page.locator("input[name=passwd]").fill(user.password)
    page.locator("input[type=submit]").click()


def allow_at_wordpress(page: Page, site: WordPressSite, name: str = "shop") -> None:
    """Sign in where WordPress asks for it, and press the button of its own page."""
    page.locator("#user_login").fill(name)
    page.locator("#user_pass").fill(f"{name}-password")
    page.locator("#wp-submit").click()
    page.locator("#approve").click()
