"""Claims ready for their pages: what is printed, in the claim's currency or in another, and two side by side."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from livingroom.claims.charts import contribution_chart, months_chart
from livingroom.claims.models import Claim, ClaimVersion
from livingroom.claims.store import latest
from livingroom.measure.claims.presentation import view
from livingroom.orders.rates import OLDEST_DAYS_FOR_COSTS, NoRate, Rate, current_book, rate_between
from livingroom.shared.charts import Chart
from livingroom.shared.money import decimals_of
from livingroom.shared.templatetags.words import day

NEARLY_EQUAL = 0.02


@dataclass(frozen=True)
class ClaimPage:
    claim: Claim
    version: ClaimVersion
    shown: Mapping[str, Any]
    months: Chart
    line: Chart | None
    others: list[ClaimVersion] = field(default_factory=list)
    conversion: str = ""
    command: str = ""


def read_page(claim: Claim, version: ClaimVersion, currency: str = "") -> ClaimPage:
    """Everything on a claim's page. An unknown currency, or one without a rate, leaves the claim in its own."""
    document, conversion = version.document, ""
    if currency and currency != claim.currency:
        document, conversion = in_currency(version.document, claim.last_on, currency)
    shown = view(document)
    where = version.document["place"]
    return ClaimPage(
        claim=claim,
        version=version,
        shown=shown,
        months=months_chart(document),
        line=contribution_chart(document),
        others=list(claim.versions.defer("document").select_related("made_by")),
        conversion=conversion,
        command=f"livingroom measure claim --verify {where.rsplit('/', 2)[-2] if '/' in where else 'claim'}.pdf --lake LAKE",
    )


def currencies() -> list[str]:
    return sorted(current_book().currencies)


def in_currency(document: Mapping[str, Any], on: date, currency: str) -> tuple[Mapping[str, Any], str]:
    """The document with its money in another currency, at the rate of the period's end, and a sentence that says so."""
    own = document["terms"]["currency"]
    try:
        rate = rate_between(own, currency, on, oldest_days=OLDEST_DAYS_FOR_COSTS)
    except NoRate as none:
        return document, f"Shown in {own}: {none}"
    except ValueError:
        return document, ""
    turned = {
        **document,
        "terms": {**document["terms"], "currency": currency},
        "figures": _turned(document["figures"], rate, own, currency, is_money=False),
    }
    return turned, (
        f"Figures and pictures are shown in {currency} at the European Central Bank's rate of {day(rate.on)}, the period's "
        f"end. The claim itself is made in {own}, and so are its sentences."
    )


MONEY_NAMES = {"costs", "line", "parts", "ours_minor", "channels"}
NEVER_MONEY = {"incrementality", "level", "n"}


def _turned(value: Any, rate: Rate, own: str, other: str, *, is_money: bool) -> Any:
    """Turn every amount: what is named _minor, and what lies inside it."""
    if isinstance(value, Mapping):
        return {
            key: _turned(
                one,
                rate,
                own,
                other,
                is_money=(is_money or key.endswith("_minor") or key in MONEY_NAMES)
                and key not in NEVER_MONEY,
            )
            for key, one in value.items()
        }
    if isinstance(value, list):
        return [_turned(one, rate, own, other, is_money=is_money) for one in value]
    if is_money and isinstance(value, (int, float)) and not isinstance(value, bool):
        return round(float(value) * float(rate.value) * 10.0 ** (decimals_of(other) - decimals_of(own)))
    return value


@dataclass(frozen=True)
class Comparison:
    """Two claims side by side, and what a reader should see first."""

    pages: tuple[ClaimPage, ClaimPage]
    sentence: str


def compare(first: Claim, second: Claim) -> Comparison:
    pages = read_page(first, latest(first)), read_page(second, latest(second))
    return Comparison(pages, comparison_sentence(pages[0].version.document, pages[1].version.document))


def comparison_sentence(first: Mapping[str, Any], second: Mapping[str, Any]) -> str:
    """Say whether equal evidence hides opposite results."""
    if first["terms"]["currency"] != second["terms"]["currency"]:
        return "The two are in different currencies, so their amounts do not compare."
    ceilings = [one["figures"]["ceiling"]["revenue_minor"] for one in (first, second)]
    lefts = [one["figures"]["return"].get("contribution_minor", {}) for one in (first, second)]
    is_equal = abs(ceilings[0] - ceilings[1]) <= NEARLY_EQUAL * max(*ceilings, 1)
    if not all("value" in left for left in lefts):
        return "What each added is not known for both, so only their evidence compares. Evidence says who touched an order."
    is_opposite = (lefts[0]["value"] > 0) != (lefts[1]["value"] > 0)
    if is_equal and is_opposite:
        return (
            "Their evidence is equal, their results are opposite. No rule that divides what was seen can tell them apart; the "
            "test could."
        )
    return "Their evidence is equal." if is_equal else "They differ already in their evidence."
