"""By segment: what each bought in a period, what was posted for it, two beside each other, and no group that is too small."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.cache import cache

from livingroom.attribution.models import Evidence
from livingroom.dashboards.by_segment import Row, read_by_segment
from livingroom.dashboards.period import Period
from livingroom.dashboards.segment_pair import Pair, Part, read_pair
from livingroom.links.models import ClickClass, ClickCount
from livingroom.orders.models import Order, Shop
from livingroom.people.models import Customer
from livingroom.posts.models import Placement, Post
from livingroom.segments.asking import overlap
from livingroom.segments.compiling import EVERYBODY, NOBODY
from livingroom.segments.keeping import keep
from livingroom.segments.models import Segment, SegmentVersion
from livingroom.segments.operations import save_segment
from livingroom.segments.privacy import intersections, too_near
from tests.segments import cast
from tests.segments.cast import rule

pytestmark = pytest.mark.django_db
NOW = datetime(2009, 11, 22, 12, tzinfo=UTC)
NOVEMBER = Period(date(2009, 11, 1), date(2009, 11, 1))


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def segment(name: str, countries: list[str], **more: object) -> SegmentVersion:
    made = save_segment(
        staff=cast.staff(), name=name, rule=rule(("country", "is", countries)), purpose="offers", ground="interest",
        now=NOW, **more,
    )  # type: ignore[arg-type]  # fmt: skip
    assert made.current is not None
    return made.current


@pytest.fixture
def buyers() -> None:
    """25 Canadians, 15 Brazilians and 3 Irish bought for 100 dollars each; 20 of the Canadians in October. Twelve look on."""
    shop = Shop.objects.create(slug="outlet", name="Outlet", kind="csv", currency="USD")
    for number in range(43):
        country = "CA" if number < 25 else "BR" if number < 40 else "IE"
        placed_at = NOW - timedelta(days=40) if number < 20 else NOW
        buyer = Customer.objects.create(country=country, first_seen_at=NOW)
        order = Order.objects.create(
            shop=shop, external_id=str(number), placed_at=placed_at, customer=buyer, currency="USD", gross_minor=10_000,
            net_minor=10_000, net_reporting_minor=10_000, changed_at=NOW, country=country,
        )  # fmt: skip
        grade = "A" if number < 12 else "none"
        Evidence.objects.create(
            order=order, grade=grade, reason="", rule_version="1", placed_at=placed_at, currency="USD"
        )
    for _ in range(12):
        Customer.objects.create(country="US", first_seen_at=NOW)
    keep(NOW)


def rows(period: Period | None = None) -> dict[str, Row]:
    return {row.version.segment.name: row for row in read_by_segment(NOW, period=period).rows}


def test_the_report_tells_what_segments_bought_and_no_small_group(buyers: None) -> None:
    for name, countries in (
        ("Canada", ["CA"]),
        ("Ireland", ["IE"]),
        ("Both", ["CA", "IE"]),
        ("Brazil", ["BR"]),
    ):
        segment(name, countries)

    found = rows()

    canada, brazil = found["Canada"], found["Brazil"]
    assert (canada.people, canada.n_orders, canada.net_minor) == ("25", 25, 250_000)
    assert (canada.floor_minor, canada.ceiling_minor) == (120_000, 120_000)
    assert (brazil.n_orders, brazil.floor_minor) == (15, 0)
    assert (found["Ireland"].people, found["Ireland"].n_orders) == ("fewer than 10", None)
    # Less Canada it would tell of Ireland.
    assert (found["Both"].people, found["Both"].n_orders) == ("not told", None)
    client = cast.signed_in("manager")
    assert "fewer than 10" in client.get("/by-segment/").content.decode()
    told = client.get("/by-segment/export.json").json()
    assert [row["people"] for row in told["segments"]] == ["25", "15", "not told", "fewer than 10"]


def test_a_period_counts_its_own_orders_and_says_none_of_too_few_buyers(buyers: None) -> None:
    segment("Canada", ["CA"])
    segment("Brazil", ["BR"])

    november, october = rows(NOVEMBER), rows(Period(date(2009, 10, 1), date(2009, 10, 1)))

    assert [november["Brazil"].n_orders, november["Brazil"].net_minor] == [15, 150_000]
    assert november["Canada"].n_people == 25
    assert november["Canada"].n_orders is None
    assert [october["Canada"].n_orders, october["Canada"].floor_minor] == [
        20,
        None,
    ]  # twelve have evidence, eight none
    assert october["Brazil"].n_orders == 0
    page = cast.signed_in("manager").get("/by-segment/?from=2009-11&to=2009-11").content.decode()
    assert "November 2009" in page
    assert "/by-segment/export.csv?from=2009-11&amp;to=2009-11" in page


def test_no_segment_is_left_out_however_many_there_are(buyers: None) -> None:
    for number in range(35):
        segment(f"Canada {number:02}", ["CA"])
    segment("Both", ["CA", "IE"])

    first, second = (read_by_segment(NOW, page=number) for number in (1, 2))
    found = read_by_segment(NOW, search="canada 34")

    assert [len(first.rows), len(second.rows), first.n_found, first.n_pages] == [30, 6, 36, 2]
    assert {row.people for row in first.rows} == {"25"}
    # It lies on another page than what it must not be compared with, and is not told there either.
    assert [row.people for row in second.rows if row.version.segment.name == "Both"] == ["not told"]
    assert [row.version.segment.name for row in found.rows] == ["Canada 34"]
    assert len(cast.signed_in("manager").get("/by-segment/export.json").json()["segments"]) == 36
    assert "1 to 30 of 36" in cast.signed_in("manager").get("/by-segment/").content.decode()


def test_it_says_what_was_posted_for_each(buyers: None) -> None:
    canada = segment("Canada", ["CA"])
    branch = cast.branch()
    link = cast.code_of(branch, "MAPLE").link
    post = Post.objects.create(
        title="Maple", text="Maple", segment_version=canada, created_at=NOW, updated_at=NOW
    )
    placement = Placement.objects.create(post=post, branch=branch, link=link, state="sent", sent_at=NOW)
    ClickCount.objects.create(link=link, on=NOW.date(), click_class=ClickClass.HUMAN, n=7)
    ClickCount.objects.create(link=link, on=NOW.date(), click_class=ClickClass.BOT, n=90)
    Evidence.objects.filter(order__external_id__in=["0", "1"]).update(placement=placement)
    segment(
        "Canada", ["CA", "BR"], segment=Segment.objects.get(name="Canada")
    )  # the next version counts the same posts

    posted = rows()["Canada"].posted
    earlier = rows(Period(date(2009, 9, 1), date(2009, 9, 1)))["Canada"].posted

    assert [posted.n_placements, posted.n_clicks, posted.floor_minor] == [1, 7, 20_000]
    assert [earlier.n_placements, earlier.n_clicks, earlier.floor_minor] == [0, 0, 0]
    client = cast.signed_in("manager")
    assert "/posts/?state=sent&amp;segment=canada" in client.get("/by-segment/").content.decode()
    assert "Maple" in client.get("/posts/?state=sent&segment=canada").content.decode()


def parts(pair: Pair) -> dict[str, Part]:
    return {part.key: part for part in pair.parts}


def test_two_segments_are_laid_beside_each_other(buyers: None) -> None:
    north, south = segment("North", ["CA", "BR"]), segment("South", ["BR"])

    pair = read_pair(north, south, NOW)
    found = parts(pair)

    assert [part.n_people for part in pair.parts] == [40, 15, 15, 25, 0]
    assert [found["both"].net_minor, found["one_alone"].net_minor, found["one"].net_minor] == [
        150_000,
        250_000,
        400_000,
    ]
    assert (pair.both_of_one, pair.both_of_other, found["both"].net_each_minor) == (15 / 40, 1.0, 10_000)
    page = cast.signed_in("manager").get("/by-segment/two/?one=north&other=south").content.decode()
    assert "North alone" in page
    assert "37" in page
    told = cast.signed_in("manager").get("/by-segment/two/export.json?one=north&other=south").json()
    assert [row["orders"] for row in told["parts"]] == [40, 15, 15, 25, 0]


def test_of_two_segments_no_part_is_told_that_gives_a_small_one_away(buyers: None) -> None:
    with_irish, without = segment("With Irish", ["CA", "IE", "BR"]), segment("Without", ["CA", "BR"])

    pair = read_pair(with_irish, without, NOW)

    assert [part.people for part in pair.parts] == ["not told", "40", "not told", "fewer than 10", "0"]
    assert [pair.both_of_one, pair.both_of_other] == [None, None]


def test_figures_of_the_parts_are_told_together_or_not_at_all(buyers: None) -> None:
    canada, americas = segment("Canada", ["CA"]), segment("Americas", ["CA", "BR"])

    november = parts(read_pair(americas, canada, NOW, NOVEMBER))

    # Five Canadians bought in November: neither their line nor what is left without them may be told.
    assert [november[key].n_orders for key in ("one", "both", "one_alone")] == [20, None, None]
    assert [november[key].n_people for key in ("one", "both", "one_alone")] == [40, 25, 15]


def test_patterns_of_many_segments_are_laid_over_each_other_in_one_question(buyers: None) -> None:
    conditions = [EVERYBODY if place in (0, 31, 64) else NOBODY for place in range(65)]

    assert overlap(conditions) == {1 | 1 << 31 | 1 << 64: 55}
    assert overlap([]) == {0: 55}


def test_intersections_are_counted_exactly() -> None:
    patterns = {0b001: 5, 0b011: 7, 1 << 40 | 0b010: 2**40, 0: 3}

    together = intersections(patterns, 41)

    assert [int(together[0, 0]), int(together[0, 1]), int(together[1, 1]), int(together[40, 1])] == [
        12, 7, 2**40 + 7, 2**40,
    ]  # fmt: skip
    assert too_near({0b11: 30, 0b01: 4, 0: 100}, 2, 10) == {0}
