import numpy as np
import pytest

from livingroom.world.catalogue import PRODUCTS
from livingroom.world.clicks import NOBODY
from livingroom.world.countries import COUNTRIES, local_price_minor
from livingroom.world.generate import World
from livingroom.world.period import DAY, day_of
from livingroom.world.posts import SHARED_CODE, SINGLE_CODE
from livingroom.world.rates import to_dollars


def test_a_price_is_one_that_shops_print() -> None:
    by_code = {country.code: country for country in COUNTRIES}

    assert local_price_minor(599, by_code["US"]) == 598_99
    assert local_price_minor(599, by_code["BR"]) == 1_319_99
    assert local_price_minor(599, by_code["JP"]) == 57_980


def test_every_order_costs_what_its_basket_costs(corner_pc: World) -> None:
    orders = corner_pc.orders
    dearest = max(product.list_usd for product in PRODUCTS) * 4 + 200

    usd = to_dollars(orders.list_minor, orders.country, day_of(orders.at))
    assert (orders.gross_minor == orders.list_minor - orders.discount_minor).all()
    assert (orders.gross_minor > 0).all()
    assert usd.min() > 10
    assert usd.max() < dearest * 1.6  # local price levels and exchange rates
    assert 450 < usd.mean() < 650


def test_a_discount_is_never_more_than_a_third(corner_pc: World) -> None:
    orders = corner_pc.orders

    share = orders.discount_minor / orders.list_minor
    assert share.max() < 0.34
    assert (orders.discount_minor[orders.code_placement >= 0] > 0).all()


def test_the_margin_is_that_of_the_trade(corner_pc: World) -> None:
    orders = corner_pc.orders

    margin = 1 - orders.goods_minor.sum() / orders.list_minor.sum()
    assert margin == pytest.approx(0.24, abs=0.03)


def test_a_redeemed_code_is_the_placements_own(corner_pc: World) -> None:
    orders, codes, placements = corner_pc.orders, corner_pc.codes, corner_pc.placements
    single = dict(zip(codes.single.text, codes.single.placement.tolist(), strict=True))
    kinds = set()
    for text, placement in zip(orders.code, orders.code_placement.tolist(), strict=True):
        if placement < 0:
            assert text == ""
            continue
        kinds.add(int(placements.code_kind[placement]))
        assert single.get(text, placement) == placement
        assert text in single or text == codes.shared[placement]
    assert kinds == {SHARED_CODE, SINGLE_CODE}


def test_a_single_use_code_is_redeemed_once(corner_pc: World) -> None:
    single = set(corner_pc.codes.single.text)

    redeemed = [text for text in corner_pc.orders.code if text in single]
    assert redeemed
    assert len(redeemed) == len(set(redeemed))


def test_the_click_an_order_carries_came_before_it_and_is_a_persons(corner_pc: World) -> None:
    orders, clicks = corner_pc.orders, corner_pc.clicks
    rows = np.flatnonzero(orders.click != NOBODY)
    click = orders.click[rows]

    assert (clicks.at[click] <= orders.at[rows]).all()
    assert (orders.at[rows] - clicks.at[click] < 30 * DAY).all()
    assert not clicks.is_machine[click].any()
    assert (clicks.person[click] == orders.person[rows]).all()


def test_nobody_sends_back_more_than_she_paid(corner_pc: World) -> None:
    orders, refunds = corner_pc.orders, corner_pc.refunds

    paid = orders.gross_minor[refunds.order]
    assert len(set(refunds.order.tolist())) == len(refunds)
    assert (refunds.amount_minor > 0).all()
    assert (refunds.amount_minor <= paid).all()
    assert (refunds.amount_minor[refunds.is_whole] == paid[refunds.is_whole]).all()
    assert (refunds.at > orders.at[refunds.order]).all()
    assert 0.03 < len(refunds) / len(orders) < 0.09


def test_a_first_order_is_the_persons_first(corner_pc: World) -> None:
    orders = corner_pc.orders

    seen: set[int] = set()
    for person, is_first in zip(orders.person.tolist(), orders.is_first.tolist(), strict=True):
        assert is_first == (person not in seen)
        seen.add(person)
    assert 0.05 < 1 - len(seen) / len(orders) < 0.3
