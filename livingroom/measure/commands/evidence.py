"""`livingroom measure evidence …`"""

import json
from pathlib import Path

import click

from livingroom.measure import evidence as grading
from livingroom.measure.commands.options import opened_engine, shared_options, side_file
from livingroom.measure.company_screen import (
    corrected_as_json,
    overlap_as_json,
    show_corrected,
    show_overlap,
)
from livingroom.measure.leaks import judge
from livingroom.measure.screen import column_help, evidence_as_json, show_evidence, show_report


@click.command(
    help=f"""Grade every order by what speaks for a social touch behind it: A to E, or none.

\b
livingroom measure evidence --touches touches.parquet --orders orders.parquet --out evidence.parquet
livingroom measure evidence --touches t.csv --orders o.csv --window 14d --out evidence.csv --json
livingroom measure evidence --touches /shared/t.parquet --orders /shared/o.parquet --engine spark://host:7077

\b
A     single-use code issued to this visitor, or code and click on the same placement
B     code, and another touch of the same branch
C     click, no code
D     code with no touch at all: a leak suspect
E     the buyer's own answer

One row per order: order_id, grade, kind, touch_id, placement_id, branch_id, reason, rule_version. The floor is A + B,
the ceiling A to E; both again without what leaked codes brought. Below: which channels touched the same orders, and
what each earned alone. Bad rows go to OUT.rejected.csv. Exit status 2: the input cannot be used.

Columns (* must be there; for orders also revenue or revenue_minor):

{column_help()}"""
)
@shared_options
@click.option(
    "--social-channel",
    "social_channels",
    multiple=True,
    help="Another name that buyers give a social channel.",
)
@click.option(
    "--coupon-site",
    "coupon_sites",
    multiple=True,
    help="Another part of the names of sites where codes are passed on.",
)
def evidence(
    touches: str,
    orders: str,
    out: Path | None,
    window_days: float,
    currency: str | None,
    social_channels: tuple[str, ...],
    coupon_sites: tuple[str, ...],
    strict: bool,
    memory: str,
    threads: int | None,
    as_json: bool,
) -> None:
    with opened_engine(memory, threads, as_json) as (connection, progress, console):
        result = grading.grade(
            connection,
            touches=touches,
            orders=orders,
            window_days=window_days,
            currency=currency,
            social_channels=social_channels,
            coupon_sites=coupon_sites,
            strict=strict,
            with_rows=out is not None,
            out=out,
            rejected_path=side_file(out),
            progress=progress,
        )
        leaks = judge(result.code_days)
    if as_json:
        found = evidence_as_json(result, str(out) if out else None)
        found |= {
            "without_leaks": corrected_as_json(result.summary, leaks),
            "overlap": overlap_as_json(result.overlap),
        }
        click.echo(json.dumps(found, indent=2))
        return
    show_report(console, result.report)
    show_evidence(console, result)
    show_corrected(console, result.summary, leaks)
    show_overlap(console, result.overlap)
    if out is not None:
        console.print(f"{result.n_rows:,} rows are in {out}.", highlight=False, markup=False, soft_wrap=True)
