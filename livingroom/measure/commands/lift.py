"""`livingroom measure lift …`"""

import json
from pathlib import Path
from typing import get_args

import click
from rich.console import Console

from livingroom.measure.lift.analyse import Question, analyse
from livingroom.measure.lift.output import show
from livingroom.measure.lift.reading import DesignName
from livingroom.measure.lift.stored import to_json
from livingroom.measure.problems import InputError

BAD_INPUT = 2
ESTIMATORS = ("sdid", "sc_intercept", "sc", "did")


@click.command(
    help="""What was added: the lift of an experiment, or of history that can only be modelled.

\b
livingroom measure lift --panel panel.csv --design geo
livingroom measure lift --panel panel.csv --design geo --assignment design.json --json
livingroom measure lift --panel panel.csv --design switchback --wash-out 10 --horizon 10
livingroom measure lift --panel sales.csv --design few --unit location --time date --outcome Y \\
    --treated-units chicago,portland --from 91 --to 105 --estimator sc_intercept
livingroom measure lift --panel people.csv --design people --outcome spend,visit --treated mailed --pre spend_before
livingroom measure lift --panel draws.csv --design codes --treated won --taken redeemed --outcome revenue
livingroom measure lift --panel series.csv --design history --time date --outcome sales --from 2009-07-01

\b
geo         units (16 or more) left out or not for the whole test, by chance
switchback  units by blocks of time, treated or not by chance; one unit alone with coin tosses
few         one to eight treated units, or a launch in stages, beside units that were never treated
people      one row per person, treated or left out by chance
codes       one row per visitor who took part in a lottery of codes
history     one series, nothing drawn by chance: modelled, not tested

A panel has one row per unit and time: unit, time, outcome, treated (1 or 0); `pre`, `block` and `stratum` are used
where they are there. Exit status 2: the file cannot be read."""
)
@click.option("--panel", required=True, help="CSV (also .gz) or Parquet file.")
@click.option(
    "--design", required=True, type=click.Choice(get_args(DesignName)), help="How chance decided, if it did."
)
@click.option(
    "--unit", default="unit", show_default=True, help="Column of the unit; for people: of the person."
)
@click.option(
    "--time", default="time", show_default=True, help="Column of the time: days, weeks, years, numbers."
)
@click.option(
    "--outcome",
    default="outcome",
    show_default=True,
    help="Column of the outcome; for people also several, between commas.",
)
@click.option(
    "--treated", default="treated", show_default=True, help="Column that says who was treated (when)."
)
@click.option(
    "--treated-value", help="The value of that column that means treated, if it is a word of its own."
)
@click.option("--held-out-value", help="The value that means held out; other rows are left away.")
@click.option(
    "--treated-units", help="Names of treated units between commas, for a file without such a column."
)
@click.option(
    "--from", "start", help="First time of the test: as written in the file, or its place, counted from 1."
)
@click.option("--to", "end", help="Last time of the test; later ones are left away.")
@click.option("--pre", help="Column of times before the test (panel), or of what was known before (people).")
@click.option("--block", help="Column of the switchback's block.")
@click.option("--stratum", help="Column of the stratum or pair inside which chance decided.")
@click.option("--taken", help="Codes: column that says who used the code.")
@click.option("--denominator", help="People: column to divide the outcome by, such as orders.")
@click.option(
    "--controls", help="History: columns or units to lean on, between commas; all others by default."
)
@click.option(
    "--share",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    help="People, codes: share that was to be treated.",
)
@click.option(
    "--assignment",
    type=click.Path(path_type=Path),
    help="The assignment log of `livingroom measure design --out`.",
)
@click.option("--wash-out", type=click.IntRange(min=0), help="Times left away at the start of each block.")
@click.option(
    "--horizon",
    type=click.IntRange(min=0),
    help="For how many times an offer pulls orders forward; 10 unless told.",
)
@click.option(
    "--estimator",
    type=click.Choice(ESTIMATORS),
    default="sdid",
    show_default=True,
    help="Few: which method answers.",
)
@click.option(
    "--interval",
    type=click.Choice(("placebo", "jackknife")),
    default="placebo",
    show_default=True,
    help="Few: which interval.",
)
@click.option(
    "--level",
    type=click.FloatRange(0.5, 0.999),
    default=0.95,
    show_default=True,
    help="Level of the interval.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of everything drawn.")
@click.option("--draws", "n_draws", type=click.IntRange(min=19), help="How many draws or placebos.")
@click.option("--json", "as_values", is_flag=True, help="Print the answer as JSON.")
def lift(**options: object) -> None:
    as_values = bool(options.pop("as_values"))
    try:
        question = Question.of(options)
        reading = analyse(question)
    except InputError as error:
        if as_values:
            click.echo(
                json.dumps({"refused": str(error), "input": {"sentences": list(error.sentences)}}, indent=2)
            )
        click.echo(str(error), err=True)
        raise SystemExit(BAD_INPUT) from error
    if as_values:
        click.echo(json.dumps(to_json(reading), indent=2, allow_nan=False))
        return
    show(Console(), reading)
