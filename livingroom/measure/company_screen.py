"""Overlap of channels and leaking codes, as people read them on a terminal and as scripts read them."""

from rich.console import Console
from rich.table import Table

from livingroom.measure.currencies import to_text
from livingroom.measure.leaks import CodeLeak, leaked_from_ceiling_minor
from livingroom.measure.overlap import Company, Overlap, Part
from livingroom.measure.summary import CEILING, FLOOR, EvidenceSummary
from livingroom.measure.terminal import print_whole

COMPANIES: dict[Company, str] = {
    "social": "social channels only",
    "both": "social and other channels",
    "other": "other channels only",
    "nothing": "no touch known (a code, or the buyer's answer)",
}


def show_overlap(console: Console, overlap: Overlap) -> None:
    """Print per currency: who was there alone, and channel by channel how many orders both touched."""
    for currency in overlap.currencies:
        names = overlap.channels(currency)
        if not names:
            continue
        print_whole(console, _alone(overlap, currency, names))
        table = Table(
            "orders touched by", title=f"Overlap: orders with social evidence that both touched ({currency})"
        )
        for name in names:
            table.add_column(name, justify="right")
        for name, row in overlap.matrix(currency).items():
            table.add_row(name, *(f"{part.n_orders:,}" for part in row.values()))
        print_whole(console, table)


def _alone(overlap: Overlap, currency: str, names: tuple[str, ...]) -> Table:
    table = Table(
        "channel",
        title=f"Alone? Net revenue with social evidence, {currency}: floor (A + B) and ceiling (A to E)",
    )
    for heading in ("alone, floor", "alone, ceiling", "with others", "others only"):
        table.add_column(heading, justify="right")
    for name in names:
        floor, ceiling = overlap.presence(name, currency, FLOOR), overlap.presence(name, currency)
        parts = (floor.alone, ceiling.alone, ceiling.with_others, ceiling.others_only)
        table.add_row(name, *(to_text(part.revenue_minor, currency) for part in parts))
    table.add_section()
    for company, about in COMPANIES.items():
        floor_part, part = (overlap.in_company(company, currency, grades) for grades in (FLOOR, CEILING))
        table.add_row(
            about, to_text(floor_part.revenue_minor, currency), to_text(part.revenue_minor, currency), "", ""
        )
    return table


def overlap_as_json(overlap: Overlap) -> dict[str, object]:
    """Return, per currency: companies, channels alone and with others, and the matrix."""
    return {currency: _currency_as_json(overlap, currency) for currency in overlap.currencies}


def _currency_as_json(overlap: Overlap, currency: str) -> dict[str, object]:
    ranges = {"floor": FLOOR, "ceiling": CEILING}
    return {
        "company": {
            company: {
                name: _part(overlap.in_company(company, currency, grades)) for name, grades in ranges.items()
            }
            for company in COMPANIES
        },
        "channels": {
            channel: {name: _presence(overlap, channel, currency, grades) for name, grades in ranges.items()}
            for channel in overlap.channels(currency)
        },
        "matrix": {
            channel: {other: _part(part) for other, part in row.items()}
            for channel, row in overlap.matrix(currency).items()
        },
    }


def _presence(overlap: Overlap, channel: str, currency: str, grades: tuple[str, ...]) -> dict[str, object]:
    found = overlap.presence(channel, currency, grades)
    return {name: _part(getattr(found, name)) for name in ("alone", "with_others", "others_only")}


def _part(part: Part) -> dict[str, int]:
    return {"n_orders": part.n_orders, "revenue_minor": part.revenue_minor}


def show_corrected(console: Console, summary: EvidenceSummary, leaks: tuple[CodeLeak, ...]) -> None:
    """Print floor and ceiling after leaks, where there are some."""
    for currency in summary.currencies:
        leaked = leaked_from_ceiling_minor(leaks, currency)
        if not leaked:
            continue
        n_codes = sum(leak.is_leaking for leak in leaks if leak.currency == currency)
        floor, ceiling = summary.floor_minor(currency), summary.ceiling_minor(currency) - leaked
        console.print(
            f"{n_codes} codes leaked {to_text(leaked, currency)} {currency}: without it the range is "
            f"{to_text(floor, currency)} to {to_text(ceiling, currency)} {currency} (livingroom measure leaks).",
            highlight=False, soft_wrap=True,
        )  # fmt: skip


def corrected_as_json(summary: EvidenceSummary, leaks: tuple[CodeLeak, ...]) -> dict[str, object]:
    """Return floor and ceiling after leaks, per currency."""
    found: dict[str, object] = {}
    for currency in summary.currencies:
        leaked = leaked_from_ceiling_minor(leaks, currency)
        found[currency] = {
            "n_leaking_codes": sum(leak.is_leaking for leak in leaks if leak.currency == currency),
            "leaked_minor": leaked,
            "floor_minor": summary.floor_minor(currency),
            "ceiling_minor": summary.ceiling_minor(currency) - leaked,
        }
    return found


def show_leaks(console: Console, leaks: tuple[CodeLeak, ...]) -> None:
    """Print every leaking code with its reasons, and a line about the others."""
    leaking = [leak for leak in leaks if leak.is_leaking]
    for currency in sorted({leak.currency for leak in leaking}):
        table = Table("code", "since", "found", "proposal", title=f"Leaking codes, net revenue in {currency}")
        for heading in ("uses", "without touch", "expected", "leaked", "revenue", "remains", "from", "to"):
            table.add_column(heading, justify="right")
        for leak in (each for each in leaking if each.currency == currency):
            n_untouched = leak.n_uses - leak.n_touched
            amounts = (
                leak.revenue_minor,
                leak.remaining_minor,
                round(leak.remaining.low),
                round(leak.remaining.high),
            )
            table.add_row(
                leak.code, str(leak.leaks_from_on), str(leak.found_on), leak.proposal, f"{leak.n_uses:,}",
                f"{n_untouched:,}", f"{leak.n_expected_untouched:,.0f}", f"{leak.n_leaked.value:,.0f}",
                *(to_text(amount, currency) for amount in amounts),
            )  # fmt: skip
        print_whole(console, table)
    for leak in leaking:
        console.print(f"{leak.code} ({leak.proposal})", highlight=False, markup=False)
        for reason in leak.reasons:
            amount = to_text(reason.revenue_minor, leak.currency)
            console.print(
                f"  {reason.name}: {reason.n_uses:,} uses, {amount} {leak.currency}, {reason.sentence}",
                highlight=False, markup=False, soft_wrap=True,
            )  # fmt: skip
    n_codes, n_leaking = len({leak.code for leak in leaks}), len({leak.code for leak in leaking})
    console.print(f"{n_codes:,} shared codes of posts were looked at; {n_leaking:,} leak.", highlight=False)


def leak_as_json(leak: CodeLeak) -> dict[str, object]:
    """Return one verdict."""
    remaining, n_leaked = leak.remaining, leak.n_leaked
    return {
        "code": leak.code,
        "placement_id": leak.placement_id,
        "branch_id": leak.branch_id,
        "currency": leak.currency,
        "n_uses": leak.n_uses,
        "n_touched": leak.n_touched,
        "n_expected_untouched": round(leak.n_expected_untouched, 2),
        "n_leaked": {
            "value": n_leaked.value,
            "low": n_leaked.low,
            "high": n_leaked.high,
            "level": n_leaked.level,
        },
        "revenue_minor": leak.revenue_minor,
        "leaked_minor": leak.leaked_minor,
        "remaining_minor": leak.remaining_minor,
        "remaining_low_minor": round(remaining.low),
        "remaining_high_minor": round(remaining.high),
        "level": remaining.level,
        "method": remaining.method,
        "leaks_from_on": leak.leaks_from_on.isoformat() if leak.leaks_from_on else None,
        "found_on": leak.found_on.isoformat() if leak.found_on else None,
        "proposal": leak.proposal,
        "reasons": [
            {
                "name": each.name,
                "n_uses": each.n_uses,
                "revenue_minor": each.revenue_minor,
                "sentence": each.sentence,
            }
            for each in leak.reasons
        ],
    }
