"""A claim made ready to print: the PDF and the pages show the same words and the same picture."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from livingroom.measure.claims.picture import picture, tiles
from livingroom.measure.claims.words import counted, period_words, rounded
from livingroom.measure.currencies import to_text
from livingroom.measure.summary import CEILING

MEANINGS = {
    "A": "single-use code, or code and click of the same visitor",
    "B": "code, and another touch of the same branch",
    "C": "click by the same visitor, no code",
    "D": "code with no touch at all: leak suspect",
    "E": "the buyer's own answer",
}
RULES = {
    "last": "last touch",
    "first": "first touch",
    "linear": "equal parts",
    "time_decay": "time decay",
    "position": "position",
    "markov": "Markov",
    "markov_2": "Markov, order 2",
    "markov_3": "Markov, order 3",
    "shapley": "Shapley",
    "shapley_rate": "Shapley, rate",
}
TABLES = {"orders": "Orders", "touches": "Touches", "costs": "Costs", "refunds": "Refunds"}
COMPANY = {
    "social only": "met the programme only",
    "social and others": "also met other channels",
    "others only": "met other channels only",
    "nothing seen": "no touch was seen: the buyer's own answer",
}


def view(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return everything that is printed, in sentences and in shares of the picture's width."""
    terms, figures = document["terms"], document["figures"]
    currency = terms["currency"]
    return {
        "title": document["title"],
        "statement": document["statement"],
        "verdict": document["verdict"],
        "currency": currency,
        "period": period_words(date.fromisoformat(terms["from"]), date.fromisoformat(terms["to"])),
        "version": document["version"],
        "made_at": moment(document["made_at"]),
        "digest": document["digest"],
        "grades": grade_rows(figures, currency),
        "floor": sum_row(figures["floor"], currency),
        "ceiling": sum_row(figures["ceiling"], currency),
        "less_leaks": to_text(figures["ceiling_less_leaks_minor"], currency)
        if figures["leaks"].get("n_leaking")
        else "",
        "leaking": counted(figures["leaks"].get("n_leaking", 0), "code"),
        "picture": picture(figures, currency),
        "tiles": tiles(figures, currency),
        "company": company_rows(figures, currency),
        "alone": alone_rows(document),
        "alone_by": "Branch" if _by_branch(figures) else "Network",
        "also": also_sentence(figures, currency),
        "credit": credit_rows(figures, currency),
        "credit_range": credit_sentence(figures, currency),
        "range": range_sentence(figures, currency),
        "unknown": list(document["unknown"]),
        "notes": list(terms["notes"]),
        "definitions": definitions(document),
        "inputs": input_rows(document),
        "inputs_digest": document["inputs"]["digest"],
        "versions": f"Livingroom {document['versions']['livingroom']}, {document['versions']['claim']}, "
        f"{document['versions']['evidence']}",
        "place": document["place"],
    }


def moment(text: str) -> str:
    at = datetime.fromisoformat(text).astimezone(UTC)
    return f"{at.day} {at:%B %Y, %H:%M} UTC"


def sum_row(sums: Mapping[str, int], currency: str) -> dict[str, str]:
    return {
        "n_orders": f"{sums['n_orders']:,}",
        "amount": to_text(sums["revenue_minor"], currency),
        "rounded": rounded(sums["revenue_minor"], currency),
    }


def grade_rows(figures: Mapping[str, Any], currency: str) -> list[dict[str, str]]:
    return [
        {"grade": grade, "meaning": MEANINGS[grade], **sum_row(figures["grades"][grade], currency)}
        for grade in CEILING
    ]


def company_rows(figures: Mapping[str, Any], currency: str) -> list[dict[str, str]]:
    total = max(1, figures["ceiling"]["revenue_minor"])
    return [
        {
            "name": COMPANY[part["name"]],
            **sum_row(part, currency),
            "share": f"{part['revenue_minor'] / total:.0%}",
        }
        for part in figures["overlap"]["parts"]
    ]


def _by_branch(figures: Mapping[str, Any]) -> bool:
    """Where everything happens on one network, its branches are what a reader asks about."""
    return len(figures["overlap"]["channels"]) < 2 <= len(figures["overlap"]["branches"])


def alone_rows(document: Mapping[str, Any]) -> list[dict[str, str]]:
    """“Twitter alone?”: each network (or branch) by itself, with others, and what has evidence without it."""
    figures, currency = document["figures"], document["terms"]["currency"]
    names = document["terms"]["branch_names"]
    by = "branch" if _by_branch(figures) else "channel"
    rows = figures["overlap"]["branches" if by == "branch" else "channels"]
    return [
        {
            "name": names.get(row[by], f"Branch {row[by]}") if by == "branch" else row[by].capitalize(),
            "alone": rounded(row["alone_minor"], currency),
            "together": rounded(row["together_minor"], currency),
            "without": rounded(row["without_minor"], currency),
        }
        for row in rows[:8]
    ]


def also_sentence(figures: Mapping[str, Any], currency: str) -> str:
    also = figures["overlap"]["also_touched_by"]
    if not also:
        return "None of these orders met another channel inside the window."
    listed = ", ".join(f"{row['channel']} {rounded(row['revenue_minor'], currency)}" for row in also[:5])
    return f"Of these orders other channels also touched: {listed}."


def credit_rows(figures: Mapping[str, Any], currency: str) -> list[dict[str, str]]:
    return [
        {"rule": RULES.get(name, name), "amount": rounded(rule["ours_minor"], currency)}
        for name, rule in figures["credit"]["rules"].items()
    ]


def credit_sentence(figures: Mapping[str, Any], currency: str) -> str:
    low, high = figures["credit"]["low_minor"], figures["credit"]["high_minor"]
    n = len(figures["credit"]["rules"])
    return (
        f"{counted(n, 'rule')} of credit give it {rounded(low, currency)} to {rounded(high, currency)}. Rules divide what "
        "was seen; none of them says what was caused."
    )


def range_sentence(figures: Mapping[str, Any], currency: str) -> str:
    span = figures["net_lift_range"]
    return (
        f"Net revenue added lies between {rounded(span['low_minor'], currency)} ({span['low_reason']}) and "
        f"{rounded(span['high_minor'], currency)} ({span['high_reason']})."
    )


def definitions(document: Mapping[str, Any]) -> list[list[str]]:
    terms, figures = document["terms"], document["figures"]
    earned = figures["return"]
    found = [
        ["Floor", "net revenue of orders with evidence of grade A or B"],
        ["Ceiling", "net revenue of orders with evidence of any grade, A to E"],
        ["Ceiling less leaks", "the ceiling without what only leaked codes explain: docs/methods/leaks.md"],
        ["Net revenue", "paid, less refunds known when it was frozen; counted on the order's date, UTC"],
        ["Window", f"a touch counts if it lies at most {terms['window_days']:g} days before the order"],
        ["Net revenue added", range_sentence(figures, terms["currency"])],
        ["Break-even", "cost ÷ (net revenue with evidence × margin)"],
    ]
    if "refused" not in earned:
        margin = earned["margin"]
        said = (
            f"{margin['low']:.1%} to {margin['high']:.1%}" if isinstance(margin, Mapping) else f"{margin:.1%}"
        )
        found.append(["Margin", f"{said} of net revenue ({earned['margin_source']})"])
        costs = ", ".join(
            f"{kind} {rounded(cost, terms['currency'])}" for kind, cost in earned["costs"].items()
        )
        found.append(["Costs", costs or "none recorded"])
    for lift in figures["lifts"]:
        badge = "tested" if lift["is_tested"] else "modelled, not tested"
        found.append([lift["name"], f"{badge}; {lift['basis']}"])
    return found


def input_rows(document: Mapping[str, Any]) -> list[dict[str, str]]:
    return [
        {
            "name": TABLES.get(name, name),
            "n_rows": f"{facts['n_rows']:,}",
            "first": _day(facts["first"]),
            "last": _day(facts["last"]),
            "digest": facts["digest"],
        }
        for name, facts in document["inputs"]["tables"].items()
    ]


def _day(value: int | str | None) -> str:
    if value is None:
        return "–"
    if isinstance(value, str):
        return value
    return datetime.fromtimestamp(value / 1_000_000, UTC).date().isoformat()
