"""`livingroom measure spikes …`"""

import json
from pathlib import Path
from typing import Any

import click

from livingroom.measure.commands.options import Window, refuse
from livingroom.measure.commands.zones import Zone
from livingroom.measure.problems import InputError
from livingroom.measure.spikes.buckets import Gaps, readable_step
from livingroom.measure.spikes.files import Found, find_spikes
from livingroom.measure.spikes.nab import PROFILES, NabScore, nab_score, read_windows, windows_of
from livingroom.measure.spikes.output import alerts_as_csv, found_as_json, put, scores_as_csv
from livingroom.measure.spikes.rule import DAY, Rule
from livingroom.measure.spikes.series import Series, read_scores, read_series


@click.command(
    help="""Spikes in a series of volumes: alerts, at most one a day.

\b
livingroom measure spikes --series mentions.csv
livingroom measure spikes --series mentions.csv --zone Europe/Berlin --out alerts.csv
livingroom measure spikes --series mentions.csv --scores scores.csv --json
livingroom measure spikes --series mentions.csv --windows labels.json

\b
timestamp   2026-02-26 21:42:53, with or without a zone, or seconds or more since 1970
value       how much was said since the row before: 0 or more

The volume of the last two hours is compared with the trailing seven days; an alert is a z of 3 or more, and none follows
within 24 hours. The rule is the same for every file: nothing is tuned. docs/methods/spikes.md explains.

Alerts are CSV on standard output, one a line, their timestamp as the file writes it: that of the row with which the loud hour was
complete. What is wrong with rows is named on standard error. Exit status 2: the file cannot be used."""
)
@click.option(
    "--series",
    "source",
    required=True,
    type=click.Path(path_type=Path),
    help="CSV file of the series; .gz too; - is standard input.",
)
@click.option("--time", help="Name of the column of times, if it is not timestamp.")
@click.option("--value", help="Name of the column of volumes, if it is not value.")
@click.option("--zone", type=Zone(), default="UTC", show_default=True, help="Of times that name none.")
@click.option(
    "--threshold", type=float, default=3.0, show_default=True, help="The z from which it is a spike."
)
@click.option(
    "--cooldown",
    type=Window(),
    default="24h",
    show_default=True,
    help="After an alert none follows for so long.",
)
@click.option(
    "--days", type=Window(), default="7d", show_default=True, help="How much of the past says what is usual."
)
@click.option(
    "--gaps",
    type=click.Choice(["unknown", "zero"]),
    help="What an hour without a row means. By default unknown where rows come at one step, else zero.",
)
@click.option("--out", type=click.Path(path_type=Path), help="A CSV file for the alerts.")
@click.option(
    "--scores",
    type=click.Path(path_type=Path),
    help="A CSV file with an anomaly score for every row of the series.",
)
@click.option(
    "--windows", type=click.Path(path_type=Path), help="Labelled windows (JSON): print the NAB score too."
)
@click.option(
    "--profile",
    type=click.Choice(list(PROFILES)),
    default="standard",
    show_default=True,
    help="Weights of the NAB score.",
)
@click.option(
    "--given",
    help="Score this column of the file (anomaly scores of another detector) instead of our alerts.",
)
@click.option(
    "--given-threshold", type=float, default=0.5, show_default=True, help="From which score it alerts."
)
@click.option("--strict", is_flag=True, help="Stop with status 2 if any row is bad.")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
def spikes(as_json: bool, **said: Any) -> None:
    try:
        rule = _rule(said)
        for path in (said["out"], said["scores"]):
            _check_out(path)
        series = read_series(said["source"], said["zone"], said["time"], said["value"])
        if said["strict"] and series.rejected:
            raise InputError(
                [
                    "Nothing was written, because rows are bad and --strict was given.",
                    *map(str, series.rejected),
                ]
            )
        gaps: Gaps | None = said["gaps"]
        found = find_spikes(series, rule, gaps)
        scored = _nab(series, found, said) if said["windows"] else None
    except InputError as error:
        refuse(str(error), as_json, error)
    if said["out"]:
        put(alerts_as_csv(found.alerts), said["out"])
    if said["scores"]:
        put(scores_as_csv(series, found, rule), said["scores"])
    if as_json:
        places = {name: str(said[name]) if said[name] else None for name in ("out", "scores")}
        click.echo(json.dumps(places | found_as_json(series, found, scored), indent=2))
        return
    _show(series, found, scored, said)


def _rule(said: dict[str, Any]) -> Rule:
    try:
        return Rule(said["threshold"], round(said["cooldown"] * DAY), round(said["days"] * DAY))
    except ValueError as error:
        raise InputError([str(error)]) from error


def _check_out(out: Path | None) -> None:
    if out is not None and (out.suffix.lower() != ".csv" or not out.parent.is_dir()):
        raise InputError([f"A result goes to a file named .csv in a folder that is there, not to {out}."])


def _nab(series: Series, found: Found, said: dict[str, Any]) -> NabScore:
    at = [series.rows[place].at or 0 for place in series.used]
    windows = windows_of(read_windows(said["windows"], said["source"], said["zone"]), at)
    if said["given"]:
        scores = read_scores(said["source"], said["given"], series)
        rows = [number for number, score in enumerate(scores) if score >= said["given_threshold"]]
    else:
        number_of_line = {series.rows[place].line: number for number, place in enumerate(series.used)}
        rows = [number_of_line[alert.row.line] for alert in found.alerts]
    return nab_score(len(at), rows, windows, said["profile"])


def _show(series: Series, found: Found, scored: NabScore | None, said: dict[str, Any]) -> None:
    """Print alerts for the next program, and everything else for the person."""
    for name, problems in (("Rejected", series.rejected), ("Noted", series.noted)):
        for problem in problems:
            click.echo(f"{name} {problem}", err=True)
    if found.buckets.n_unknown:
        buckets = "1 bucket" if found.buckets.n_unknown == 1 else f"{found.buckets.n_unknown:,} buckets"
        step = readable_step(found.buckets.step)
        click.echo(f"Noted series: {buckets} of {step}: too few rows to know the volume.", err=True)
    if found.refusal:
        click.echo(str(found.refusal), err=True)
    click.echo(f"{len(found.alerts):,} alerts in {len(series.used):,} rows.", err=True)
    if scored is not None:
        click.echo(
            f"NAB, {said['profile']}: {scored.normalised:.2f} of 100 (sum {scored.score:.6f}, {scored.n_hit} of "
            f"{scored.n_windows} windows, {scored.n_false} false alarms).",
            err=True,
        )
    if said["out"]:
        click.echo(f"The alerts are in {said['out']}.", err=True)
    else:
        click.echo(alerts_as_csv(found.alerts), nl=False)
