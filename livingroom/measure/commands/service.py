"""`livingroom measure service …`"""

import json
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
from rich.console import Console

from livingroom.measure.commands.options import refuse
from livingroom.measure.commands.zones import Zone
from livingroom.measure.moments import Clock, as_datetime
from livingroom.measure.problems import InputError
from livingroom.measure.service.calendars import Calendar, calendar_of
from livingroom.measure.service.events import AUTHOR_KINDS, KINDS
from livingroom.measure.service.figures import VERSION, service_figures
from livingroom.measure.service.output import figure_as_json, figure_table
from livingroom.measure.service.reading import read_events
from livingroom.measure.terminal import print_whole


@click.command(
    help=f"""How soon and how well people were answered.

\b
livingroom measure service --in messages.csv
livingroom measure service --in messages.csv --now 2026-07-01T00:00:00Z --json
livingroom measure service --in messages.csv --calendar berlin.json

\b
Columns (* must be there):
 * conversation_id  of which conversation
 * at               when, with or without a zone
 * author           who, the same in all conversations
 * author_kind      {", ".join(AUTHOR_KINDS)}
   kind             {", ".join(KINDS[:6])},
                    {", ".join(KINDS[6:])}; missing means message
   value            of a rating 1 to 5; of accept the author of the accepted answer
   tone             of a message, -1 to 1
   is_helpful       of a peer's message: no if it is no answer
   is_promotion     of a post: yes if it sells
   reply_to         the author who is answered, if it is not who asked

Bots and automatic replies never count. Unanswered questions are waits that go on: medians are Kaplan and Meier's, so that silence
does not improve them. docs/methods/service.md has every definition with an example.

\b
A calendar: {{"zone": "Europe/Berlin", "week": {{"mon": ["09:00-12:30", "14:00-18:00"]}}, "holidays": ["2026-12-25"]}}

Exit status 2: the file cannot be used."""
)
@click.option("--in", "source", required=True, type=click.Path(path_type=Path), help="CSV file of messages.")
@click.option("--zone", type=Zone(), default="UTC", show_default=True, help="Of times that name none.")
@click.option("--now", help="When it is; by default the time of the newest row.")
@click.option(
    "--calendar", "hours", type=click.Path(path_type=Path), help="Business hours (JSON): waits in them, too."
)
@click.option("--known-since", help="Who came first before that is no newcomer.")
@click.option("--strict", is_flag=True, help="Stop with status 2 if any row is bad.")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
def service(as_json: bool, **said: Any) -> None:
    try:
        found = read_events(said["source"], said["zone"])
        if said["strict"] and found.rejected:
            raise InputError(
                [
                    "Nothing was measured, because rows are bad and --strict was given.",
                    *map(str, found.rejected),
                ]
            )
        newest = max(event.at for event in found.events)
        as_of = _moment(said["now"], said["zone"], "--now") if said["now"] else newest
        since = _moment(said["known_since"], said["zone"], "--known-since") if said["known_since"] else None
        figures = service_figures(found.events, as_of, _calendar(said["hours"]), since)
    except InputError as error:
        refuse(str(error), as_json, error)
    if as_json:
        answer = {
            "version": VERSION,
            "now": as_datetime(as_of).isoformat(),
            "figures": {figure.name: figure_as_json(figure) for figure in figures},
            "input": {
                "n_rows": found.n_rows,
                "n_used": len(found.events),
                "rejected": [
                    {
                        "problem": problem.sentence,
                        "n_rows": problem.n_rows,
                        "examples": list(problem.examples),
                    }
                    for problem in found.rejected
                ],
            },
        }
        click.echo(json.dumps(answer, indent=2))
        return
    for problem in found.rejected:
        click.echo(f"Rejected {problem}", err=True)
    print_whole(Console(), figure_table(figures))


def _moment(text: str, zone: ZoneInfo, option: str) -> int:
    try:
        return Clock(zone).read(text)
    except (ValueError, OverflowError) as error:
        raise InputError([f"{option}: {text!r} is no time. {error}"]) from error


def _calendar(path: Path | None) -> Calendar | None:
    if path is None:
        return None
    try:
        return calendar_of(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise InputError([f"calendar: {path} is no calendar: {error}"]) from error
