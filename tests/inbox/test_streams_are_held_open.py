import asyncio
import json
import time
from collections.abc import Iterator

import pytest
from django.test import Client
from django.utils import timezone

from livingroom.inbox.live import standing
from livingroom.inbox.live import switchboard as boards
from livingroom.inbox.live.hub import POLL_SECONDS, Hub
from livingroom.inbox.live.listener import Listener
from livingroom.inbox.live.standing import pass_of
from livingroom.inbox.live.switchboard import Switchboard
from livingroom.inbox.live.telling import tell
from livingroom.people.models import Staff
from tests.inbox import cast


class Clock:
    def __init__(self) -> None:
        self.now = time.time()

    def __call__(self) -> float:
        self.now += POLL_SECONDS
        return self.now


class Desk:
    """A switchboard that is turned by hand, and what its screens hear."""

    def __init__(self, runner: asyncio.Runner) -> None:
        self.clock = Clock()
        self.hub = Hub(self.clock)
        self.board = Switchboard(self.hub, turns_by_itself=False)
        self.runner = runner

    def screen(self, staff: Staff) -> "Screen":
        client = Client()
        client.force_login(staff)
        return Screen(self, client, staff)

    def turn(self) -> None:
        self.board.turn()


class Screen:
    def __init__(self, desk: Desk, client: Client, staff: Staff) -> None:
        self.desk, self.client = desk, client
        let_in_by = pass_of(staff, client.session.session_key)
        self.listener: Listener = desk.board.listener(let_in_by, desk.hub.news("").mark)
        self.parts = self.listener.parts()
        self.next = desk.runner.get_loop().create_task(anext(self.parts, None))
        desk.runner.run(asyncio.sleep(0))

    def hears(self) -> dict[str, object] | None:
        """The next event; None when the stream has ended."""

        async def one() -> bytes | None:
            async with asyncio.timeout(2):
                part = await self.next
            self.next = asyncio.create_task(anext(self.parts, None))
            await asyncio.sleep(0)
            return part

        part = self.desk.runner.run(one())
        return json.loads(part.decode().split("data: ")[1]) if part else None


@pytest.fixture
def desk(house) -> Iterator[Desk]:
    with asyncio.Runner() as runner:
        yield Desk(runner)


def test_all_who_listen_hear_of_a_change(desk):
    ana, bob = desk.screen(cast.agent("Ana")), desk.screen(cast.agent("Bob"))
    case = cast.conversation()

    desk.turn()

    assert ana.hears()["ids"] == bob.hears()["ids"] == [case.pk]


def test_nobody_hears_of_a_branch_they_may_not_look_at(desk, monkeypatch):
    ana, bob = cast.agent("Ana"), cast.agent("Bob")
    screens = desk.screen(ana), desk.screen(bob)
    hidden, open_one = cast.branch("Hidden"), cast.branch("Outlet")
    monkeypatch.setattr(standing, "may", lambda staff, deed, place=None: staff == ana or place != hidden)
    secret = cast.conversation(to=hidden, who="kim")
    public = cast.conversation(to=open_one)

    desk.turn()

    assert [screen.hears()["ids"] for screen in screens] == [[secret.pk, public.pk], [public.pk]]


@pytest.mark.parametrize("way", ["sign out", "new password", "left the house", "expired"])
def test_who_may_not_come_in_any_more_hears_nothing_more(desk, way):
    staff = cast.agent()
    screen = desk.screen(staff)
    if way == "sign out":
        screen.client.logout()
    elif way == "new password":
        staff.set_password("another long password")
        staff.save()
    elif way == "left the house":
        Staff.objects.update(is_active=False)
    else:
        session = screen.client.session
        session.set_expiry(-1)
        session.save()
    cast.conversation()

    desk.turn()

    assert screen.hears() is None
    assert len(desk.board) == 0


def test_who_reads_slowly_hears_all_of_it_at_once_and_keeps_nobody_waiting(desk):
    slow, quick = desk.screen(cast.agent("Ana")), desk.screen(cast.agent("Bob"))
    heard = []
    for number in (71, 72, 73):
        tell([number], timezone.now(), new={71})
        desk.turn()
        heard.append(quick.hears()["ids"])

    late = [slow.hears()["ids"], slow.hears()["ids"]]

    assert heard == [[71], [72], [73]]
    assert late == [[71], [72, 73]]


def test_very_much_is_told_without_names(desk):
    screen = desk.screen(cast.agent())
    tell(range(1, 500), timezone.now())

    desk.turn()

    told = screen.hears()
    assert (told["ids"], told["many"]) == ([], True)


def test_when_the_reader_itself_was_away_everybody_looks_anew(desk):
    screen = desk.screen(cast.agent())
    tell([7], timezone.now())
    desk.clock.now += 60

    desk.turn()

    assert screen.hears()["many"]


def test_a_held_answer_says_so_and_goes_on_where_the_page_began(house, client):
    client.force_login(cast.agent())
    held = []

    answer = client.get("/inbox/stream", **{"livingroom.hold": held.append})

    assert [type(one) for one in held] == [Listener]
    assert "event: held" in answer.content.decode()


@pytest.mark.parametrize("why", ["the house is full", "one person has too many", "the browser asks not to"])
def test_without_room_the_answer_ends_and_the_browser_comes_back(house, client, monkeypatch, why):
    client.force_login(cast.agent())
    held = []
    if why == "the house is full":
        monkeypatch.setattr(boards, "MOST_LISTENERS", 0)
    elif why == "one person has too many":
        monkeypatch.setattr(boards, "MOST_OF_ONE_PERSON", 0)

    address = "/inbox/stream" + ("?hold=no" if why == "the browser asks not to" else "")
    answer = client.get(address, **{"livingroom.hold": held.append})

    assert held == []
    assert answer.content.decode().startswith("retry: ")
    assert "event: held" not in answer.content.decode()


def test_the_more_listen_the_rarer_lists_are_fetched_again():
    assert [boards.every(n) for n in (1, 20, 30, 300)] == [2.0, 2.0, 3.0, 30.0]
