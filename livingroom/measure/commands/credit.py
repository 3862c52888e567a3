"""`livingroom measure credit …`"""

import json
from pathlib import Path

import click

from livingroom.measure import credit as crediting
from livingroom.measure.commands.options import opened_engine, shared_options, side_file
from livingroom.measure.screen import column_help, credit_as_json, show_credit, show_report


class Rules(click.ParamType[tuple[str, ...]]):
    """Names of rules between commas."""

    name = "rules"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, ...]:
        if isinstance(value, tuple):
            return value
        rules = tuple(part.strip() for part in str(value).split(",") if part.strip())
        unknown = [rule for rule in rules if rule not in crediting.MODELS]
        if unknown or not rules:
            self.fail(
                f"{value!r} holds no known rule. The rules are {', '.join(crediting.MODELS)}.", param, ctx
            )
        return rules


@click.command(
    help=f"""Divide every order's net revenue among the touches before it.

\b
livingroom measure credit --touches touches.parquet --orders orders.parquet --out credit.parquet
livingroom measure credit --touches t.csv --orders o.csv --window 14d --models last,linear --out credit.csv --strict
livingroom measure credit --touches 'lake/touches/*.parquet' --orders orders.parquet --out credit.parquet --json

One row per order, touch and rule: order_id, touch_id, customer_id, channel, branch_id, placement_id, model, share,
amount_minor, currency. Shares of an order sum to 1 and amounts to its net revenue; an order without a touch goes to
the channel "unattributed". Bad rows go to OUT.rejected.csv. Exit status 2: the input cannot be used.

Columns (* must be there; for orders also revenue or revenue_minor):

{column_help()}"""
)
@shared_options
@click.option(
    "--models",
    type=Rules(),
    default=",".join(crediting.MODELS),
    show_default=True,
    help="Rules, between commas.",
)
def credit(
    touches: str,
    orders: str,
    out: Path,
    window_days: float,
    models: tuple[str, ...],
    currency: str | None,
    strict: bool,
    memory: str,
    threads: int | None,
    as_json: bool,
) -> None:
    with opened_engine(memory, threads, as_json) as (connection, progress, console):
        result = crediting.assign(
            connection,
            touches=touches,
            orders=orders,
            models=models,
            window_days=window_days,
            currency=currency,
            strict=strict,
            out=out,
            rejected_path=side_file(out),
            progress=progress,
        )
    if as_json:
        click.echo(json.dumps(credit_as_json(result, str(out)), indent=2))
        return
    show_report(console, result.report)
    show_credit(console, result, models)
    console.print(f"{result.n_rows:,} rows are in {out}.", highlight=False, markup=False, soft_wrap=True)
