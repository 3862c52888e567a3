import json
import time
from datetime import timedelta

from django.utils import timezone

from livingroom.inbox.live.hub import POLL_SECONDS, REMEMBERED_SECONDS, Hub
from livingroom.inbox.live.seen import Mark, read_mark
from livingroom.inbox.live.telling import forget_old, tell
from livingroom.inbox.models import Change
from tests.inbox import cast


class Clock:
    def __init__(self) -> None:
        self.now = time.time()

    def __call__(self) -> float:
        self.now += POLL_SECONDS
        return self.now


def told(hub: Hub, since: float) -> tuple[float, list[int]]:
    moment, seen = hub.since(since)
    return moment, [one.conversation_id for one in seen]


def test_each_change_is_told_once_to_each_listener(db):
    clock = Clock()
    hub = Hub(clock)
    moment, _ = told(hub, clock.now)
    tell([7, 8], timezone.now(), new={8})

    moment, first = told(hub, moment)
    moment, second = told(hub, moment)

    assert (first, second) == ([7, 8], [])


def test_a_change_that_was_numbered_early_and_committed_late_is_told(db):
    clock = Clock()
    hub = Hub(clock)
    tell([1], timezone.now())
    late = Change.objects.create(conversation_id=2, at=timezone.now())
    tell([3], timezone.now())
    row = (late.pk, late.conversation_id, late.at)
    late.delete()
    moment, first = told(hub, 0.0)
    Change.objects.create(pk=row[0], conversation_id=row[1], at=row[2])

    _, second = told(hub, moment)

    assert (first, second) == ([1, 3], [2])


def test_a_flood_keeps_nobody_from_hearing_what_comes_after_it(db, monkeypatch):
    monkeypatch.setattr("livingroom.inbox.live.hub.MOST_AT_ONCE", 3)
    clock = Clock()
    hub = Hub(clock)
    moment, _ = told(hub, clock.now)
    tell(range(1, 8), timezone.now())

    heard = []
    for _ in range(3):
        moment, some = told(hub, moment)
        heard.append(some)

    assert heard == [[1, 2, 3], [4, 5, 6], [7]]


def test_old_changes_are_forgotten(db):
    tell([1], timezone.now() - timedelta(hours=2))
    tell([2], timezone.now())

    forget_old(timezone.now())

    assert list(Change.objects.values_list("conversation_id", flat=True)) == [2]


def test_the_stream_needs_a_login_and_goes_on_from_the_last_event(house, client):
    assert client.get("/inbox/stream").status_code == 302
    client.force_login(cast.agent())
    first = client.get("/inbox/stream")
    case = cast.conversation()
    time.sleep(POLL_SECONDS)

    last = first.content.decode().split("id: ")[1].split("\n")[0]
    second = client.get("/inbox/stream", headers={"Last-Event-ID": last}).content.decode()

    assert first["Content-Type"].startswith("text/event-stream")
    assert case.pk in json.loads(second.split("data: ")[1].split("\n")[0])["ids"]


def test_a_screen_that_comes_back_to_another_process_has_missed_nothing(db):
    clock = Clock()
    before = str(Hub(clock).news("").mark)
    tell([7, 8], timezone.now())

    news = Hub(clock).news(before)

    assert {one.conversation_id for one in news.seen} == {7, 8}


def test_a_screen_that_comes_back_to_a_reader_that_slept_has_missed_nothing(db):
    clock = Clock()
    hub = Hub(clock)
    before = str(hub.news("").mark)
    tell([7], timezone.now())
    clock.now += REMEMBERED_SECONDS + 60

    news = hub.news(before)

    assert [one.conversation_id for one in news.seen] == [7]


def test_a_page_is_told_of_what_changed_while_it_was_made(db):
    clock = Clock()
    hub = Hub(clock)
    hub.news("")
    tell([7], timezone.now())
    hub.read()

    news = hub.news(hub.bookmark())

    assert [one.conversation_id for one in news.seen] == [7]


def test_after_more_than_is_kept_a_screen_is_told_to_look_at_all_of_it(db):
    clock = Clock()
    hub = Hub(clock)

    news = hub.news(str(Mark("elsewhere", clock.now - 3700)))

    assert (news.seen, news.many) == ([], True)


def test_a_mark_that_makes_no_sense_is_none():
    assert read_mark("nonsense") is read_mark("") is read_mark("a-9e99") is read_mark("a-nan") is None
    assert read_mark("ab12-99.5") == Mark("ab12", 99.5)
