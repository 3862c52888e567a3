from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from livingroom.branches.models import Branch
from livingroom.networks.errors import Invalid, RateLimited
from livingroom.networks.interface import Draft
from livingroom.networks.models import Connection
from livingroom.networks.operations import open_connection
from livingroom.networks.readings import StoredReadings
from livingroom.networks.vault import seal
from livingroom.networks.x.network import XNetwork
from livingroom.orders.models import Cost
from livingroom.orders.reading_fees import book_reading_fees
from tests.networks.conformance import long_ago, new_key, read_all, rendered, words
from tests.networks.x_stage import XStage

TODAY = datetime(2026, 11, 22, tzinfo=UTC).date()


def spent(stage: XStage) -> Decimal:
    return stage.readings.spent(datetime.now(UTC).date())


def test_a_post_costs_more_with_any_address_in_it() -> None:
    (plain,) = XNetwork.render(Draft("A desk for less"))
    (linked,) = XNetwork.render(Draft("A desk for less"), "https://go.example.com/k7mq4r")
    (bare,) = XNetwork.render(Draft("A desk for less at shop.example.com"))

    costs = [XNetwork.estimate(post).amount for post in (plain, linked, bare)]

    assert costs == [Decimal("0.015"), Decimal("0.20"), Decimal("0.20")]


def test_a_poll_says_what_it_costs_at_most() -> None:
    cost = XNetwork.estimate_read("replies")

    assert (cost.amount, cost.currency) == (Decimal("0.500"), "USD")
    assert "100 posts" in cost.why


def test_what_is_read_is_booked_and_nothing_else() -> None:
    stage = XStage()
    ours = stage.new_post()
    before = spent(stage)

    read_all(stage.network, "replies", "")
    nothing = spent(stage) - before
    for number in range(3):
        stage.someone_replies(ours, words(str(number)))
    read_all(stage.network, "replies", "")

    assert nothing == 0
    assert spent(stage) - before == 3 * Decimal("0.005")


def test_our_own_posts_and_figures_cost_less() -> None:
    stage = XStage()
    post = rendered(stage.network, words())
    published = stage.network.publish(post, new_key())
    before = spent(stage)

    stage.network.find_published(post, "key", long_ago())
    stage.network.metrics([published.ref])

    assert spent(stage) - before == 2 * Decimal("0.001")


def test_a_used_up_budget_stops_reading_until_tomorrow_but_never_the_search_for_our_own_post() -> None:
    stage = XStage(budget="0.05")
    post = rendered(stage.network, words())
    published = stage.network.publish(post, new_key())
    stage.readings.book(datetime.now(UTC).date(), Decimal("0.01"), 2)

    with pytest.raises(RateLimited, match=r"0\.01 of 0\.05 USD") as limited:
        stage.network.poll("replies")

    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    assert limited.value.retry_at.date() == tomorrow
    found = stage.network.find_published(post, "key", long_ago())
    assert found is not None
    assert found.ref.id == published.ref.id


def test_a_page_is_never_larger_than_what_is_left() -> None:
    stage = XStage(budget="0.10")

    stage.network.poll("mentions")

    assert stage.asked[-1].one("max_results") == "20"


def test_a_budget_that_is_no_amount_is_refused() -> None:
    for typed in ("plenty", "-1", "NaN"):
        with pytest.raises(Invalid) as refused:
            XNetwork.begin({"client_id": "our-app", "daily_budget": typed}, XStage().network.transport)
        assert refused.value.field == "daily_budget"


@pytest.mark.django_db
def test_the_book_is_kept_per_account_and_day_and_several_writers_add_up() -> None:
    row = Connection.objects.create(
        network="x", account_id="1", handle="corner", credentials_encrypted=seal({"daily_budget": "2.50"})
    )
    other = Connection.objects.create(network="x", account_id="2", handle="other")

    StoredReadings(row.pk).book(TODAY, Decimal("0.015"), 3)
    StoredReadings(row.pk).book(TODAY, Decimal("0.001"), 1)
    StoredReadings(row.pk).book(TODAY + timedelta(days=1), Decimal("0.005"), 1)

    assert StoredReadings(row.pk).spent(TODAY) == Decimal("0.016")
    assert StoredReadings(other.pk).spent(TODAY) == 0
    network = open_connection(row)
    assert isinstance(network, XNetwork)
    assert network.budget.a_day == Decimal("2.50")
    assert network.budget.book.spent(TODAY) == Decimal("0.016")


@pytest.mark.django_db
def test_a_day_of_reading_is_a_cost_of_its_branch_once_the_day_is_over() -> None:
    row = Connection.objects.create(network="x", account_id="1", handle="corner")
    branch = Branch.objects.create(
        name="Corner on X", slug="corner", network="x", connection=row, opened_on=TODAY
    )
    StoredReadings(row.pk).book(TODAY, Decimal("0.505"), 101)
    noon = datetime(2026, 11, 22, 12, tzinfo=UTC)

    booked = [
        book_reading_fees(noon),
        book_reading_fees(noon + timedelta(days=1)),
        book_reading_fees(noon + timedelta(days=2)),
    ]

    assert booked == [0, 1, 0]
    cost = Cost.objects.get()
    assert (cost.kind, cost.branch, cost.on) == (Cost.Kind.NETWORK_FEE, branch, TODAY)
    assert (cost.amount_minor, cost.currency) == (51, "USD")
    assert "101 posts" in cost.text
