"""`livingroom measure …`: evidence and credit for files, without a server."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn, TypeVar

import click
import duckdb
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from livingroom.measure import credit as crediting
from livingroom.measure import evidence as grading
from livingroom.measure.engine import connect
from livingroom.measure.problems import InputError, RowsRejected
from livingroom.measure.progress import Progress
from livingroom.measure.screen import (
    column_help,
    credit_as_json,
    evidence_as_json,
    report_as_json,
    show_credit,
    show_evidence,
    show_report,
)

BAD_INPUT = 2
_DAYS = {"h": 1 / 24, "d": 1.0, "w": 7.0}

Command = TypeVar("Command", bound=Callable[..., object])


class Window(click.ParamType[float]):
    """A length of time such as 30d, 12h or 4w; a bare number is days."""

    name = "window"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        found = re.fullmatch(r"(\d+(?:\.\d+)?)([hdw]?)", str(value).strip().lower())
        if found is None or float(found[1]) == 0:
            self.fail(f"{value!r} is no window. Write 30d, 12h or 4w.", param, ctx)
        return float(found[1]) * _DAYS[found[2] or "d"]


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


def _shared_options(command: Command) -> Command:
    options = (
        click.option("--touches", required=True, help="Parquet or CSV file (or pattern) of touches."),
        click.option("--orders", required=True, help="Parquet or CSV file (or pattern) of orders."),
        click.option(
            "--out", required=True, type=click.Path(path_type=Path), help="Result: .parquet or .csv."
        ),
        click.option(
            "--window",
            "window_days",
            type=Window(),
            default="30d",
            show_default=True,
            help="How long before the order a touch may lie.",
        ),
        click.option("--currency", help="Currency of all orders, when they have no such column."),
        click.option("--strict", is_flag=True, help="Stop with status 2 if any row is bad."),
        click.option("--memory", default="2GB", show_default=True, help="Ceiling for the engine's memory."),
        click.option("--threads", type=click.IntRange(min=1), help="Cores to use; all by default."),
        click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON."),
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def measure() -> None:
    """Evidence and credit for touches and orders in files, without a server."""


@measure.command(
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
@_shared_options
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
    with _engine(memory, threads, as_json) as (connection, progress, console):
        result = crediting.assign(
            connection,
            touches=touches,
            orders=orders,
            models=models,
            window_days=window_days,
            currency=currency,
            strict=strict,
            out=out,
            rejected_path=_side_file(out),
            progress=progress,
        )
    if as_json:
        click.echo(json.dumps(credit_as_json(result, str(out)), indent=2))
        return
    show_report(console, result.report)
    show_credit(console, result, models)
    console.print(f"{result.n_rows:,} rows are in {out}.", highlight=False, markup=False, soft_wrap=True)


@measure.command(
    help=f"""Grade every order by what speaks for a social touch behind it: A to E, or none.

\b
livingroom measure evidence --touches touches.parquet --orders orders.parquet --out evidence.parquet
livingroom measure evidence --touches t.csv --orders o.csv --window 14d --out evidence.csv --json

\b
A     single-use code issued to this visitor, or code and click on the same placement
B     code, and another touch of the same branch
C     click, no code
D     code with no touch at all: a leak suspect
E     the buyer's own answer

One row per order: order_id, grade, kind, touch_id, placement_id, branch_id, reason, rule_version. The floor is A + B,
the ceiling A to E. Bad rows go to OUT.rejected.csv. Exit status 2: the input cannot be used.

Columns (* must be there; for orders also revenue or revenue_minor):

{column_help()}"""
)
@_shared_options
@click.option(
    "--social-channel",
    "social_channels",
    multiple=True,
    help="Another name that buyers give a social channel.",
)
def evidence(
    touches: str,
    orders: str,
    out: Path,
    window_days: float,
    currency: str | None,
    social_channels: tuple[str, ...],
    strict: bool,
    memory: str,
    threads: int | None,
    as_json: bool,
) -> None:
    with _engine(memory, threads, as_json) as (connection, progress, console):
        result = grading.grade(
            connection,
            touches=touches,
            orders=orders,
            window_days=window_days,
            currency=currency,
            social_channels=social_channels,
            strict=strict,
            out=out,
            rejected_path=_side_file(out),
            progress=progress,
        )
    if as_json:
        click.echo(json.dumps(evidence_as_json(result, str(out)), indent=2))
        return
    show_report(console, result.report)
    show_evidence(console, result)
    console.print(f"{result.n_rows:,} rows are in {out}.", highlight=False, markup=False, soft_wrap=True)


def _side_file(out: Path) -> Path:
    return out.with_name(f"{out.name}.rejected.csv")


@contextmanager
def _engine(
    memory: str, threads: int | None, as_json: bool
) -> Iterator[tuple[duckdb.DuckDBPyConnection, Progress, Console]]:
    """Open the engine and a progress bar on standard error; say what is wrong and leave with status 2 if input is bad."""
    try:
        connection = connect(memory=memory, threads=threads)
    except duckdb.Error as error:
        raise click.BadParameter(
            f"{memory!r} is no amount of memory. Write 2GB or 500MB. ({error})"
        ) from error
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    try:
        with connection, Bar(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("Reading", total=None, rate="")

            def progress(n_done: int, n_all: int, doing: str) -> None:
                speed = bar.tasks[task].speed
                rate = f"{speed:,.0f} orders/s" if speed else ""
                bar.update(task, completed=n_done, total=n_all or None, description=doing, rate=rate)

            yield connection, progress, Console()
    except RowsRejected as error:
        _refuse(f"Nothing was written, because rows are bad and --strict was given.\n{error}", as_json, error)
    except InputError as error:
        _refuse(str(error), as_json, error)


def _refuse(text: str, as_json: bool, error: InputError | RowsRejected) -> NoReturn:
    if as_json:
        found = (
            report_as_json(error.report)
            if isinstance(error, RowsRejected)
            else {"sentences": list(error.sentences)}
        )
        click.echo(json.dumps({"refused": text, "input": found}, indent=2))
    click.echo(text, err=True)
    raise SystemExit(BAD_INPUT)
