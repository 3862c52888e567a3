"""A claim and a verdict as a terminal shows them."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from livingroom.measure.claims.build import Claim
from livingroom.measure.claims.verify import Verdict
from livingroom.measure.claims.words import rounded
from livingroom.measure.currencies import to_text
from livingroom.measure.summary import GRADES

SHOWN = 60


def show_claim(console: Console, claim: Claim) -> None:
    """Print what is claimed, what was added, and what is not known."""
    document, figures, currency = claim.document, claim.figures, claim.currency
    console.print(f"[bold]{document['title']}[/]", highlight=False)
    for sentence in (document["statement"], document["verdict"]):
        console.print(sentence, highlight=False, markup=False)
    table = Table("grade", title=f"Net revenue in {currency} ({document['versions']['evidence']})")
    table.add_column("orders", justify="right")
    table.add_column(currency, justify="right")
    for grade in GRADES:
        sums = figures["grades"][grade]
        table.add_row(grade, f"{sums['n_orders']:,}", to_text(sums["revenue_minor"], currency))
    table.add_section()
    for name in ("floor", "ceiling"):
        sums = figures[name]
        table.add_row(name, f"{sums['n_orders']:,}", to_text(sums["revenue_minor"], currency))
    console.print(table)
    for line in money_lines(figures, currency):
        console.print(line, highlight=False, markup=False, soft_wrap=True)
    console.print("What is not known:", highlight=False)
    for sentence in document["unknown"]:
        console.print(f"- {sentence}", highlight=False, markup=False, soft_wrap=True)


def money_lines(figures: Mapping[str, Any], currency: str) -> list[str]:
    """The lines below the grades: range, contribution, return, break-even."""
    span, earned = figures["net_lift_range"], figures["return"]
    first = (
        f"Net revenue added: between {rounded(span['low_minor'], currency)} ({span['low_reason']}) and "
        f"{rounded(span['high_minor'], currency)} ({span['high_reason']})."
    )
    return [first, *return_lines(earned, currency)]


def return_lines(earned: Mapping[str, Any], currency: str) -> list[str]:
    """What was left after all costs, and break-even."""
    if "refused" in earned:
        return [f"Contribution: {earned['refused']}"]
    lines = []
    left = earned["contribution_minor"]
    if "refused" in left:
        lines.append(f"Contribution: not enough data: {left['refused']}")
    else:
        lines.append(
            f"Contribution: {rounded(left['value'], currency)} ({rounded(left['low'], currency)} to "
            f"{rounded(left['high'], currency)}), above zero with a chance of {earned['p_positive']:.0%}."
        )
    even = earned["break_even"]
    if "refused" in even:
        return [*lines, f"Break-even: {even['refused']}"]
    return [
        *lines,
        f"Break-even: it pays if {even['value']:.1%} of this revenue would not have come anyway "
        f"(cost {rounded(earned['cost_minor'], currency)}).",
    ]


def show_verdict(console: Console, verdict: Verdict) -> None:
    """Print `same`, or what differs."""
    for note in verdict.notes:
        console.print(note, highlight=False, markup=False, soft_wrap=True)
    if verdict.is_same:
        console.print("same", highlight=False)
        return
    for sentence in verdict.broken:
        console.print(sentence, highlight=False, markup=False, soft_wrap=True)
    for change in verdict.tables:
        console.print(str(change), highlight=False, markup=False, soft_wrap=True)
    for difference in verdict.figures[:SHOWN]:
        console.print(str(difference), highlight=False, markup=False, soft_wrap=True)
    if len(verdict.figures) > SHOWN:
        console.print(
            f"and {len(verdict.figures) - SHOWN:,} more figures; --json lists them all.", highlight=False
        )


def verdict_as_json(verdict: Verdict) -> dict[str, Any]:
    return {
        "same": verdict.is_same,
        "broken": list(verdict.broken),
        "tables": [{"table": change.table, "change": change.sentence} for change in verdict.tables],
        "figures": [{"figure": one.figure, "was": one.was, "is": one.now} for one in verdict.figures],
        "notes": list(verdict.notes),
    }
