from decimal import Decimal

from livingroom.networks.interface import Draft
from livingroom.networks.prices import price_of_post
from livingroom.networks.registry import NETWORKS, find_network


def test_a_post_on_x_costs_more_with_a_link() -> None:
    assert price_of_post("x", has_link=False).amount == Decimal("0.015")
    assert price_of_post("x", has_link=True).amount == Decimal("0.20")
    assert price_of_post("x", has_link=True).currency == "USD"


def test_bluesky_is_free_and_takes_points() -> None:
    (post,) = find_network("bluesky").render(Draft("Hello"))

    cost = find_network("bluesky").estimate(post)

    assert cost.amount == 0
    assert cost.quota == {"points": 3}


def test_an_unknown_network_says_that_its_price_is_unknown() -> None:
    assert "No price is known" in price_of_post("myspace", has_link=True).why


def test_every_network_has_a_price() -> None:
    for name in NETWORKS:
        assert price_of_post(name, has_link=True).why.startswith("a post with a link")
