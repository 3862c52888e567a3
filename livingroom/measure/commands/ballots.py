"""`livingroom measure ballots …`"""

import json
from pathlib import Path
from typing import Any

import click

from livingroom.measure.ballots.files import Looked, groups_of, look_through, rows_of
from livingroom.measure.commands.options import refuse
from livingroom.measure.commands.zones import Zone
from livingroom.measure.moments import Clock
from livingroom.measure.problems import InputError
from livingroom.measure.words.files import write_rows

COLUMNS = ("group", "idea", "member", "is_held")


@click.command(
    help="""Votes that look as if they were cast together, for a person to review.

\b
livingroom measure ballots --in votes.csv
livingroom measure ballots --in votes.csv --views views.csv --out suspects.csv
livingroom measure ballots --in votes.csv --since 2026-01-01 --json

\b
Columns of votes (* must be there):
 * idea, member        any text
 * at                  when it was cast
 * member_joined_at    when the account was made
   network, agent      any text that is equal for the same network and browser, such as a keyed hash
Columns of views: idea, day, n (how many people saw the idea that day). They explain a burst that a link sent.

A group is a suspicion with its reasons, never a verdict; those that are strong enough are held until somebody has looked. One
address alone holds nothing. docs/methods/ballots.md explains. Exit status 2: a file cannot be used."""
)
@click.option("--in", "source", required=True, type=click.Path(path_type=Path), help="CSV file of votes.")
@click.option("--views", type=click.Path(path_type=Path), help="CSV file of views by day.")
@click.option("--since", help="From when on all votes are in the file, if it is not the whole history.")
@click.option("--zone", type=Zone(), default="UTC", show_default=True, help="Of times that name none.")
@click.option("--out", type=click.Path(path_type=Path), help="A .csv, .tsv or .parquet file for these votes.")
@click.option("--strict", is_flag=True, help="Stop with status 2 if any row is bad.")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
def ballots(as_json: bool, **said: Any) -> None:
    try:
        looked = _look(said)
    except InputError as error:
        refuse(str(error), as_json, error)
    if said["out"]:
        write_rows(said["out"], COLUMNS, rows_of(looked))
    groups = groups_of(looked)
    if as_json:
        facts = {
            "n_votes": len(looked.votes), "n_held": int(looked.found.is_held.sum()), "groups": groups,
            "rejected": [str(problem) for problem in looked.rejected],
        }  # fmt: skip
        click.echo(
            json.dumps(
                facts | ({"out": str(said["out"])} if said["out"] else {"votes": rows_of(looked)}), indent=2
            )
        )
        return
    for problem in looked.rejected:
        click.echo(f"Rejected {problem}", err=True)
    for group in groups:
        state = "held" if group["is_held"] else "to look at"
        click.echo(
            f"Group {group['group']}, {state}: {group['n_votes']:,} votes, idea {group['idea']}, score {group['score']}"
        )
        for reason in group["reasons"]:
            click.echo(f"  {reason}")
    click.echo(f"{looked.found.is_held.sum():,} of {len(looked.votes):,} votes are held.")


def _look(said: dict[str, Any]) -> Looked:
    out: Path | None = said["out"]
    if out is not None and (
        out.suffix.lower() not in (".csv", ".tsv", ".parquet") or not out.parent.is_dir()
    ):
        raise InputError(
            [f"Rows go to a file named .csv, .tsv or .parquet in a folder that is there, not to {out}."]
        )
    since = None
    if said["since"]:
        try:
            since = Clock(said["zone"]).read(said["since"])
        except (ValueError, OverflowError) as error:
            raise InputError([f"--since: {said['since']!r} is no time. {error}"]) from error
    looked = look_through(said["source"], said["views"], said["zone"], since)
    if said["strict"] and looked.rejected:
        bad = map(str, looked.rejected)
        raise InputError(["Nothing was written, because rows are bad and --strict was given.", *bad])
    return looked
