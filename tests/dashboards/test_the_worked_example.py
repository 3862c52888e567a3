"""The example in docs/figures.md, worked by the code."""

import re
from pathlib import Path

from livingroom.dashboards.money_figures import Sums

DOCUMENT = Path(__file__).parents[2] / "docs" / "figures.md"


def stated(label: str) -> tuple[int, ...]:
    line = next(line for line in DOCUMENT.read_text().splitlines() if re.match(rf"\| \**{label}\** \|", line))
    return tuple(int(figure.replace(",", "")) for figure in re.findall(r"[\d,]+", line))


def test_the_documents_example_comes_out_as_it_says():
    sums = Sums(cost=90_00 + 10_00)
    sums.add("A", n_orders=1, net=1_000_00, discount=100_00, goods=600_00)
    sums.add("C", n_orders=1, net=400_00, discount=0, goods=200_00)
    sums.add("D", n_orders=1, net=50_00, discount=0, goods=0)
    sums.add("none", n_orders=7, net=99_000_00, discount=0, goods=1)

    revenue, profit, earned = sums.revenue, sums.profit, sums.return_share

    assert (revenue.floor // 100, revenue.ceiling // 100) == stated("net revenue")
    assert (profit.floor // 100, profit.ceiling // 100) == stated("profit")
    assert earned is not None
    assert tuple(round(share * 100) for share in earned) == stated("return")


def test_the_documents_break_even_comes_out_as_it_says():
    sums = Sums(cost=100_00)
    sums.add("A", n_orders=1, net=1_000_00, discount=100_00, goods=600_00)
    sums.add("C", n_orders=1, net=450_00, discount=0, goods=200_00)

    floor, ceiling = sums.break_even

    said = re.search(
        r"break-even at the ceiling .* = (\d+) %, at the floor .* = (\d+) %", DOCUMENT.read_text()
    )
    assert (round(ceiling * 100), round(floor * 100)) == (int(said[1]), int(said[2]))


def test_without_a_cost_or_a_margin_there_is_no_break_even():
    costly = Sums(cost=100_00)
    costly.add("A", n_orders=1, net=50_00, discount=0, goods=60_00)

    assert Sums().break_even is None
    assert costly.break_even is None


def test_without_a_cost_there_is_no_return():
    assert Sums().return_share is None
