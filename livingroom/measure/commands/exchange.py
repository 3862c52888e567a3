"""`livingroom measure exchange …`"""

import json
from pathlib import Path
from typing import Any

import click
import pyarrow as pa
import pyarrow.csv
from rich.console import Console
from rich.table import Table

from livingroom.measure.calibration import NotTested
from livingroom.measure.commands.money_options import read_lift_file
from livingroom.measure.commands.options import refuse
from livingroom.measure.engine import DuckWorkspace, connect, open_workspace
from livingroom.measure.estimate import answer_as_json
from livingroom.measure.exchange import meridian, pymc_marketing
from livingroom.measure.exchange.imported import BADGE, Modelled, rows_of
from livingroom.measure.exchange.lifts import ExportedLift, NotAccepted
from livingroom.measure.exchange.weekly import Weekly, weekly
from livingroom.measure.lift.stored import from_json
from livingroom.measure.problems import InputError
from livingroom.measure.sources import open_with_duckdb

MODELS = ("pymc-marketing", "meridian")
TEST_COLUMNS = ("reading", "channel", "n_cells", "exposure", "spend")


@click.group(
    help="""Marketing-mix models of others: our weeks and tested lifts out, what they say back in.

\b
livingroom measure exchange out --to pymc-marketing --outcomes sales.csv --media media.csv --currency USD --out mmm
livingroom measure exchange out --to meridian --outcomes sales.csv --media media.csv --currency USD \\
    --controls price.csv --tests tests.csv --out mmm
livingroom measure exchange in --from meridian --file summary.csv --weeks 59

What comes back is badged *modelled, not tested*, and is never averaged with a tested lift."""
)
def exchange() -> None:
    pass


@exchange.command(
    "out",
    help="""Write weekly.csv, and tested lifts as the model takes them.

\b
outcomes  on (day), revenue; optional orders, market
media     on, channel, exposure; optional spend, market
controls  on, name, value; optional market
tests     reading (file of `livingroom measure lift --json`), channel, n_cells (market-weeks in which it was on),
          exposure, spend (of those together); optional market

A test that a model cannot take is named and left out; the rest is written. Exit status 2: the input cannot be used.""",
)
@click.option("--to", "model", required=True, type=click.Choice(MODELS), help="Which model.")
@click.option("--outcomes", required=True, help="CSV or Parquet file of what was sold.")
@click.option("--media", required=True, help="CSV or Parquet file of what was shown.")
@click.option("--controls", help="CSV or Parquet file of what else moves sales.")
@click.option("--tests", type=click.Path(path_type=Path), help="CSV file of tested lifts.")
@click.option("--currency", required=True, help="Currency of revenue and spend.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Folder for the files.")
@click.option("--json", "as_json", is_flag=True, help="Print what was written as JSON.")
def out(
    model: str,
    outcomes: str,
    media: str,
    controls: str | None,
    tests: Path | None,
    currency: str,
    out: Path,
    as_json: bool,
) -> None:
    try:
        table = weekly(
            _table("outcomes", outcomes),
            _table("media", media),
            currency=currency,
            controls=_table("controls", controls) if controls else None,
        )
        lifts, left_out = _tests(tests)
        files, refused = (_pymc if model == "pymc-marketing" else _meridian)(table, lifts)
    except InputError as error:
        refuse(str(error), as_json, error)
    out.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        _write(out / name, content)
    notes = [*table.notes, *left_out, *refused]
    if as_json:
        click.echo(json.dumps({"out": str(out), "files": sorted(files), "notes": notes}, indent=2))
        return
    click.echo(
        f"{', '.join(sorted(files))} in {out}: {len(table.weeks)} weeks, {len(table.markets)} markets."
    )
    for note in notes:
        click.echo(note)


@exchange.command(
    "in",
    help="""Read what a model says of each channel, with its badge.

\b
pymc-marketing  mmm.summary.contributions(frequency="all_time") saved as CSV
meridian        Analyzer.summary_metrics().to_dataframe() saved as CSV""",
)
@click.option("--from", "model", required=True, type=click.Choice(MODELS), help="Which model.")
@click.option(
    "--file", "path", required=True, type=click.Path(path_type=Path), help="Its summary, a CSV file."
)
@click.option("--weeks", "n_weeks", required=True, type=click.IntRange(min=1), help="Weeks it was fitted on.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def in_(model: str, path: Path, n_weeks: int, as_json: bool) -> None:
    read = pymc_marketing.read_contributions if model == "pymc-marketing" else meridian.read_summary
    try:
        found = read(path, n_weeks=n_weeks)
    except InputError as error:
        refuse(str(error), as_json, error)
    if as_json:
        click.echo(json.dumps({"badge": BADGE, "channels": [_as_json(one) for one in found]}, indent=2))
        return
    shown = Table("channel", "contribution", "low", "high", title=BADGE)
    for one in found:
        ends = (one.contribution.value, one.contribution.low, one.contribution.high)
        shown.add_row(
            " ".join(filter(None, (one.channel, one.market, one.on))), *(f"{end:,.0f}" for end in ends)
        )
    Console().print(shown)


def _table(name: str, path: str) -> pa.Table:
    with connect() as connection, open_workspace(connection) as workspace:
        assert isinstance(workspace, DuckWorkspace)
        raw = open_with_duckdb(workspace, name, path)
        return workspace.arrow(f'SELECT r.* FROM "{raw.view}" AS r')  # noqa: S608 - a name of our own


def _tests(path: Path | None) -> tuple[list[ExportedLift], list[str]]:
    """Return the tests, and a sentence for each that is none."""
    found, left_out = [], []
    for number, row in enumerate(rows_of(path, TEST_COLUMNS) if path else [], start=2):
        assert path is not None
        try:
            reading = from_json(read_lift_file(path.parent / row["reading"]))
            found.append(
                ExportedLift.of(
                    reading,
                    channel=row["channel"],
                    n_cells=int(row["n_cells"]),
                    exposure=float(row["exposure"]),
                    spend=float(row["spend"]),
                    market=row.get("market") or "",
                )
            )
        except (KeyError, TypeError, ValueError) as error:
            raise InputError([f"{path}, line {number}: {error} is wrong or missing."]) from error
        except NotTested as error:
            left_out.append(f"{path}, line {number}, is left out. {error}")
    return found, left_out


def _pymc(table: Weekly, lifts: list[ExportedLift]) -> tuple[dict[str, Any], list[str]]:
    taken, refused = [], []
    for lift in lifts:
        try:
            taken.append(pymc_marketing.lift_tests([lift]))
        except NotAccepted as error:
            refused.append(str(error))
    files = {"weekly.csv": pymc_marketing.frame(table)}
    return files | ({"lift_tests.csv": pa.concat_tables(taken)} if taken else {}), refused


def _meridian(table: Weekly, lifts: list[ExportedLift]) -> tuple[dict[str, Any], list[str]]:
    taken, refused = [], []
    for lift in lifts:
        try:
            meridian.roi_priors(table, [lift])
            taken.append(lift)
        except NotAccepted as error:
            refused.append(str(error))
    priors = [
        {"channel": prior.channel, "mean": prior.mean, "standard_deviation": prior.standard_deviation}
        for prior in meridian.roi_priors(table, taken)
    ]
    names = meridian.columns(table) | {"roi_priors": priors}
    return {"weekly.csv": meridian.frame(table), "model.json": names}, refused


def _write(path: Path, content: pa.Table | dict[str, Any]) -> None:
    partial = path.with_name(f".{path.name}.partial")
    if isinstance(content, pa.Table):
        pyarrow.csv.write_csv(content, partial)
    else:
        partial.write_text(json.dumps(content, indent=2), encoding="utf-8")
    partial.replace(path)


def _as_json(one: Modelled) -> dict[str, Any]:
    place = {name: value for name, value in (("market", one.market), ("on", one.on)) if value}
    return {"channel": one.channel, **place, "is_tested": one.is_tested, **answer_as_json(one.contribution)}
