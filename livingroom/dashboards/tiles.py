"""The overview's tiles: each figure ready to print, with its note and the address of the rows behind it."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from livingroom.dashboards.money_figures import Sums
from livingroom.dashboards.overview import Overview
from livingroom.shared.money import MINUS, format_money
from livingroom.shared.templatetags.words import number, number_compact, percent

WORD_JOINER = "\u2060"  # a minus must not stay behind at the end of a line


@dataclass(frozen=True)
class Tile:
    label: str
    value: str
    note: str
    url: str = ""
    high: str = ""
    tone: str = ""
    large: bool = False


def tiles(figures: Overview, currency: str, leaked_minor: int = 0) -> list[Tile]:
    sums, query = figures.total.sums, urlencode(figures.period.parameters)
    social = f"{reverse('ledger')}?grade=ceiling&{query}"
    profit, earned = sums.profit, sums.return_share
    return [
        Tile(
            "Net revenue with social evidence",
            compact_money(sums.revenue.floor, currency),
            _revenue_note(sums, leaked_minor, currency),
            social,
            high=compact_money(sums.revenue.ceiling, currency),
            large=True,
        ),
        Tile(
            "Profit",
            compact_money(profit.floor, currency),
            "Net revenue less cost of goods and what the programme cost.",
            social,
            high=compact_money(profit.ceiling, currency),
            large=True,
            tone="bad" if profit.ceiling < 0 else "good" if profit.floor > 0 else "",
        ),
        Tile(
            "Return",
            percent_words(earned[0]) if earned else "–",
            "Profit for each unit of cost." if earned else "Not enough data: no cost is recorded.",
            _costs_url(query),
            high=percent_words(earned[1]) if earned else "",
        ),
        Tile(
            "Cost of the programme",
            compact_money(sums.cost, currency),
            _kinds(figures.costs, currency),
            _costs_url(query),
        ),
        Tile(
            "Orders with social evidence",
            number(sums.n_orders.floor),
            f"Of {number(sums.n_all_orders)} orders in all shops.",
            social,
            high=number(sums.n_orders.ceiling),
        ),
        Tile(
            "Discount given",
            compact_money(sums.discount_given.ceiling, currency),
            "On the orders of the ceiling. Already out of net revenue.",
            social,
        ),
        Tile(
            "Clicks by people",
            number_compact(figures.total.n_clicks),
            f"{number(figures.total.n_unique_clicks)} unique. Apart: {number(figures.total.n_other_clicks)} by machines.",
            f"{reverse('clicks')}?class=human&{query}",
        ),
        Tile(
            "Reach",
            number_compact(figures.largest_reach),
            "Followers of the largest branch to the sum of all. Not people: one person may follow several.",
            reverse("branches"),
            high=number_compact(figures.total.followers),
        ),
    ]


def _revenue_note(sums: Sums, leaked_minor: int, currency: str) -> str:
    """What the range is, what a test would have to find, and what remains without leaked codes."""
    said = ["Floor: grades A and B. Ceiling: A to E. After refunds."]
    if sums.break_even is not None:
        floor, ceiling = sums.break_even
        said.append(
            "Break-even: not even all of it pays for the programme."
            if ceiling > 1
            else f"Break-even: {percent_words(ceiling)} of the ceiling must not have come anyway"
            + (", or more than all of the floor." if floor > 1 else f", {percent_words(floor)} of the floor.")
        )
    if leaked_minor:
        revenue = sums.revenue
        said.append(
            f"Without leaked codes: {compact_money(revenue.floor, currency)} to "
            f"{compact_money(revenue.ceiling - leaked_minor, currency)}."
        )
    return " ".join(said)


def compact_money(minor: int, currency: str) -> str:
    return format_money(minor, currency, "compact").replace(MINUS, MINUS + WORD_JOINER)


def percent_words(share: float) -> str:
    return percent(share, 0).replace(MINUS, MINUS + WORD_JOINER)


def _kinds(costs: dict[str, int], currency: str) -> str:
    largest = sorted(costs.items(), key=lambda item: -item[1])
    return (
        ", ".join(f"{name} {compact_money(minor, currency)}" for name, minor in largest)
        or "Nothing recorded yet."
    )


def _costs_url(query: str) -> str:
    return f"{reverse('costs')}?{query}"
