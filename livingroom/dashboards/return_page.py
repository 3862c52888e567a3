"""What the Return page prints: its tiles, its table of branches, offers or countries, and new against known customers."""

from collections.abc import Hashable
from dataclasses import dataclass

from livingroom.branches.models import Branch
from livingroom.dashboards.earned import NO_GOODS, Books, Conversion, Earned, read_books
from livingroom.dashboards.period import Period
from livingroom.dashboards.tiles import Tile, compact_money, percent_words
from livingroom.measure.estimate import Estimate, NotEnoughData
from livingroom.measure.returns import MonthReturn, Return, contribution, return_by_month
from livingroom.posts.models import Offer
from livingroom.shared.money import format_money
from livingroom.shared.places import country_name
from livingroom.shared.templatetags.words import number, percent

SEED = 2007  # the same figures at every visit
DRAWS = 20_000
ROWS_SHOWN = 50
NO_OFFER = "No offer"
SHARED_COSTS = "No single branch"


@dataclass(frozen=True)
class ReturnRow:
    """One branch, offer, country or kind of customer."""

    name: str
    earned: Earned
    key: str = ""  # for the ledger's address: a branch's number or a country
    at_lift: Estimate | NotEnoughData | None = None

    @property
    def left_none(self) -> float | NotEnoughData:
        return self.earned.left_at(0.0)

    @property
    def left_all(self) -> float | NotEnoughData:
        return self.earned.left_at(1.0)

    @property
    def margin(self) -> float | None:
        return None if isinstance(self.earned.margin, NotEnoughData) else self.earned.margin

    @property
    def break_even(self) -> str:
        return break_even_words(self.earned.break_even)


@dataclass(frozen=True)
class ReturnPage:
    books: Books
    result: Return
    rows: list[ReturnRow]
    total: ReturnRow
    customers: list[ReturnRow]
    months: tuple[MonthReturn, ...]


def read_return(
    period: Period, by: str, shown: Conversion, factor: Estimate | NotEnoughData, branches: list[Branch]
) -> ReturnPage:
    """Everything on the page. `factor` is what tests found to be added for each unit of revenue, or why nobody knows."""
    books = read_books(period, by, shown.factor, _cost_key(by, branches))
    # Without anything uncertain every draw is the same, so one is as good as twenty thousand.
    n_draws = DRAWS if isinstance(factor, Estimate) else 1
    whole = books.total.inputs(shown.currency, factor)
    months = [
        (f"{month:%Y-%m}", earned.inputs(shown.currency)) for month, earned in sorted(books.months.items())
    ]
    names = _names(by, books, branches)
    rows = [
        ReturnRow(names.get(key, NO_OFFER), earned, _ledger_key(by, key), _at(earned, factor))
        for key, earned in books.rows.items()
    ]
    rows.sort(key=lambda row: (row.name == SHARED_COSTS, -row.earned.net, -row.earned.cost))
    return ReturnPage(
        books=books,
        result=contribution(whole, SEED, n_draws),
        rows=rows,
        total=ReturnRow("All", books.total, "", _at(books.total, factor)),
        customers=[
            ReturnRow("New customers", books.new, at_lift=_at(books.new, factor)),
            ReturnRow("Known customers", books.known, at_lift=_at(books.known, factor)),
        ],
        months=return_by_month(whole, months, SEED, n_draws),
    )


def return_tiles(page: ReturnPage, urls: dict[str, str]) -> list[Tile]:
    """`urls` are the addresses of the rows behind: "ledger" and "costs"."""
    result, total, currency = page.result, page.books.total, page.result.currency
    return [
        _contribution_tile(result, urls["ledger"]),
        Tile(
            "Break-even",
            break_even_words(result.break_even),
            "Cost ÷ (revenue × margin): the share of this revenue that must not have come anyway.",
            urls["costs"],
            large=True,
            tone="bad" if _never(result.break_even) else "",
        ),
        Tile(
            "With discounts",
            break_even_words(result.break_even_after_discounts),
            "The same, counting the discount on orders that would have come anyway and refunds still to come.",
            urls["ledger"],
        ),
        Tile(
            "Net revenue with social evidence",
            compact_money(round(total.floor_net), currency),
            f"Floor to ceiling, of {number(total.n_orders)} orders. The ceiling is what is divided here.",
            urls["ledger"],
            high=compact_money(round(total.net), currency),
        ),
        _margin_tile(total, urls["ledger"]),
        Tile(
            "Discount",
            compact_money(round(total.discount), currency),
            "Already out of net revenue; lost on every order that would have come anyway.",
            urls["ledger"],
        ),
        Tile("Cost", compact_money(round(total.cost), currency), _kinds(total, currency), urls["costs"]),
        Tile(
            "Refunds still to come",
            compact_money(round(total.to_come), currency),
            "Expected from how late this brand’s own refunds came.",
            urls["ledger"],
        ),
    ]


def break_even_words(share: Estimate | NotEnoughData | float) -> str:
    """As a share of the revenue it stands beside; more than all of it is never."""
    if isinstance(share, NotEnoughData):
        return "–"
    value = share.value if isinstance(share, Estimate) else share
    return "never" if value > 1 else percent_words(max(0.0, value))


def _never(share: Estimate | NotEnoughData) -> bool:
    return isinstance(share, Estimate) and share.value > 1


def _contribution_tile(result: Return, url: str) -> Tile:
    if isinstance(result.contribution, NotEnoughData) or result.p_positive is None:
        return Tile("Contribution", "Not tested", str(result.contribution), url, large=True)
    left, currency = result.contribution, result.currency
    earned = result.return_on_cost
    on_cost = f" Return {percent(earned.value, 0)} of cost." if isinstance(earned, Estimate) else ""
    return Tile(
        "Contribution",
        compact_money(round(left.value), currency),
        f"{left.level:.0%} interval {format_money(round(left.low), currency, 'compact')} to "
        f"{format_money(round(left.high), currency, 'compact')}. Above zero with {percent(result.p_positive, 0)}.{on_cost}",
        url,
        large=True,
        tone="good" if left.low > 0 else "bad" if left.high < 0 else "warn",
    )


def _margin_tile(total: Earned, url: str) -> Tile:
    if isinstance(total.margin, NotEnoughData):
        return Tile("Margin", "–", f"Not enough data: {total.margin.reason}", url)
    unknown = f" {number(total.n_without_goods)} orders without one are taken to be like the others."
    return Tile(
        "Margin",
        percent_words(total.margin),
        "Of net revenue, after the cost of goods: the order’s own, or by its offer’s declared margin."
        + (unknown if total.n_without_goods else ""),
        url,
    )


def _kinds(total: Earned, currency: str) -> str:
    largest = sorted(total.costs.items(), key=lambda item: -item[1])
    return ", ".join(f"{kind} {compact_money(round(amount), currency)}" for kind, amount in largest) or (
        "None is recorded yet, so every order seems to pay."
    )


def _at(earned: Earned, factor: Estimate | NotEnoughData) -> Estimate | NotEnoughData:
    """It grows with the factor, so the interval's ends are those of the factor."""
    if isinstance(factor, NotEnoughData):
        return factor
    left = [
        one
        for at in (factor.value, factor.low, factor.high)
        if isinstance(one := earned.left_at(earned.added_share(at)), float)
    ]
    if len(left) < 3:
        return NO_GOODS
    return Estimate(left[0], min(left), max(left), factor.level, earned.n_orders, factor.method)


def _names(by: str, books: Books, branches: list[Branch]) -> dict[Hashable, str]:
    if by == "branch":
        return {None: SHARED_COSTS, **{branch.pk: branch.name for branch in branches}}
    if by == "country":
        return {
            key: country_name(str(key)) if key else "Country unknown" for key in books.rows if key is not None
        } | {None: SHARED_COSTS}
    found = Offer.objects.filter(pk__in=[key for key in books.rows if key is not None])
    return {None: NO_OFFER, **dict(found.values_list("pk", "name"))}


def _cost_key(by: str, branches: list[Branch]) -> "CostKey | None":
    if by == "offer":
        return None
    country = {branch.pk: branch.country or None for branch in branches}
    return CostKey(country if by == "country" else {branch.pk: branch.pk for branch in branches})


@dataclass(frozen=True)
class CostKey:
    """Under which row a branch's costs stand: its own, or its country's."""

    rows: dict[int, int] | dict[int, str | None]

    def __call__(self, branch_id: int | None) -> Hashable:
        return None if branch_id is None else self.rows.get(branch_id)


def _ledger_key(by: str, key: Hashable) -> str:
    if by == "branch":
        return "none" if key is None else str(key)
    return str(key or "") if by == "country" else ""
