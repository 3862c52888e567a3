"""`livingroom measure claim …`"""

import json
import shutil
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click
import duckdb
from rich.console import Console

from livingroom.measure import claims
from livingroom.measure.claims.freeze import peek
from livingroom.measure.claims.panels import PanelFile
from livingroom.measure.claims.screen import show_claim, show_verdict, verdict_as_json
from livingroom.measure.commands.money_options import (
    DIFFERS,
    Day,
    Uncertain,
    engine_for_money,
    month_end,
    read_lift_file,
)
from livingroom.measure.commands.options import Window
from livingroom.measure.estimate import Estimate
from livingroom.measure.problems import InputError
from livingroom.measure.returns import Quantity


@click.command(
    help="""Freeze a figure with its evidence, or recompute one.

\b
livingroom measure claim --touches touches.parquet --orders orders.parquet --costs costs.csv --margin 0.175 \\
    --from 2007-06 --to 2009-12 --title "Social, 2007 to 2009" --out claim.json --pdf claim.pdf
livingroom measure claim --touches t.csv --orders o.csv --lift lift.json --out claim.json
livingroom measure claim --verify claim.pdf --lake var/lake
livingroom measure claim --verify claim.json --touches t.csv --orders o.csv

A claim says who touched orders (floor and ceiling), what was added as far as it was tested, what was left after all
costs, and what is not known. Its inputs are frozen beside it, in claim.inputs/, so that later refunds do not change it.
--verify recomputes it from them and says "same" (exit status 0), or what differs, figure by figure (1). With --touches and
--orders it is compared with these tables instead. Exit status 2: the input cannot be used.

Orders may also have discount, goods and is_first_order. Costs: on, kind (staff, network_fee, tools, ads, other), amount,
currency, optional branch. Refunds: order_id, at, amount. A lift is what `livingroom measure lift --json` prints."""
)
@click.option(
    "--verify", "verified", type=click.Path(path_type=Path), help="Recompute this claim: JSON or PDF."
)
@click.option(
    "--lake", type=click.Path(path_type=Path), help="The lake that keeps the inputs of the claim to verify."
)
@click.option("--touches", help="Parquet or CSV file (or pattern) of touches.")
@click.option("--orders", help="Parquet or CSV file (or pattern) of orders.")
@click.option("--costs", type=click.Path(path_type=Path), help="Parquet or CSV file of costs.")
@click.option(
    "--refunds", type=click.Path(path_type=Path), help="Parquet or CSV file of refunds, with their times."
)
@click.option(
    "--lift", "lifts", type=click.Path(path_type=Path), multiple=True, help="A reading; the first decides."
)
@click.option(
    "--panel",
    "panels",
    type=click.Path(path_type=Path),
    multiple=True,
    help="An experiment to analyse with it.",
)
@click.option(
    "--design", "designs", multiple=True, help="How each --panel was designed: geo, switchback, few, history."
)
@click.option(
    "--assignment", type=click.Path(path_type=Path), help="The assignment log of the first --panel."
)
@click.option(
    "--from", "first_on", type=Day(), help="First day, or month; by default the month of the first order."
)
@click.option(
    "--to",
    "last_on",
    type=Day(is_end=True),
    help="Last day, or month; by default the month of the last order.",
)
@click.option("--title", help="What the claim is called.")
@click.option("--currency", help="Its currency; by default that of the orders.")
@click.option("--branch", "branches", multiple=True, help="Claim only for this branch_id.")
@click.option(
    "--window", "window_days", type=Window(), default="30d", show_default=True, help="Before the order."
)
@click.option("--margin", type=Uncertain(), help="Left of net revenue after goods: 0.175, or 0.15..0.2.")
@click.option("--staff-uncertainty", default=0.1, show_default=True, help="How far booked hours may be off.")
@click.option(
    "--social-channel", "social_channels", multiple=True, help="Another name buyers give a social channel."
)
@click.option("--out", type=click.Path(path_type=Path), help="The claim: .json.")
@click.option(
    "--pdf", type=click.Path(path_type=Path), help="The same to sign: .pdf; it can be verified, too."
)
@click.option("--seed", default=claims.inputs.SEED, show_default=True, help="For the Monte Carlo.")
@click.option("--memory", default="2GB", show_default=True, help="Ceiling for the engine's memory.")
@click.option("--threads", type=click.IntRange(min=1), help="Cores to use; all by default.")
@click.option("--json", "as_json", is_flag=True, help="Print the claim, or the verdict, as JSON.")
def claim(
    verified: Path | None,
    lake: Path | None,
    touches: str | None,
    orders: str | None,
    costs: Path | None,
    refunds: Path | None,
    lifts: tuple[Path, ...],
    panels: tuple[Path, ...],
    designs: tuple[str, ...],
    assignment: Path | None,
    out: Path | None,
    pdf: Path | None,
    memory: str,
    threads: int | None,
    as_json: bool,
    **said: Any,
) -> None:
    _check_call(verified, touches, orders, out, pdf)
    if len(panels) != len(designs):
        raise click.UsageError("Each --panel needs its --design: geo, switchback, few or history.")
    with engine_for_money(memory, threads, as_json) as connection:
        inputs = None
        if touches and orders:
            readings = tuple(read_lift_file(path) for path in lifts)
            inputs = claims.ClaimInputs(
                touches, orders, costs, refunds, readings, _panels(panels, designs, assignment)
            )
        if verified is not None:
            verdict = claims.verify(connection, verified, lake, inputs)
        else:
            assert inputs is not None
            made = _make(connection, inputs, terms_of(connection, inputs, said), out, pdf)
    if verified is None:
        _show(made, out, pdf, as_json)
        return
    if as_json:
        click.echo(json.dumps(verdict_as_json(verdict), indent=2))
    else:
        show_verdict(Console(), verdict)
    raise SystemExit(0 if verdict.is_same else DIFFERS)


def _panels(
    panels: tuple[Path, ...], designs: tuple[str, ...], assignment: Path | None
) -> tuple[PanelFile, ...]:
    files = zip(panels, designs, strict=True)
    return tuple(
        PanelFile(path, design, assignment if number == 0 else None)
        for number, (path, design) in enumerate(files)
    )


def _check_call(
    verified: Path | None, touches: str | None, orders: str | None, out: Path | None, pdf: Path | None
) -> None:
    if bool(touches) != bool(orders):
        raise click.UsageError("--touches and --orders are given together.")
    if verified is None and not touches:
        raise click.UsageError(
            "Give --touches and --orders to make a claim, or --verify FILE to recompute one."
        )
    for path, suffix in ((out, ".json"), (pdf, ".pdf")):
        if path is not None and path.suffix.lower() != suffix:
            raise click.UsageError(f"{path} must be named {suffix}.")
        if path is not None and not path.parent.is_dir():
            raise click.UsageError(f"There is no folder {path.parent}.")
    if verified is None and out is None and pdf is None:
        raise click.UsageError("Name the file of the claim with --out claim.json, or --pdf claim.pdf.")


def terms_of(
    connection: duckdb.DuckDBPyConnection, inputs: claims.ClaimInputs, said: dict[str, Any]
) -> claims.Terms:
    """Complete what was said by what the orders hold. Raises InputError."""
    currency: str | None = said["currency"] and said["currency"].upper()
    first: date | None = said["first_on"]
    last: date | None = said["last_on"]
    if currency is None or first is None or last is None:
        seen = peek(connection, inputs, currency)
        if currency is None and len(seen.currencies) > 1:
            listed = ", ".join(f"{n:,} in {code}" for code, n in seen.currencies.items())
            raise InputError([f"orders: there are {listed}. Name the currency of the claim with --currency."])
        currency = currency or next(iter(seen.currencies))
        # Whole months, since costs are often booked at a month's end.
        first, last = first or _day_of(seen.first_us).replace(day=1), last or month_end(_day_of(seen.last_us))
    if first > last:
        raise InputError([f"The period ends on {last}, before it begins on {first}."])
    margin: Quantity | None = said["margin"]
    return claims.Terms(
        title=said["title"] or "What social earned",
        currency=currency,
        first_on=first,
        last_on=last,
        who=f"Branch {', '.join(said['branches'])}" if said["branches"] else "Social",
        branches=tuple(said["branches"]),
        window_days=said["window_days"],
        margin=margin if margin is None or isinstance(margin, Estimate) else float(margin),
        staff_uncertainty=said["staff_uncertainty"],
        social_channels=tuple(said["social_channels"]),
        seed=said["seed"],
    )


def _day_of(us: int) -> date:
    return datetime.fromtimestamp(us / 1_000_000, UTC).date()


def _make(
    connection: duckdb.DuckDBPyConnection,
    inputs: claims.ClaimInputs,
    terms: claims.Terms,
    out: Path | None,
    pdf: Path | None,
) -> claims.Claim:
    """Make the claim beside its place and move it there when all of it is whole."""
    path = out or pdf
    assert path is not None
    folder = path.with_suffix(".inputs")
    draft = folder.with_name(f".{folder.name}.partial")
    shutil.rmtree(draft, ignore_errors=True)
    try:
        made = claims.build(
            connection, inputs=inputs, terms=terms, folder=draft, now=datetime.now(UTC), place=folder.name
        )
        if pdf is not None:
            claims.write_pdf(made, pdf)
        shutil.rmtree(folder, ignore_errors=True)
        draft.replace(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    if out is not None:
        claims.write_json(made, out)
    return made


def _show(made: claims.Claim, out: Path | None, pdf: Path | None, as_json: bool) -> None:
    if as_json:
        click.echo(claims.to_json(made.document), nl=False)
        return
    console = Console()
    show_claim(console, made)
    path = out or pdf
    assert path is not None
    for written in (out, pdf, path.with_suffix(".inputs")):
        if written is not None:
            console.print(f"Written: {written}", highlight=False, markup=False, soft_wrap=True)
    console.print(
        f"Recompute it with: livingroom measure claim --verify {path}",
        highlight=False,
        markup=False,
        soft_wrap=True,
    )
