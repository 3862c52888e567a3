"""Attendance by signed deliveries, and what an event brought, as rows."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from livingroom.community.events.announcing import draft_post
from livingroom.community.events.attendance import link_lately
from livingroom.community.events.attending import reply
from livingroom.community.events.outcome import outcome_of
from livingroom.community.events.putting_down import put_down, read_reference, take_away
from livingroom.community.events.venues import change_secret, make_venue
from livingroom.community.models import Attendance, Event
from livingroom.inbox.models import Author, Conversation, Message
from livingroom.links.models import ClickCount
from livingroom.networks.webhook.signing import headers_for
from livingroom.orders.models import Order, Shop
from livingroom.people.models import Handle
from livingroom.posts.models import Placement
from livingroom.posts.operations import schedule_placements
from tests.community import cast
from tests.community.cast import NOON
from tests.posts import cast as posts

pytestmark = pytest.mark.django_db


@pytest.fixture
def island():
    facts = {
        "world": "gridlands",
        "url": "https://gridlands.example/",
        "region": "Island",
        "coordinates": "1, 2, 3",
    }
    return make_venue(staff=cast.staff(), name="Corner Island", **facts, now=NOON)


@pytest.fixture
def session(island):
    return cast.event(
        kind=Event.Kind.SESSION, in_hours=-1, place="", venue=island[0], time_zone="UTC", title="Build night"
    )


def deliver(client, secret, delivery="d-1", kind="attendance.arrived", signed=None, **data):
    body = json.dumps(
        {"type": kind, "data": data or {"avatar": {"id": "a1", "name": "Robin Resident"}}}
    ).encode()
    # By the real clock, as the door reads it: a slow machine must not make a signature too old.
    headers = headers_for([secret], delivery, signed or body, datetime.now(UTC))
    named = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
    return client.post("/hooks/events/corner-island/", body, content_type="application/json", **named)


def test_a_delivery_counts_once_and_only_with_the_venues_signature(client, island, session):
    _, secret = island

    first, again = deliver(client, secret), deliver(client, secret)
    forged = deliver(client, secret, "d-2", signed=b"something else")

    assert (first.json(), again.json()["state"]) == ({"state": "taken", "n": 1}, "known")
    assert forged.status_code == 401
    assert Attendance.objects.get().event == session
    assert deliver(client, secret, "d-3", avatar={"name": "no id"}).status_code == 422
    assert deliver(client, secret, "d-4", event="other", avatar={"id": "a2"}).json()["field"] == "data.event"


def test_a_new_secret_leaves_a_week_for_the_old_one(client, island, session):
    venue, secret = island
    fresh = change_secret(staff=cast.staff(), venue=venue, now=NOON)

    assert deliver(client, secret, "d-1").status_code == 200
    assert deliver(client, fresh, "d-2").status_code == 200
    venue.previous_secret_until = NOON - timedelta(minutes=1)
    venue.save()
    assert deliver(client, secret, "d-3").status_code == 401


def test_coming_and_going_may_overtake_each_other(client, island, session):
    _, secret = island
    came, left = NOON - timedelta(minutes=50), NOON - timedelta(minutes=5)
    avatar = {"id": "a1", "name": "Robin Resident"}

    deliver(client, secret, "d-1", "attendance.left", avatar=avatar, at=left.isoformat())
    deliver(client, secret, "d-2", avatar=avatar, at=came.isoformat())

    row = Attendance.objects.get()
    assert (row.came_at, row.left_at) == (came, left)


def test_avatars_are_known_by_a_handle_or_by_what_people_said_and_else_stay_apart(client, island, session):
    _, secret = island
    robin, sam = cast.member("Robin"), cast.member("Sam")
    Handle.objects.create(customer=robin.customer, kind="network", value="gridlands:a1", seen_at=NOON)
    reply(member=sam, event=session, answer="yes", avatar="Sam Sky", now=NOON)

    for number, name in (("a1", "Anything"), ("a2", "sam sky"), ("a3", "Stranger")):
        deliver(client, secret, f"d-{number}", avatar={"id": number, "name": name})

    linked = dict(Attendance.objects.values_list("avatar_id", "linked_by"))
    assert linked == {"a1": "handle", "a2": "said", "a3": ""}
    assert Attendance.objects.get(avatar_id="a1").member == robin
    Handle.objects.create(customer=sam.customer, kind="network", value="gridlands:a3", seen_at=NOON)
    assert link_lately(session.starts_at + timedelta(days=1)) == 1


def test_announcements_have_links_of_their_own_and_bring_what_is_counted(house):
    shop = Shop.objects.create(slug="us", name="US", kind="generic")
    outlet, brazil = (
        posts.branch("Outlet"),
        posts.branch("Brazil", language="pt", time_zone="America/Sao_Paulo"),
    )
    event = cast.event(
        more_url=f"https://{posts.SHOP}/bamboo", words={"pt": {"title": "O computador de bambu"}}
    )

    post = draft_post(staff=posts.staff(), event=event, branches=[outlet, brazil], now=NOON)
    texts = {row.branch.name: row.text for row in post.placements.all()}
    Placement.objects.filter(post=post).update(code_kind="shared", text_override="Come with {code}: {link}")
    due = {row.pk: NOON + timedelta(hours=1) for row in post.placements.all()}
    made = schedule_placements(staff=posts.staff(), due=due, now=NOON)
    ClickCount.objects.create(link=made[0].link, on=NOON.date(), click_class="human", n=7, n_unique=5)
    ClickCount.objects.create(link=made[0].link, on=NOON.date(), click_class="bot", n=90)
    code = made[1].link.codes.get().text
    facts = {
        "shop": shop,
        "currency": "USD",
        "placed_at": NOON,
        "changed_at": NOON,
        "net_reporting_minor": 49900,
    }
    Order.objects.create(external_id="1", codes=[code], **facts)
    Order.objects.create(external_id="2", codes=["OTHER"], **facts)

    found = outcome_of(event, NOON)

    assert len({row.link_id for row in made}) == 2
    assert texts["Brazil"].startswith("O computador de bambu\n")
    assert "(Sao Paulo)" in texts["Brazil"]
    assert (found.n_clicks, [order.external_id for order in found.orders], found.net_minor) == (
        7,
        ["1"],
        49900,
    )
    assert [row.n_orders for row in found.placements if row.codes == (code,)] == [1]


def test_conversations_that_name_it_count_and_others_only_by_hand(house):
    event = cast.event()
    author = Author.objects.create(network="sandbox", author_id="jo", first_seen_at=NOON)
    cases = [
        Conversation.objects.create(
            network="sandbox", thread_key=str(number), author=author, opened_at=NOON, last_message_at=NOON
        )
        for number in range(2)
    ]
    for case, text in zip(
        cases, ("Was at the bamboo desktop LAUNCH, great", "Where is my parcel?"), strict=True
    ):
        Message.objects.create(conversation=case, direction="in", at=NOON, text=text)

    assert [row.pk for row in outcome_of(event, NOON).naming_conversations] == [cases[0].pk]
    conversation, idea = read_reference(f"https://house.example/inbox/{cases[1].pk}/")
    row = put_down(staff=cast.anna(), event=event, conversation=conversation, idea=idea, now=NOON)
    assert [one.conversation for one in outcome_of(event, NOON).attached_conversations] == [cases[1]]
    take_away(staff=cast.anna(), row=row, now=NOON)
    assert outcome_of(event, NOON).attached_conversations == []


def test_the_desk_shows_it_and_an_analyst_reads_no_names(client, session):
    reply(member=cast.member("Robin Goodfellow"), event=session, answer="yes", now=NOON)
    client.force_login(cast.staff("Ian", "analyst"))

    page = client.get(f"/community/events/{session.pk}/").content.decode()

    assert "Robin Goodfellow" not in page
    assert "What came of it" in page
    assert client.get("/community/events/").status_code == 200
    assert client.get("/community/events/venues/").status_code == 200
    assert client.post(f"/community/events/{session.pk}/cancel/", {"reason": "x"}).status_code == 403
    assert client.get("/community/events/new/").status_code == 403
    client.force_login(cast.staff())
    assert client.get(f"/community/events/{session.pk}/edit/").status_code == 200
    assert "Robin Goodfellow" in client.get(f"/community/events/{session.pk}/").content.decode()


@pytest.fixture
def house(db):
    return posts.open_house()
