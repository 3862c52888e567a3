"""What a claim says in sentences: its statement, and what is not known."""

from collections.abc import Sequence
from datetime import date

from livingroom.measure.claims.figures import Figures
from livingroom.measure.claims.inputs import Terms
from livingroom.measure.claims.lifts import ClaimLift
from livingroom.measure.currencies import DECIMALS
from livingroom.measure.estimate import Estimate, NotEnoughData


def rounded(amount_minor: float, currency: str) -> str:
    """Write money at a glance: 6.55 M USD."""
    amount = amount_minor / 10 ** DECIMALS[currency]
    sign = "−" if amount < 0 else ""
    amount = abs(amount)
    for size, letter in ((1e9, " B"), (1e6, " M"), (1e3, " K")):
        if amount >= size * 0.9995:
            return f"{sign}{amount / size:.3g}{letter} {currency}"
    return f"{sign}{amount:,.0f} {currency}"


def counted(n: int, noun: str) -> str:
    return f"1 {noun}" if n == 1 else f"{n:,} {noun}s"


def period_words(first: date, last: date) -> str:
    whole_months = first.day == 1 and (last.replace(day=28).month, last.day) == (last.month, _month_end(last))
    if whole_months:
        return (
            f"{first:%Y-%m} to {last:%Y-%m}"
            if (first.year, first.month) != (last.year, last.month)
            else f"{first:%Y-%m}"
        )
    return f"{first.isoformat()} to {last.isoformat()}"


def _month_end(on: date) -> int:
    from calendar import monthrange

    return monthrange(on.year, on.month)[1]


def statement(figures: Figures, terms: Terms) -> str:
    """Say what is claimed: evidence, never cause."""
    who = terms.who
    floor, ceiling = figures.floor["revenue_minor"], figures.ceiling["revenue_minor"]
    when = period_words(terms.first_on, terms.last_on)
    if figures.ceiling["n_orders"] == 0:
        return f"{who} left no evidence on any order, {when}."
    if floor == ceiling:
        return f"{who} touched orders worth {rounded(ceiling, terms.currency)}, {when}."
    return f"{who} touched orders worth {rounded(floor, terms.currency)} to {rounded(ceiling, terms.currency)}, {when}."


def verdict(money: Estimate | NotEnoughData, currency: str) -> str:
    """Say what was added, in one sentence."""
    if isinstance(money, NotEnoughData):
        return f"What of it would have come anyway is not known: {money.reason}"
    low, high = rounded(money.low, currency), rounded(money.high, currency)
    if money.low > 0:
        return f"A test shows that it added {rounded(money.value, currency)} ({low} to {high})."
    if money.high < 0:
        return f"A test shows that it cost revenue: {rounded(money.value, currency)} ({low} to {high})."
    return (
        f"A test cannot tell whether it added anything: {rounded(money.value, currency)} ({low} to {high})."
    )


def unknown(
    figures: Figures,
    terms: Terms,
    lifts: tuple[ClaimLift, ...],
    deciding: Estimate | NotEnoughData,
    left_out: Sequence[str],
) -> list[str]:
    """Say what the claim does not know."""
    found = []
    if isinstance(deciding, NotEnoughData):
        found.append(
            "How many of these orders would have come anyway. Evidence says who touched an order, never what caused it."
        )
    found += [
        f"{lift.name} is modelled, not tested: chance did not decide who was left out."
        for lift in lifts
        if not lift.is_tested
    ]
    carried = [lift for lift in lifts if lift.basis.startswith("carried over")]
    if carried and isinstance(deciding, Estimate):
        found.append(
            "Whether the tested lift held in days and places that were not in the test; here it is taken to."
        )
    weak = figures.total("revenue_minor", ("D",))
    if weak:
        leaking = figures.leaks.get("n_leaking", 0)
        found.append(
            f"How the codes of {rounded(weak, terms.currency)} (grade D) reached their buyers: no touch was seen. "
            + (
                f"{counted(leaking, 'code')} of {figures.leaks['n_codes']:,} leaked, which explains "
                f"{rounded(figures.leaks['leaked_minor'], terms.currency)} of it."
                if leaking
                else "Lost cookies and other devices would explain it; no code shows a leak."
            )
        )
    if figures.untouched["n_orders"]:
        found.append(
            f"What stood before {counted(figures.untouched['n_orders'], 'order')} worth "
            f"{rounded(figures.untouched['revenue_minor'], terms.currency)}: nothing was seen, and people who read a post "
            "without clicking are among them."
        )
    if isinstance(figures.refunds_to_come, NotEnoughData):
        found.append(f"How much will still be given back: {figures.refunds_to_come.reason}")
    if not figures.costs:
        found.append("What the programme cost: no cost is recorded for the period.")
    if sum(figures.shared_costs.values()):
        found.append(
            f"Which part of {rounded(sum(figures.shared_costs.values()), terms.currency)} of costs shared with other "
            "branches belongs here; none of it is counted."
        )
    return [*found, *left_out]
