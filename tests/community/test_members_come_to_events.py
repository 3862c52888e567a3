"""Seats, guests, the waiting list, what is told by mail, and calendars that follow."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from icalendar import Calendar

from livingroom.community.events.attending import counts, reply
from livingroom.community.events.operations import CannotChange, cancel, save_event
from livingroom.community.events.telling import remind
from livingroom.community.models import Event, Rsvp
from livingroom.people.members.doing import CannotDo
from livingroom.people.members.letters import send_what_waits, stop_by_link
from livingroom.people.models import Letter
from tests.community import cast
from tests.community.cast import NOON

pytestmark = pytest.mark.django_db


def letters_of(member):
    return [letter.text.splitlines()[0] for letter in Letter.objects.filter(member=member).order_by("pk")]


def test_a_visitor_comes_once_their_letter_is_opened(client):
    event = cast.event(most_guests=2)

    page = client.get(f"/events/{event.slug}/?lang=de").content.decode()
    lang = re.search(r'name="lang" value="(\w+)"', page)[1]
    asked = client.post(f"/events/{event.slug}/rsvp/", {"answer": "yes", "guests": "2", "lang": lang})
    token = re.search(r'name="deed" value="([^"]+)"', asked.content.decode())[1]
    client.post("/me/sign-in/", {"name": "Ana", "mail": "ana@example.org", "deed": token, "lang": lang})
    assert not Rsvp.objects.exists()
    client.post(re.search(r"/me/letter/\S+", mail.outbox[-1].body)[0])

    row = Rsvp.objects.get()
    assert (row.member.name, row.answer, row.n_guests, row.waits_since) == ("Ana", "yes", 2, None)
    assert row.member.language == "de"
    assert "Sie kommen, mit 2 Gästen." in client.get(f"/events/{event.slug}/").content.decode()


def test_who_finds_no_seat_waits_and_moves_up_in_order():
    event = cast.event(capacity=3)
    robin, sam, uma, vic = (cast.member(name) for name in ("Robin", "Sam", "Uma", "Vic"))

    reply(member=robin, event=event, answer="yes", n_guests=1, now=NOON)
    reply(member=sam, event=event, answer="yes", n_guests=1, now=NOON + timedelta(minutes=1))
    reply(member=uma, event=event, answer="yes", now=NOON + timedelta(minutes=2))
    reply(member=vic, event=event, answer="maybe", now=NOON + timedelta(minutes=3))

    assert counts(event)["n_waiting"] == 2, "Uma alone would fit, but does not pass Sam"
    reply(member=robin, event=event, answer="no", now=NOON + timedelta(minutes=9))
    assert {row.member.name for row in Rsvp.objects.filter(answer="yes", waits_since=None)} == {"Sam", "Uma"}
    assert letters_of(sam)[-1] == "A seat is free: you come to “Bamboo desktop launch”."
    assert counts(event) | {} == {
        "n_yes": 2, "n_maybe": 1, "n_no": 1, "n_waiting": 0, "n_seats_taken": 3, "n_seats_free": 0
    }  # fmt: skip


def test_who_has_a_seat_never_loses_it_to_their_own_guests():
    event = cast.event(capacity=2)
    robin, sam = cast.member("Robin"), cast.member("Sam")
    reply(member=robin, event=event, answer="yes", now=NOON)
    reply(member=sam, event=event, answer="yes", now=NOON)

    with pytest.raises(CannotDo, match="fewer guests"):
        reply(member=robin, event=event, answer="yes", n_guests=1, now=NOON)

    assert Rsvp.objects.get(member=robin).waits_since is None


def test_more_seats_let_the_line_in():
    event = cast.event(capacity=1)
    for place, name in enumerate(("Robin", "Sam", "Uma")):
        reply(member=cast.member(name), event=event, answer="yes", now=NOON + timedelta(minutes=place))

    save_event(
        staff=cast.staff(), event=event, draft=cast.draft_of(event, capacity=2), now=NOON + timedelta(hours=1)
    )

    assert counts(event)["n_waiting"] == 1
    assert letters_of(cast.member("Sam"))[-1].startswith("A seat is free")


def test_reminders_come_a_day_and_an_hour_before_once_in_ones_language():
    event = cast.event(in_hours=30)
    robin, late = cast.member("Robin", language="de"), cast.member("Late")
    reply(member=robin, event=event, answer="yes", now=NOON)
    Letter.objects.all().delete()

    remind(NOON + timedelta(hours=4))
    assert letters_of(robin) == []
    day_before = NOON + timedelta(hours=6)
    remind(day_before)
    remind(day_before + timedelta(minutes=1))
    reply(member=late, event=event, answer="yes", now=day_before + timedelta(hours=1))
    remind(day_before + timedelta(hours=2))
    remind(NOON + timedelta(hours=28, minutes=50))
    remind(NOON + timedelta(hours=29, minutes=30))

    assert letters_of(robin) == [
        "Morgen: „Bamboo desktop launch“.",
        "In einer Stunde: „Bamboo desktop launch“.",
    ]
    assert letters_of(late)[1:] == ["In an hour: “Bamboo desktop launch”."], (
        "their own answer was a letter already"
    )


def test_a_link_in_the_letter_ends_letters_about_this_event():
    event, robin = cast.event(in_hours=20), cast.member()
    reply(member=robin, event=event, answer="yes", now=NOON - timedelta(days=2))
    send_what_waits(NOON)
    token = re.search(r"/me/stop/(\S+)/", mail.outbox[-1].body)[1]

    stop_by_link(token, NOON)
    remind(NOON)
    cancel(staff=cast.staff(), event=event, reason="The store is flooded.", now=NOON)

    assert len(letters_of(robin)) == 1


def test_calendars_follow_what_moves_and_strike_out_what_is_called_off(client):
    event, robin = cast.event(text="See it.\nLift it; ask."), cast.member()
    reply(member=robin, event=event, answer="yes", now=NOON)
    before = entry_of(client, event)

    later = event.starts_at + timedelta(hours=5)
    moved = cast.draft_of(event, starts_at=later, ends_at=later + timedelta(hours=1))
    save_event(staff=cast.staff(), event=event, draft=moved, now=NOON)
    after = entry_of(client, event)
    cancel(staff=cast.staff(), event=event, reason="The store is flooded.", now=NOON)
    gone = entry_of(client, event)

    assert before["uid"] == after["uid"] == gone["uid"]
    assert [int(one["sequence"]) for one in (before, after, gone)] == [0, 1, 2]
    assert after.start == later
    assert after["dtstart"].params["TZID"] == "America/Chicago"
    assert (before["status"], gone["status"]) == ("CONFIRMED", "CANCELLED")
    assert letters_of(robin)[1].startswith("“Bamboo desktop launch” is at another time")
    assert "flooded" in Letter.objects.filter(member=robin).last().text
    with pytest.raises(CannotDo):
        reply(member=robin, event=event, answer="yes", now=NOON)


def entry_of(client, event):
    content = client.get(f"/events/{event.slug}.ics").content
    assert b"\r\n" in content
    assert max(map(len, content.split(b"\r\n"))) <= 75, "RFC 5545 folds lines"
    calendar = Calendar.from_ical(content)
    assert calendar["version"] == "2.0"
    assert [zone["TZID"] for zone in calendar.walk("VTIMEZONE")] == ["America/Chicago"]
    [entry] = calendar.walk("VEVENT")
    assert not entry.errors
    return entry


def test_the_page_says_the_time_of_the_place_and_of_the_branches(client):
    from tests.posts import cast as posts

    posts.branch("Tokyo", connected=False, time_zone="Asia/Tokyo")
    event = cast.event(words={"de": {"title": "Der Bambusrechner", "text": ""}})

    page = client.get(f"/events/{event.slug}/?lang=de").content.decode()

    assert "Der Bambusrechner" in page
    assert "(Chicago)" in page
    assert "Tokyo" in page
    assert f'data-own-time="{event.starts_at.isoformat()}"' in page
    assert "<iframe" not in page, "nothing of third parties is loaded"


def test_drafts_are_nobodys_business_and_events_need_a_place(client):
    draft = cast.event(is_announced=False)
    nowhere = cast.event(is_announced=False, place="", title="Nowhere in particular")

    assert client.get(f"/events/{draft.slug}/").status_code == 404
    assert client.get("/events/").status_code == 200
    assert "Bamboo" not in client.get("/events/feed.atom").content.decode()
    from livingroom.community.events.operations import announce

    with pytest.raises(CannotChange, match="where"):
        announce(staff=cast.staff(), event=nowhere, now=NOON)
    assert Event.objects.filter(state="draft").count() == 2


def test_many_events_to_come_stand_on_pages(client):
    for number in range(32):
        cast.event(title=f"Evening {number:02}", in_hours=24 + number)

    first, second = (client.get(f"/events/?page={number}").content.decode() for number in (1, 2))

    assert ["Evening 29" in first, "Evening 30" in first, "page=2" in first] == [True, False, True]
    assert ["Evening 29" in second, "Evening 31" in second, "page=3" in second] == [False, True, False]
