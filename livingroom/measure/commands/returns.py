"""`livingroom measure return …`"""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
import duckdb
import pyarrow as pa
from rich.console import Console
from rich.table import Table

from livingroom.measure.claims.figures import count
from livingroom.measure.claims.freeze import freeze
from livingroom.measure.claims.inputs import SEED, ClaimInputs, Terms
from livingroom.measure.claims.lifts import compact, deciding, read_lifts
from livingroom.measure.claims.returning import return_of
from livingroom.measure.claims.screen import return_lines
from livingroom.measure.claims.words import rounded
from livingroom.measure.commands.claim import terms_of
from livingroom.measure.commands.money_options import Day, Uncertain, engine_for_money, read_lift_file
from livingroom.measure.commands.options import Window
from livingroom.measure.currencies import DECIMALS
from livingroom.measure.estimate import Estimate, NotEnoughData, money_as_json
from livingroom.measure.problems import InputError
from livingroom.measure.returns import UNTESTED, ReturnInputs, contribution, middle, scaled
from livingroom.measure.returns.output import as_json

NO_TOUCHES = pa.table(
    {
        "customer_id": pa.array([], pa.string()),
        "at": pa.array([], pa.int64()),
        "channel": pa.array([], pa.string()),
    }
)


@click.command(
    help="""What it earned after all costs, and how sure that is.

\b
livingroom measure return --orders orders.parquet --touches touches.parquet --costs costs.csv --margin 0.175 --lift lift.json
livingroom measure return --orders orders.csv --evidence evidence.parquet --costs costs.csv --margin 0.15..0.2 --by month
livingroom measure return --evidence-revenue 6500000 --cost 1000000 --margin 0.175 --currency USD

Contribution = revenue of orders that were added x margin - discount on orders that would have come anyway - staff - network
fees - tools - advertising - refunds still to come, by Monte Carlo over the lift, the margin, booked hours and refunds.
Without a lift it is not known; break-even needs none: the share of this revenue that must be new for it to pay, which is
cost / (evidence revenue x margin). The last example answers 87.9 %. Exit status 2: the input cannot be used.

Orders may also have discount, goods and is_first_order. Costs: on, kind (staff, network_fee, tools, ads, other), amount,
currency. Refunds: order_id, at, amount. A lift is what `livingroom measure lift --json` prints."""
)
@click.option("--orders", help="Parquet or CSV file (or pattern) of orders.")
@click.option("--touches", help="Parquet or CSV file (or pattern) of touches.")
@click.option(
    "--evidence", type=click.Path(path_type=Path), help="Grades from `measure evidence`, instead of touches."
)
@click.option("--costs", type=click.Path(path_type=Path), help="Parquet or CSV file of costs.")
@click.option(
    "--refunds", type=click.Path(path_type=Path), help="Parquet or CSV file of refunds, with their times."
)
@click.option(
    "--lift", "lifts", type=click.Path(path_type=Path), multiple=True, help="A reading; the first decides."
)
@click.option(
    "--evidence-revenue", type=Uncertain(), help="Revenue with evidence as a number, instead of files."
)
@click.option("--cost", type=Uncertain(), help="Cost as a number, or a range, instead of a file.")
@click.option("--discount", type=Uncertain(), default="0", help="Discounts given, beside --evidence-revenue.")
@click.option("--added", type=Uncertain(), help="Net revenue added, as a range, beside --evidence-revenue.")
@click.option("--margin", type=Uncertain(), help="Left of net revenue after goods: 0.175, or 0.15..0.2.")
@click.option("--staff-uncertainty", default=0.1, show_default=True, help="How far booked hours may be off.")
@click.option(
    "--from", "first_on", type=Day(), help="First day, or month; by default the month of the first order."
)
@click.option(
    "--to",
    "last_on",
    type=Day(is_end=True),
    help="Last day, or month; by default the month of the last order.",
)
@click.option("--by", type=click.Choice(["month"]), help="Also month by month, and cumulated.")
@click.option("--currency", help="By default that of the orders.")
@click.option("--branch", "branches", multiple=True, help="Only for this branch_id.")
@click.option(
    "--window", "window_days", type=Window(), default="30d", show_default=True, help="Before the order."
)
@click.option(
    "--social-channel", "social_channels", multiple=True, help="Another name buyers give a social channel."
)
@click.option("--seed", default=SEED, show_default=True, help="For the Monte Carlo.")
@click.option("--memory", default="2GB", show_default=True, help="Ceiling for the engine's memory.")
@click.option("--threads", type=click.IntRange(min=1), help="Cores to use; all by default.")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
def returns(as_json: bool, memory: str, threads: int | None, **said: Any) -> None:
    if said["evidence_revenue"] is not None:
        answer = _of_numbers(said)
    else:
        if not said["orders"] or not (said["touches"] or said["evidence"]):
            raise click.UsageError(
                "Give --orders with --touches or --evidence, or --evidence-revenue as a number."
            )
        with engine_for_money(memory, threads, as_json) as connection:
            answer = _of_files(connection, said)
    if as_json:
        click.echo(json.dumps(answer, indent=2))
        return
    _show(Console(), answer)


def _of_numbers(said: dict[str, Any]) -> dict[str, Any]:
    """Work with numbers in major units, as people say them."""
    if said["margin"] is None or said["cost"] is None:
        raise click.UsageError("Beside --evidence-revenue also give --cost and --margin.")
    currency = (said["currency"] or "USD").upper()
    if currency not in DECIMALS:
        raise click.UsageError(f"{currency} is no currency code of ISO 4217.")
    factor = float(10 ** DECIMALS[currency])
    added = said["added"]
    lift = scaled(added, factor) if isinstance(added, Estimate) else UNTESTED
    if added is not None and not isinstance(added, Estimate):
        raise click.UsageError(
            "--added is a range, such as 400000..900000: a lift without an interval is none."
        )
    evidence_minor = middle(said["evidence_revenue"]) * factor
    inputs = ReturnInputs(
        currency=currency,
        evidence_minor=evidence_minor,
        margin=said["margin"],
        lift_minor=lift if isinstance(lift, (Estimate, NotEnoughData)) else UNTESTED,
        discount_minor=scaled(said["discount"], factor),
        costs={"cost": scaled(said["cost"], factor)},
    )
    result = contribution(inputs, said["seed"])
    return {
        "currency": currency,
        "evidence_minor": round(evidence_minor),
        "cost_minor": round(result.cost.value),
        **as_json(result),
    }


def _of_files(connection: duckdb.DuckDBPyConnection, said: dict[str, Any]) -> dict[str, Any]:
    readings = tuple(read_lift_file(path) for path in said["lifts"])
    evidence: Path | None = said["evidence"]
    if evidence is not None and not evidence.is_file():
        raise InputError([f"evidence: there is no file {evidence}."])
    inputs = ClaimInputs(
        said["touches"] or NO_TOUCHES, said["orders"], said["costs"], said["refunds"], readings
    )
    terms: Terms = terms_of(connection, inputs, {"title": "Return", **said})
    with TemporaryDirectory(prefix="livingroom-return-") as working:
        freeze(connection, inputs, terms, Path(working))
        figures = count(connection, Path(working), terms, evidence if not said["touches"] else None)
    money = deciding(read_lifts([compact(said) for said in readings], terms, figures), terms, figures)
    answer = {
        "currency": terms.currency,
        "from": terms.first_on.isoformat(),
        "to": terms.last_on.isoformat(),
        "floor": figures.floor,
        "ceiling": figures.ceiling,
        "evidence_minor": figures.ceiling["revenue_minor"],
        "net_lift_minor": money_as_json(money),
        **return_of(figures, terms, money),
    }
    if said["by"] != "month":
        answer.pop("months", None)
    return answer


def _show(console: Console, answer: dict[str, Any]) -> None:
    currency = answer["currency"]
    console.print(
        f"Net revenue with evidence: {rounded(answer['evidence_minor'], currency)}", highlight=False
    )
    for line in return_lines(answer, currency):
        console.print(line, highlight=False, markup=False, soft_wrap=True)
    if answer.get("parts"):
        table = Table("from revenue to contribution")
        for name in ("median", "low", "high"):
            table.add_column(name, justify="right")
        for part in (*answer["parts"], {"name": "contribution", **answer["contribution_minor"]}):
            table.add_row(part["name"], *(rounded(part[end], currency) for end in ("value", "low", "high")))
        console.print(table)
    for group in answer.get("customers", []):
        even = "–" if group["break_even"] is None else f"{group['break_even']:.1%}"
        console.print(
            f"{group['who']} customers: {rounded(group['revenue_minor'], currency)}, break-even if they carried all cost {even}",
            highlight=False,
        )
    if answer.get("months"):
        console.print(_months(answer["months"], currency))


def _months(months: list[dict[str, Any]], currency: str) -> Table:
    table = Table("month")
    for name in ("evidence", "cost", "break-even", "contribution", "cumulated"):
        table.add_column(name, justify="right")
    for row in months:
        table.add_row(
            row["month"],
            rounded(row["evidence_minor"], currency),
            rounded(row["cost_minor"], currency),
            "–" if row["break_even"] is None else f"{row['break_even']:.0%}",
            _ranged(row["contribution_minor"], currency),
            _ranged(row["cumulated_minor"], currency),
        )
    return table


def _ranged(money: dict[str, Any], currency: str) -> str:
    if "refused" in money:
        return "not tested"
    return f"{rounded(money['value'], currency)} ({rounded(money['low'], currency)} to {rounded(money['high'], currency)})"
