"""The portal in a real browser: for axe-core, without a script by a letter, and with one."""

import json
import re
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core import mail
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from livingroom.ideas.duty.operations import answer
from livingroom.ideas.likeness.operations import take_in_waiting
from livingroom.ideas.merging.operations import merge
from livingroom.ideas.models import Board, Idea, PublicLogEntry, Storm, Vote
from livingroom.ideas.operations import comment
from livingroom.ideas.portal import tongue
from livingroom.people.models import Member, Staff
from tests.ideas import cast
from tests.ideas.portal.conftest import signed_in
from tests.posts.test_pages_in_a_browser import Desk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def full(transactional_db: None, board: Board, maya: Staff, ana: Member) -> dict[str, Idea]:
    """A board where everything happened once."""
    now = timezone.now()
    shipped = cast.idea(
        board, "A lid that closes", by=ana, text="Mine **does not**.\n\n- it opens\n\n> so loud"
    )
    other = cast.idea(board, "A cover that shuts", by=cast.member("Ben"), text="Please.")
    late = cast.idea(board, "شاحن واحد لكل الأجهزة", by=cast.member("Farah"), category=board.categories.get())
    merge(staff=maya, kept=shipped, other=other, reason="The same wish.", now=now)
    answer(
        staff=maya,
        idea=shipped,
        state="shipped",
        reason="Here it is.",
        url="https://shop.example/lid",
        now=now,
    )
    Idea.objects.filter(pk=late.pk).update(
        owner=maya, above_line_at=now - timedelta(days=40), due_at=now - timedelta(days=9), n_withheld=12
    )
    said = comment(member=ana, idea=late, text="One for **all**.", now=now)
    comment(staff=maya, idea=late, text="We look at it.", parent=said, now=now)
    PublicLogEntry.objects.create(
        board=board, what="votes_removed", n=3, idea=late, reason="Cast together.", at=now
    )
    Storm.objects.create(
        board=board,
        slug="green",
        topic="Greener computers",
        host=maya,
        opens_at=now,
        closes_at=now + timedelta(days=3),
    )
    take_in_waiting(now)
    return {"shipped": shipped, "other": other, "late": late}


def paths_of(full: dict[str, Idea], *, is_known: bool) -> list[str]:
    """The two pages that matter most on both screens, each other page on one of them."""
    shipped, other, late = (full[name].pk for name in ("shipped", "other", "late"))
    both = ["/ideas/", f"/ideas/ideas/{late}/"]
    if is_known:
        return [
            *both,
            "/ideas/mine/",
            "/ideas/ideas/propose/?title=A+lid+that+closes",
            "/ideas/log/",
            "/ideas/how/",
        ]
    merged = f"/ideas/ideas/{shipped}/?merged={other}"
    lists = [
        "/ideas/?rank=late",
        "/ideas/?q=zeppelin",
        "/ideas/ideas/about/laptops/",
        "/ideas/ideas/storms/green/",
    ]
    return [*both, merged, *lists, "/ideas/ideas/embed/"]


def faults(page: Page, path: str, width: int) -> list[tuple[str, str, str]]:
    page.goto(path, wait_until="networkidle")
    assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{path} scrolls sideways"
    violations = Axe().run(page).response["violations"]
    return [(path, one["id"], one["nodes"][0]["html"][:200]) for one in violations]


@pytest.mark.parametrize(
    ("width", "scheme", "locale", "is_known"),
    [(1280, "light", "en-US", True), (360, "dark", "de-DE", False)],
    ids=["a member", "a visitor's phone at night"],
)
def test_axe_finds_nothing(
    live_server: LiveServer,
    full: dict[str, Idea],
    ana: Member,
    width: int,
    scheme: str,
    locale: str,
    is_known: bool,
) -> None:
    session = signed_in(Client(), ana).cookies["livingroom_session"].value if is_known else "nobody"
    looks = {"viewport": {"width": width, "height": 800}, "color_scheme": scheme, "locale": locale}

    found = Desk(live_server.url, session).see(
        lambda page: [
            fault for path in paths_of(full, is_known=is_known) for fault in faults(page, path, width)
        ],
        **looks,
    )

    assert found == []


def test_a_visitor_votes_without_a_script_by_a_letter(live_server: LiveServer, full: dict[str, Idea]) -> None:
    def walk(page: Page) -> None:
        page.goto("/ideas/?rank=new")
        page.get_by_role("button", name="Vote for “شاحن").click()
        page.get_by_label("Your name").fill("Cleo")
        page.get_by_label("Your mail address").fill("cleo@example.org")
        page.get_by_role("button", name="Send me the letter").click()
        link = re.search(r"/me/letter/\S+", str(mail.outbox[-1].body))
        assert link
        page.goto(link[0])
        page.get_by_role("button", name="This address is mine").click()
        expect(page.get_by_text("Your vote", exact=True)).to_be_visible()
        page.get_by_role("button", name="Vote for “شاحن").click()
        expect(page.get_by_text("Your vote", exact=True)).to_have_count(0)

    before = Vote.objects.count()
    Desk(live_server.url, "nobody").see(walk, java_script_enabled=False)

    assert Vote.objects.count() == before


def test_a_members_vote_needs_no_reload_and_likeness_comes_while_typing(
    live_server: LiveServer, full: dict[str, Idea], ana: Member
) -> None:
    def walk(page: Page) -> None:
        page.goto("/ideas/?rank=new")
        page.evaluate("window.isStillHere = true")
        page.get_by_role("button", name="Vote for “شاحن").click()
        expect(page.locator(f"#vote-{full['late'].pk}")).to_contain_text("Your vote")
        assert page.evaluate(
            "window.isStillHere && document.activeElement.classList.contains('vote__button')"
        )
        page.goto("/ideas/ideas/propose/")
        page.get_by_label("Title").press_sequentially("a lid which closes")
        expect(page.locator("#similar")).to_contain_text("A lid that closes")

    session = signed_in(Client(), ana).cookies["livingroom_session"].value
    Desk(live_server.url, session).see(walk)

    assert Vote.objects.filter(member=ana, idea=full["late"]).exists()


@pytest.fixture
def right_to_left(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """One more language, written from right to left."""
    folder = tmp_path / "words"
    shutil.copytree(tongue.Tongue.folder, folder)
    words = json.loads((folder / "en.json").read_text()) | {"direction": "rtl", "language": "עברית"}
    (folder / "he.json").write_text(json.dumps(words))
    monkeypatch.setattr(tongue.Tongue, "folder", folder)
    return "he"


def test_a_language_from_right_to_left_turns_the_page(
    live_server: LiveServer, full: dict[str, Idea], right_to_left: str
) -> None:
    def look(page: Page) -> tuple[list[tuple[str, str, str]], bool]:
        found = faults(page, f"/ideas/?lang={right_to_left}", 1280)
        vote, title = (
            page.locator(".vote").first.bounding_box(),
            page.locator(".idea-card__words").first.bounding_box(),
        )
        assert vote
        assert title
        return found, vote["x"] > title["x"]

    found, is_turned = Desk(live_server.url, "nobody").see(look, viewport={"width": 1280, "height": 800})

    assert found == []
    assert is_turned
