"""`livingroom measure leaks …`"""

import json
from datetime import UTC, datetime
from pathlib import Path

import click
import pyarrow as pa

from livingroom.measure import leaks as meter
from livingroom.measure.commands.options import opened_engine, shared_options
from livingroom.measure.company_screen import leak_as_json, show_leaks
from livingroom.measure.outputs import check_out, write_rows
from livingroom.measure.screen import column_help


@click.command(
    help=f"""Which codes leaked, since when, and what remains of their revenue.

\b
livingroom measure leaks --touches touches.parquet --orders orders.parquet
livingroom measure leaks --touches t.csv --orders o.csv --coupon-site sparfuchs --out leaks.csv
livingroom measure leaks --touches t.parquet --orders o.parquet --now 2009-06-30 --json

A shared code belongs to one post. Buyers of whom no touch of the post's branch is known are expected (cookies get lost,
people change devices): how many is learned from all codes. A leak is what comes on top, since a day that is found by
a test whose false alarms are at most one in ten years of a code's use. docs/methods/leaks.md explains.

Every leaking code gets its reasons, each with its count (no touch, burst, coupon site, geography, after the window), the
revenue that remains with a 95 % interval, and a proposal: rotate (the post still sells: give it a new code) or stop.

Columns (* must be there; for orders also revenue or revenue_minor):

{column_help()}"""
)
@shared_options
@click.option(
    "--coupon-site",
    "coupon_sites",
    multiple=True,
    help="Another part of the names of sites where codes are passed on.",
)
@click.option(
    "--now",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Look only at orders until this day (UTC); all by default.",
)
@click.option("--seed", default=0, show_default=True, help="Of the draws behind the intervals.")
def leaks(
    touches: str,
    orders: str,
    out: Path | None,
    window_days: float,
    currency: str | None,
    coupon_sites: tuple[str, ...],
    now: datetime | None,
    seed: int,
    strict: bool,
    memory: str,
    threads: int | None,
    as_json: bool,
) -> None:
    with opened_engine(memory, threads, as_json) as (engine, progress, console):
        if out is not None:
            check_out(out)
        found = meter.find_leaks(
            engine,
            touches=touches,
            orders=orders,
            window_days=window_days,
            currency=currency,
            coupon_sites=coupon_sites,
            now=now.replace(tzinfo=UTC) if now else None,
            strict=strict,
            seed=seed,
            progress=progress,
        )
        rows = [leak_as_json(leak) for leak in found]
        if out is not None:
            write_rows(pa.Table.from_pylist([_flat(row) for row in rows], schema=_SCHEMA), out)
    if as_json:
        click.echo(json.dumps({"out": str(out) if out else None, "codes": rows}, indent=2))
        return
    show_leaks(console, found)
    if out is not None:
        console.print(f"{len(rows):,} rows are in {out}.", highlight=False, markup=False, soft_wrap=True)


_WHOLE = (
    "n_uses", "n_touched", "revenue_minor", "leaked_minor", "remaining_minor", "remaining_low_minor",
    "remaining_high_minor",
)  # fmt: skip
_SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("code", "placement_id", "branch_id", "currency")]
    + [(name, pa.int64()) for name in _WHOLE]
    + [(name, pa.float64()) for name in ("n_expected_untouched", "n_leaked", "level")]
    + [(name, pa.string()) for name in ("method", "leaks_from_on", "found_on", "proposal", "reasons")]
)


def _flat(row: dict[str, object]) -> dict[str, object]:
    """One line: the interval of the count stays in --json, the reasons become a text."""
    n_leaked, reasons = row["n_leaked"], row["reasons"]
    assert isinstance(n_leaked, dict)
    assert isinstance(reasons, list)
    told = "; ".join(f"{reason['name']} {reason['n_uses']}" for reason in reasons)
    return {name: row.get(name) for name in _SCHEMA.names} | {"n_leaked": n_leaked["value"], "reasons": told}
