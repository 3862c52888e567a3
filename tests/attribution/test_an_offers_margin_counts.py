"""What goods cost: the order's own figure, else by the margin or unit cost that its offer declares, else unknown."""

from decimal import Decimal

import pytest

from livingroom.attribution.models import MonthFigure, ReturnMonth
from livingroom.posts.models import Offer
from tests.attribution.scene import DAY, HOUR, NOON


@pytest.fixture
def sold(scene):
    """Sells one order of 80 $ with 20 $ off by a post of an offer that declares what its goods cost."""

    def sell(*, margin=None, unit_cost=None, currency="USD", goods=0, quantity=1, **offer):
        promised = scene.offer()
        Offer.objects.filter(pk=promised.pk).update(
            margin_share=margin, unit_cost_minor=unit_cost, currency=currency, **offer
        )
        placement = scene.placement(scene.branch())
        placement.post.offer = promised
        placement.post.save()
        order = scene.order(
            codes=[scene.code(placement)],
            click_id=scene.click(placement, NOON - HOUR),
            amount=80_00,
            discount=20_00,
            goods=goods,
            quantity=quantity,
        )
        scene.measure()
        return order

    sell.scene = scene
    return sell


def goods():
    row = ReturnMonth.objects.get()
    assert row.goods_minor == MonthFigure.objects.get().goods_minor
    return row.goods_minor, row.n_without_goods


def test_a_declared_margin_is_of_the_price_before_the_discount(sold):
    sold(margin=Decimal("0.3"))

    assert goods() == (70_00, 0)


def test_an_orders_own_cost_of_goods_comes_first(sold):
    sold(margin=Decimal("0.3"), goods=55_00)

    assert goods() == (55_00, 0)


def test_a_unit_cost_counts_for_every_piece(sold):
    sold(unit_cost=25_00, quantity=3)

    assert goods() == (75_00, 0)


def test_a_unit_cost_in_another_currency_is_turned_at_the_offers_first_day(sold):
    sold(unit_cost=10_00, currency="EUR")

    cost, _ = goods()
    assert cost == pytest.approx(14_00, abs=20)  # a euro was about 1.40 $ in June 2009


def test_what_nobody_declares_is_counted_as_unknown(sold):
    sold()

    assert goods() == (0, 1)
    assert ReturnMonth.objects.get().net_without_goods_minor == 80_00


def test_goods_stay_with_the_buyer_of_whom_a_part_was_given_back(sold):
    order = sold(margin=Decimal("0.3"))

    sold.scene.refund(order, 30_00, NOON + DAY)
    sold.scene.measure()

    assert goods() == (70_00, 0)


def test_goods_are_on_the_shelf_again_when_all_was_given_back(sold):
    order = sold(margin=Decimal("0.3"))

    sold.scene.refund(order, 80_00, NOON + DAY)
    sold.scene.measure()

    assert goods() == (0, 0)


def test_declaring_a_margin_later_is_news(sold):
    sold()

    Offer.objects.update(margin_share=Decimal("0.4"))
    sold.scene.measure()

    assert goods() == (60_00, 0)


def test_refunds_of_young_orders_are_expected_from_how_late_others_came(scene):
    post = scene.placement(scene.branch())
    for number in range(10):
        old = scene.order(click_id=scene.click(post, NOON - 101 * DAY), at=NOON - 100 * DAY, amount=100_00)
        if number < 2:
            scene.refund(old, 100_00, NOON - 80 * DAY)
    scene.order(click_id=scene.click(post, NOON - HOUR), at=NOON, amount=100_00)

    scene.measure()

    by_month = dict(ReturnMonth.objects.values_list("month__month", "to_come_minor"))
    assert by_month == {3: 0, 6: 20_00}
