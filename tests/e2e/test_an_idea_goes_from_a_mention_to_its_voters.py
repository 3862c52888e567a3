"""An idea in a real browser: from what somebody said, past its double, to votes, a reason, a release and its voters."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.house import House, running_house, wait_for
from tests.support.journey import Manager, chromium, in_its_own_thread

pytestmark = [pytest.mark.browser, pytest.mark.one_database]

SAID = "I wish you sold your notebooks without all the extra software"
DOUBLE = "Build computers not loaded with extra software"
HEAR = f"""
from django.utils import timezone
from livingroom.branches.models import Branch
from livingroom.listening.models import Mention
from livingroom.listening.taking import Heard, take_in
now = timezone.now()
take_in([Heard(network="sandbox", key="said-1", source="test", kind="mention", at=now, author_id="rosa",
    author_handle="rosa", author_name="Rosa", text={SAID!r}, language="en", branch_id=Branch.objects.first().pk)], now=now)
print(Mention.objects.get(key="said-1").pk)
"""
LETTERS = """
from django.db.models import Q
from livingroom.people.models import Letter
told = Letter.objects.filter(Q(url__contains="release") | Q(text__contains="release"))
print(sorted({letter.member.name for letter in told}))
"""


def newest_link(house: House, known: set[str]) -> str:
    """The link of the letter that came since; `known` are the links of those before, and grows."""

    def look() -> str:
        mails = "".join(path.read_text() for path in sorted((house.home / "mail").glob("*")))
        found = [link for link in re.findall(r"http\S+/me/letter/\S+", mails) if link not in known]
        return found[-1] if found else ""

    link = str(wait_for(look))
    known.add(link)
    return link


class Visitor:
    """Somebody of the public: takes part, and opens the letter that proves their address."""

    def __init__(self, browser: Browser, house: House, name: str, known: set[str]) -> None:
        self.page, self.house, self.name, self.known = browser.new_context().new_page(), house, name, known

    def prove(self) -> None:
        page = self.page
        page.get_by_label("Your name").fill(self.name)
        page.get_by_label("Your mail address").fill(f"{self.name.lower()}@example.org")
        page.get_by_role("button", name="Send me the letter").click()
        expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()
        page.goto(newest_link(self.house, self.known))
        page.get_by_role("button", name="This address is mine").click()

    def vote(self, url: str) -> None:
        self.page.goto(url)
        self.page.locator(".vote__button").first.click()
        self.prove()
        expect(self.page.get_by_text("Your vote", exact=True).first).to_be_visible()


def make_an_idea_of(page: Page, house: House, mention: str) -> str:
    """From the mention's page; returns where the desk keeps it."""
    page.goto(f"{house.web}/listening/mentions/{mention}/")
    page.get_by_role("button", name="Make it an idea").click()
    page.get_by_label("Title").fill("No extra software option")
    page.get_by_role("button", name="Keep it, and ask them").click()
    page.wait_for_url(re.compile(r"/desk/ideas/\d+/"))
    page.get_by_text("They told me already").click()
    page.get_by_label("How: where, when, in which words").fill("She wrote: yes, please do")
    page.get_by_role("button", name="They agreed", exact=True).click()
    expect(page.get_by_text("They agreed,")).to_be_visible()
    return page.url.split("#")[0].split("?")[0]


def tell_by_two_branches(page: Page, desk: str, public: str) -> None:
    page.goto(f"{desk}action/")
    page.get_by_label("Where the links lead").fill(public)
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_role("button", name="Write the draft").click()
    expect(page.get_by_role("button", name="Schedule")).to_be_visible()


@in_its_own_thread
def test_an_idea_goes_from_a_mention_to_its_voters(tmp_path):
    with running_house(tmp_path / "house") as house, chromium() as browser:
        known: set[str] = set()
        maya = Manager(browser.new_page(), house)
        page = maya.page
        maya.open_the_house()
        for name in ("Outlet", "Studio"):
            maya.add_branch(f"Corner {name}", network="sandbox", handle=f"corner{name.lower()}", account={})
        page.goto(f"{house.web}/desk/ideas/")
        page.get_by_role("button", name="Open your ideas board").click()
        desk = make_an_idea_of(page, house, house.python(HEAR))
        page.get_by_role("link", name="As everybody sees it").click()
        expect(page.get_by_text("Rosa").first).to_be_visible()
        public = page.url
        board = public.rsplit("/", 2)[0]

        # Its double is proposed in spite of the suggestion, and merged, unmerged, and merged again.
        ben = Visitor(browser, house, "Ben", known)
        ben.page.goto(f"{board}/propose/?title={DOUBLE.replace(' ', '+')}")
        expect(ben.page.get_by_role("link", name="No extra software option").first).to_be_visible()
        ben.page.locator("button.button--primary").last.click()
        ben.prove()
        expect(ben.page.get_by_role("heading", name=DOUBLE)).to_be_visible()
        number = re.search(r"/(\d+)/", ben.page.url)
        assert number
        double_desk = f"{house.web}/desk/ideas/{number[1]}/"
        for is_last in (False, True):
            page.goto(double_desk)
            page.get_by_role("radio", name=re.compile("No extra software option")).check()
            page.get_by_label("Why they are one").fill("Both want a machine without extra software.")
            page.get_by_role("button", name="Make this part of it").click()
            page.goto(double_desk)
            expect(page.get_by_text("its votes count there")).to_be_visible()
            if not is_last:
                page.locator("#merging").get_by_role("button", name="Undo").click()
                expect(page.get_by_text("its votes count there")).to_have_count(0)

        for name in ("Cleo", "Dan"):
            Visitor(browser, house, name, known).vote(public)
        page.goto(public)
        expect(page.locator(".vote__n").first).to_have_text("3")  # Ben's, who proposed the double, and theirs

        for state, reason, url in (
            ("Planned", "The line can do it from spring on.", ""),
            ("Shipped", "Choose “nothing extra” when you order.", "https://cornerpc.example/release"),
        ):
            page.goto(desk)
            page.get_by_role("radio", name=state).check()
            page.get_by_label("Why", exact=True).fill(reason)
            page.get_by_label("Where the release is").fill(url)
            page.get_by_role("button", name="Answer, and tell them").click()
            expect(page.get_by_text(reason).first).to_be_visible()
        tell_by_two_branches(page, desk, public)
        page.get_by_role("button", name="Schedule").click()
        page.wait_for_url(re.compile(r"/posts/\d+/"))

        def links() -> list[str]:
            page.reload()
            cards = page.locator("article", has=page.get_by_text("Sent", exact=True)).all()
            return [card.locator("dt:text-is('Link') + dd").inner_text() for card in cards]

        assert (
            len(set(wait_for(lambda: found if len(found := links()) == 2 else None, seconds=40, every=0.5)))
            == 2
        )
        wait_for(lambda: house.python(LETTERS) == "['Ben', 'Cleo', 'Dan']", seconds=60, every=2)
