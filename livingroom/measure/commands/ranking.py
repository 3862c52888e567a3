"""`livingroom measure ranking …`"""

import json
import sys
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from livingroom.measure.commands.options import Window, refuse
from livingroom.measure.commands.zones import Zone
from livingroom.measure.moments import Clock
from livingroom.measure.problems import InputError
from livingroom.measure.ranking.files import ORDERS, Ranked, rank_files, rows_of
from livingroom.measure.ranking.popular import DAY
from livingroom.measure.words.files import write_csv, write_rows

COLUMNS = ("place", "idea", "now", "popular", "votes", "exposures", "per_exposure", "low", "high")


@click.command(
    help="""Ideas in order: now, popular, or by votes per exposure with its interval.

\b
livingroom measure ranking --in ideas.csv
livingroom measure ranking --in ideas.csv --by exposure --out list.csv
livingroom measure ranking --in ideas.csv --votes votes.csv --by popular --half-life 14d --json

\b
ideas.csv   idea, published_at, exposures, votes, recent_votes (of the last 30 days)
votes.csv   idea, at, and sign (1 or -1) where there are votes against; votes and recent_votes are then counted from it

\b
now           recent votes / (age in hours + 2)^1.4, never below 0
popular       the sum of votes, each halved after every half-life; needs the votes
per_exposure  the share of those who see it that vote for it, and its 95 % interval

An exposure is a person who sees the idea for the first time. docs/methods/ranking.md explains.
Exit status 2: a file cannot be used."""
)
@click.option("--in", "source", required=True, type=click.Path(path_type=Path), help="CSV file of ideas.")
@click.option("--votes", type=click.Path(path_type=Path), help="CSV file of votes.")
@click.option("--by", type=click.Choice(ORDERS), default="now", show_default=True, help="The order.")
@click.option("--half-life", type=Window(), default="7d", show_default=True, help="Of the popular order.")
@click.option("--now", "when", help="When it is; by default the newest time of the files.")
@click.option("--zone", type=Zone(), default="UTC", show_default=True, help="Of times that name none.")
@click.option("--out", type=click.Path(path_type=Path), help="A .csv, .tsv or .parquet file for the rows.")
@click.option("--strict", is_flag=True, help="Stop with status 2 if any row is bad.")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
def ranking(as_json: bool, **said: Any) -> None:
    try:
        ranked = _rank(said)
    except InputError as error:
        refuse(str(error), as_json, error)
    rows = rows_of(ranked)
    if said["out"]:
        write_rows(said["out"], COLUMNS, rows)
    prior = ranked.per_exposure.prior
    if as_json:
        facts = {
            "by": said["by"], "n": len(rows),
            "prior": {"votes": prior.votes, "exposures": prior.exposures, "is_fitted": prior.is_fitted},
            "rejected": [str(problem) for problem in ranked.rejected],
        }  # fmt: skip
        click.echo(
            json.dumps(facts | ({"out": str(said["out"])} if said["out"] else {"rows": rows}), indent=2)
        )
        return
    for problem in ranked.rejected:
        click.echo(f"Rejected {problem}", err=True)
    if not said["out"]:
        write_csv(sys.stdout, COLUMNS, rows)


def _rank(said: dict[str, Any]) -> Ranked:
    out: Path | None = said["out"]
    if out is not None and (
        out.suffix.lower() not in (".csv", ".tsv", ".parquet") or not out.parent.is_dir()
    ):
        raise InputError(
            [f"Rows go to a file named .csv, .tsv or .parquet in a folder that is there, not to {out}."]
        )
    if said["by"] == "popular" and not said["votes"]:
        raise InputError(["The popular order needs every vote's time: give a file with --votes."])
    now = _moment(said["when"], said["zone"]) if said["when"] else None
    ranked = rank_files(
        said["source"], said["votes"], said["zone"], now, round(said["half_life"] * DAY), said["by"]
    )
    if said["strict"] and ranked.rejected:
        bad = map(str, ranked.rejected)
        raise InputError(["Nothing was written, because rows are bad and --strict was given.", *bad])
    return ranked


def _moment(text: str, zone: ZoneInfo) -> int:
    try:
        return Clock(zone).read(text)
    except (ValueError, OverflowError) as error:
        raise InputError([f"--now: {text!r} is no time. {error}"]) from error
