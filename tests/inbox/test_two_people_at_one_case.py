"""Two agents open one case: they see each other, one answers, the other is told; the customer's word comes by itself."""

import re
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from queue import Empty, Queue
from threading import Lock
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import pytest
from django.core.servers.basehttp import ThreadedWSGIServer
from django.test import Client
from django.test.testcases import LiveServerThread
from django.utils import timezone
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from livingroom.inbox.answering.sending import due_answers, send_answer
from livingroom.inbox.models import Message
from livingroom.inbox.opening import open_for_mentions
from livingroom.listening.models import Mention
from livingroom.networks.models import SandboxAccount, SandboxPost
from livingroom.networks.reactions.gathering import gather, take_turns
from livingroom.networks.sandbox import public
from tests.inbox import answering_cast as cast
from tests.support.house import wait_for

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# The tests' database is in memory, where SQLite does not wait for its turn: pages and worker take turns here.
TURN = Lock()


class OneAtATime(ThreadedWSGIServer):
    def set_app(self, application: WSGIApplication | None) -> None:
        def in_turn(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            with TURN:
                return application(environ, start_response)

        super().set_app(in_turn)


@pytest.fixture
def address(monkeypatch, transactional_db) -> Iterator[str]:
    monkeypatch.setattr(LiveServerThread, "server_class", OneAtATime)
    server = LiveServer("127.0.0.1")
    yield server.url
    server.stop()


class House:
    """Does what the worker does, in the test's own thread; Playwright's loop keeps a thread of its own."""

    def __init__(self) -> None:
        self.asked: Queue[Callable[[], object]] = Queue()
        self.answers: Queue[object] = Queue()

    def do(self, deed: Callable[[], object]) -> object:
        self.asked.put(deed)
        answer = self.answers.get(timeout=30)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def serve(self, walk: Callable[[], None]) -> None:
        with ThreadPoolExecutor(1) as thread:
            walking = thread.submit(walk)
            while not walking.done():
                try:
                    deed = self.asked.get(timeout=0.05)
                except Empty:
                    continue
                with TURN:
                    try:
                        self.answers.put(deed())
                    except Exception as error:
                        self.answers.put(error)
            walking.result()


def at_the_desk(browser: Browser, address: str, session: str, complaints: list[str]) -> Page:
    context = browser.new_context(base_url=address)
    context.add_cookies([{"name": "livingroom_session", "value": session, "url": address}])
    page = context.new_page()
    page.on("console", lambda said: complaints.append(said.text) if is_complaint(said) else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.set_default_timeout(15_000)
    return page


def is_complaint(said: ConsoleMessage) -> bool:
    return said.type == "error" and not said.text.startswith(("htmx:sendAbort", "htmx:afterRequest"))


def signed_in(name: str) -> str:
    client = Client()
    client.force_login(cast.staff(name))
    return client.cookies["livingroom_session"].value


def send_what_is_due() -> int:
    later = timezone.now() + timedelta(seconds=15)
    return len([send_answer(due.message_id, later) for due in due_answers(later)])


def customer_answers(key: str) -> None:
    """On the sandbox itself; the house reads it, understands it, and puts it into the conversation."""
    ours = SandboxPost.objects.get(key=key)
    public.reply_as(
        SandboxAccount.objects.get(handle="jeff"), ours, "It works, thank you!", now=timezone.now()
    )
    for place in take_turns(timezone.now()):
        gather(place.pk, timezone.now())
    fresh = Mention.objects.filter(message=None, text__startswith="It works")
    open_for_mentions(Mention, mentions=list(fresh), now=timezone.now())


def test_two_see_each_other_one_answers_the_other_is_told_and_the_customer_comes_by_itself(address):
    case = cast.conversation()
    anna, bob = signed_in("Anna Bell"), signed_in("Bob Ray")
    house, complaints, url = House(), [], f"/inbox/{case.pk}/"

    def walk() -> None:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
            first = at_the_desk(browser, address, anna, complaints)
            second = at_the_desk(browser, address, bob, complaints)
            first.goto(url)
            second.goto(url)
            expect(second.locator("#presence")).to_contain_text("Anna Bell")
            expect(first.locator("#presence")).to_contain_text("Bob Ray")

            field = second.get_by_label("Answer, for everybody to read")
            field.fill("Have you tried another cable?")

            def is_seen_typing() -> bool:
                field.press_sequentially("!")  # who stops is no longer shown
                return "types an answer" in first.locator("#presence").inner_text()

            wait_for(is_seen_typing, every=0.5)

            first.get_by_label("Answer, for everybody to read").fill("Hold the power key for ten seconds.")
            first.get_by_role("button", name="Send", exact=True).click()
            expect(first.get_by_text("You can still take it back")).to_be_visible()
            expect(second.locator(".thread")).to_contain_text("Hold the power key")
            expect(second.get_by_text("New words came while you write")).to_be_visible()
            second.get_by_role("button", name="Send", exact=True).click()
            expect(second.get_by_text("The conversation went on while you wrote.").last).to_be_visible()
            expect(second.get_by_label("Answer, for everybody to read")).to_have_value(
                re.compile(r"Have you tried another cable\?!+")
            )

            assert house.do(send_what_is_due) == 1
            key = str(house.do(lambda: Message.objects.get(direction="out").delivery_key))
            house.do(lambda: customer_answers(key))
            expect(first.locator(".thread")).to_contain_text("It works, thank you!")
            browser.close()

    house.serve(walk)

    assert complaints == []
    assert SandboxPost.objects.filter(author__handle=case.branch.handle).count() == 1
