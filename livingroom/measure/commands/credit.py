"""`livingroom measure credit …`"""

import json
from functools import partial
from pathlib import Path

import click

from livingroom.measure import credit as crediting
from livingroom.measure.channels.bootstrap import Bootstrap
from livingroom.measure.commands.options import opened_engine, shared_options, side_file
from livingroom.measure.credit_screen import credit_as_json, show_credit
from livingroom.measure.screen import column_help, show_report


class Models(click.ParamType[tuple[str, ...]]):
    """Names of models between commas."""

    name = "models"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, ...]:
        if isinstance(value, tuple):
            return value
        models = tuple(part.strip() for part in str(value).split(",") if part.strip())
        if models == ("all",):
            return crediting.ALL_MODELS
        unknown = [model for model in models if model not in crediting.ALL_MODELS]
        if unknown or not models:
            listed = ", ".join(crediting.ALL_MODELS)
            self.fail(f"{value!r} holds no known rule. The rules are {listed}; or write all.", param, ctx)
        return models


@click.command(
    help=f"""Divide every order's net revenue among the touches before it, and add up by channel with intervals.

\b
livingroom measure credit --touches touches.parquet --orders orders.parquet --out credit.parquet
livingroom measure credit --touches t.csv --orders o.csv --window 14d --models last,linear --out credit.csv --strict
livingroom measure credit --touches 'lake/touches/*.parquet' --orders orders.parquet --models all --json
livingroom measure credit --touches t.parquet --orders o.parquet --models markov,markov_2 --no-self-transitions

last, first, linear, time_decay and position look at one journey alone. markov, markov_2, markov_3 (chains that remember
one, two, three channels), shapley (equal parts to the channels of a journey) and shapley_rate (what a channel does to
the share of journeys that end in an order) learn from all journeys first. None of them says what a post added.

With --out one row per order, touch and model: order_id, touch_id, customer_id, channel, branch_id, placement_id, model,
share, amount_minor, currency. Shares of an order sum to 1 and amounts to its net revenue; an order without a touch goes
to the channel "unattributed". Without --out only the totals are worked out, which takes less time. Bad rows go to
OUT.rejected.csv. Exit status 2: the input cannot be used.

Columns (* must be there; for orders also revenue or revenue_minor):

{column_help()}"""
)
@shared_options
@click.option(
    "--models",
    type=Models(),
    default=",".join(crediting.MODELS),
    show_default=True,
    help=f"Models, between commas, of {', '.join(crediting.ALL_MODELS)}; or all.",
)
@click.option(
    "--self-transitions/--no-self-transitions",
    default=True,
    show_default=True,
    help="Markov: whether a channel met twice in a row is a step.",
)
@click.option(
    "--merge-rare",
    type=click.IntRange(min=2),
    metavar="N",
    help="Count all but the most frequent channels as one, so that there are N.",
)
@click.option(
    "--replicates",
    default=200,
    show_default=True,
    help="Draws for the intervals, 100 or more; 0: no intervals.",
)
@click.option("--seed", default=1, show_default=True, help="Seed of the draws.")
@click.option("--level", default=0.95, show_default=True, help="Level of the intervals.")
def credit(
    touches: str,
    orders: str,
    out: Path | None,
    window_days: float,
    models: tuple[str, ...],
    currency: str | None,
    strict: bool,
    memory: str,
    threads: int | None,
    as_json: bool,
    self_transitions: bool,
    merge_rare: int | None,
    replicates: int,
    seed: int,
    level: float,
) -> None:
    with opened_engine(memory, threads, as_json) as (connection, progress, console):
        measure = (
            partial(crediting.totals, connection)
            if out is None
            else partial(crediting.assign, connection, out=out)
        )
        result = measure(
            touches=touches,
            orders=orders,
            models=models,
            window_days=window_days,
            currency=currency,
            strict=strict,
            rejected_path=side_file(out),
            progress=progress,
            bootstrap=Bootstrap(replicates, seed, level),
            self_transitions=self_transitions,
            merge_rare=merge_rare,
        )
    if as_json:
        click.echo(json.dumps(credit_as_json(result, str(out) if out else None), indent=2))
        return
    show_report(console, result.report)
    show_credit(console, result, models)
    if isinstance(result, crediting.Credit):
        console.print(f"{result.n_rows:,} rows are in {out}.", highlight=False, markup=False, soft_wrap=True)
