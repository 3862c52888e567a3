import re
from datetime import UTC, datetime, timedelta

import pytest

from livingroom.posts.models import Offer, Placement
from livingroom.shared.models import Brand
from tests.posts import cast
from tests.posts.cast import NOON

pytestmark = pytest.mark.django_db


def offer_answers(**answers) -> dict[str, object]:
    return {
        "name": "Winter 15",
        "kind": "percent",
        "percent": "15",
        "currency": "USD",
        "destination": f"https://{cast.SHOP}/laptops",
        "starts_at": "2026-12-01T00:00",
        "ends_at": "2026-12-31T23:59",
        "time_zone": "UTC",
        "margin_percent": "22",
        **answers,
    }


def test_an_offer_is_written(maya):
    answer = maya.post("/offers/new/", offer_answers(countries=["BR", "US"], stock_cap="40", unit_cost=""))

    offer = Offer.objects.get()
    assert answer.headers["Location"] == "/offers/"
    assert offer.promise == "15 % off"
    assert offer.countries == ["BR", "US"]
    assert offer.starts_at == datetime(2026, 12, 1, tzinfo=UTC)


def test_the_window_is_in_the_offers_zone(maya):
    cast.branch(time_zone="America/Sao_Paulo")

    maya.post("/offers/new/", offer_answers(time_zone="America/Sao_Paulo"))

    assert Offer.objects.get().starts_at == datetime(2026, 12, 1, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"percent": ""}, "Say how many per cent"),
        ({"percent": "0"}, "Say how many per cent"),
        ({"kind": "amount", "amount": ""}, "Say how much is taken off."),
        ({"kind": "amount", "amount": "9.999"}, "9.999 USD is finer than USD goes"),
        ({"kind": "bundle", "bundle": ""}, "Say what comes with it."),
        ({"ends_at": "2026-11-30T00:00"}, "It ends before it begins."),
        ({"unit_cost": "300"}, "Give the margin or the unit cost, not both"),
        ({"destination": "https://other.example/"}, "An admin can add it in Settings."),
        ({"currency": "XXX"}, "is no ISO 4217 currency code"),
    ],
)
def test_what_must_be_mended_is_said(maya, answers, said):
    answer = maya.post("/offers/new/", offer_answers(**answers))

    assert answer.status_code == 422
    assert said in answer.content.decode().replace("&#x27;", "'")
    assert not Offer.objects.exists()


def test_a_discount_above_the_margin_is_allowed_but_said(maya):
    answer = maya.post("/offers/new/", offer_answers(percent="30"), follow=True)

    assert "every sale loses money" in answer.content.decode()
    assert Offer.objects.exists()


def test_an_admin_can_allow_the_shop_while_writing_and_nobody_else(client, maya):
    new_shop = offer_answers(destination="https://new.cornerpc.example/", allow_host="on")
    maya.post("/offers/new/", new_shop)
    assert not Offer.objects.exists()

    client.force_login(cast.ada())
    client.post("/offers/new/", new_shop)

    assert Offer.objects.exists()
    assert "new.cornerpc.example" in Brand.current().allowed_hosts


def test_codes_follow_when_the_offer_is_prolonged(maya):
    placement = cast.placement()
    offer = placement.post.offer
    end = (NOON + timedelta(days=60)).strftime("%Y-%m-%dT%H:%M")
    start = offer.starts_at.strftime("%Y-%m-%dT%H:%M")

    maya.post(f"/offers/{offer.pk}/", offer_answers(starts_at=start, ends_at=end))

    assert placement.link.codes.get().ends_at == NOON + timedelta(days=60)


def test_the_calendar_shows_a_day_on_the_chosen_clock(maya):
    outlet = cast.branch(time_zone="America/Sao_Paulo")
    offer = cast.offer(ends_at=NOON + timedelta(days=200))
    midnight = (NOON + timedelta(days=40)).replace(hour=1, minute=30)
    cast.placement(outlet, offer=offer, due_at=midnight, title="Carnival")

    utc = maya.get("/calendar/", {"view": "day", "on": midnight.date().isoformat()}).content.decode()
    there = maya.get(
        "/calendar/", {"view": "day", "on": midnight.date().isoformat(), "zone": "America/Sao_Paulo"}
    )

    assert "Carnival" in utc
    assert "Carnival" not in there.content.decode()


@pytest.mark.parametrize("view", ["month", "week", "day", "nonsense"])
@pytest.mark.parametrize("on", ["2009-12-24", "2026-02-30", ""])
def test_the_calendar_opens_whatever_is_asked(maya, view, on):
    assert maya.get("/calendar/", {"view": view, "on": on, "zone": "Mars/Olympus"}).status_code == 200


def test_a_full_month_needs_few_queries(maya, django_assert_max_num_queries):
    outlets = [cast.branch(f"Outlet {number}") for number in range(3)]
    offer = cast.offer()
    for hours in range(8):
        cast.placement(*outlets, offer=offer, due_at=NOON + timedelta(hours=hours), title=f"Post {hours}")

    with django_assert_max_num_queries(10):
        page = maya.get("/calendar/", {"on": NOON.date().isoformat()}).content.decode()

    assert "more</a>" in page


def test_posts_are_listed_by_state_and_page(maya):
    outlet = cast.branch()
    cast.post(outlet, title="A draft")
    cast.placement(outlet, title="A promise")

    drafts = maya.get("/posts/", {"state": "draft"}).content.decode()

    assert "A draft" in drafts
    assert "A promise" not in drafts


def test_an_empty_month_leads_to_where_there_is_something(maya):
    cast.placement(cast.branch(), due_at=datetime(2009, 12, 31, 23, tzinfo=UTC))

    page = maya.get("/calendar/", {"on": "2026-11-22"}).content.decode()

    assert "on=2009-12-31" in page


def test_the_list_of_posts_can_be_kept_to_a_branch_and_months(maya):
    outlet, brasil = cast.branch("Outlet"), cast.branch("Brasil")
    for branch, title, sent_at in (
        (outlet, "In June", datetime(2009, 6, 30, 23, 59, tzinfo=UTC)),
        (outlet, "In July", datetime(2009, 7, 1, tzinfo=UTC)),
        (brasil, "Elsewhere", datetime(2009, 6, 15, tzinfo=UTC)),
    ):
        placement = cast.placement(branch, title=title)
        Placement.objects.filter(pk=placement.pk).update(state="sent", sent_at=sent_at)

    page = maya.get(f"/posts/?state=sent&branch={outlet.slug}&from=2009-06&to=2009-06").content.decode()

    assert "In June" in page
    assert "In July" not in page
    assert "Elsewhere" not in page


def test_older_posts_are_a_link_away(maya):
    branch = cast.branch()
    for n in range(31):
        cast.placement(branch, title=f"Post number {n:02}")
    first = maya.get("/posts/?state=scheduled").content.decode()
    older = re.search(r'href="(\?state=scheduled&amp;before=\d+)"', first)

    second = maya.get("/posts/" + older[1].replace("&amp;", "&")).content.decode()

    assert "Post number 00" not in first
    assert "Post number 00" in second
