"""`livingroom world`."""

import json
import re
from pathlib import Path
from typing import Any

import click


@click.command()
@click.option(
    "--regime",
    type=click.Choice(["A", "B", "C", "D"], case_sensitive=False),
    required=True,
    help="See above.",
)
@click.option(
    "--people", type=click.IntRange(min=1_000), default=200_000, show_default=True, help="How many."
)
@click.option(
    "--days", type=click.IntRange(min=14, max=1_000), default=120, show_default=True, help="Days of test."
)
@click.option(
    "--seed", type=click.IntRange(min=0), default=7, show_default=True, help="The same seed, the same bytes."
)
@click.option(
    "--holdout",
    type=click.Choice(["none", "geo", "switchback"]),
    default="none",
    show_default=True,
    help="Whom posts leave out: nobody, half of the places, or each place in half of the blocks.",
)
@click.option("--geos", type=click.IntRange(min=2, max=500), default=40, show_default=True, help="Places.")
@click.option(
    "--pre-days",
    type=click.IntRange(min=14, max=1_000),
    default=60,
    show_default=True,
    help="Days before it.",
)
@click.option("--currency", default="USD", show_default=True, help="ISO 4217 code of all amounts.")
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="Folder for the files."
)
@click.option("--json", "as_json", is_flag=True, help="Print the truth as JSON.")
def world(
    regime: str, people: int, days: int, seed: int, holdout: Any, geos: int, pre_days: int, currency: str,
    out: Path, as_json: bool,
) -> None:  # fmt: skip
    """Simulate a shop whose truth is known, and write it as files.

    \b
    livingroom world --regime B --people 200000 --days 120 --seed 7 --holdout geo --out DIR
    livingroom measure lift --panel DIR/panel.csv --design geo --json
    livingroom measure evidence --touches DIR/touches.parquet --orders DIR/orders.parquet --out e.parquet

    \b
    A  mostly incremental      B  mostly cannibalised
    C  discount only           D  view-through heavy

    Writes touches, orders and refunds (.parquet), panel.csv, costs.csv, assignment.json; and apart from them the truth:
    truth.json and truth_orders.parquet. Every person lives twice on the same random numbers, with posts and without.
    Fifty million people make about a hundred million touches; memory stays the same.
    """
    if not re.fullmatch(r"[A-Z]{3}", currency):
        raise click.UsageError(f"{currency!r} is no ISO 4217 code such as USD.")
    if holdout == "switchback" and days < 40:
        raise click.UsageError("A switchback needs two blocks of 20 days: give --days 40 or more.")
    from livingroom.commands.progress import work_progress
    from livingroom.world.regimes.files import write_world
    from livingroom.world.regimes.kinds import REGIMES
    from livingroom.world.regimes.outcome import Setting

    setting = Setting(REGIMES[regime.upper()], people, days, seed, geos, pre_days=pre_days, currency=currency)
    passes = 1 if holdout == "none" else 2
    try:
        with work_progress("Living twice", total=float(people * passes)) as advance:
            truth = write_world(setting, holdout, out, lambda n: advance(float(n), "people"))
    except OSError as error:
        raise click.UsageError(f"Cannot write into {out}: {error.strerror or error}.") from None
    click.echo(json.dumps(truth, indent=2) if as_json else in_words(truth, out))


def in_words(truth: dict[str, Any], out: Path) -> str:
    lift = truth["relative_lift"]
    return "\n".join(
        [
            f"{truth['touches']:,} touches and {truth['orders']:,} orders are in {out}.",
            f"Regime {truth['regime']}: {truth['summary']}.",
            f"True lift {lift:.2%}" if lift is not None else "No lift: posts were shown nowhere",
            f"Net revenue added {truth['net_lift_minor'] / 100:,.0f} {truth['currency']}; link or code shows "
            f"{truth['evidence_revenue_minor'] / 100:,.0f}.",
            f"Contribution after all costs {truth['net_contribution_minor'] / 100:,.0f} {truth['currency']}.",
        ]
    )
