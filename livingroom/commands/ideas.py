"""`livingroom ideas …`."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from livingroom.config.django import start_django

if TYPE_CHECKING:
    from livingroom.ideas.models import Board

SOURCES = ("fider", "uservoice", "csv", "livingroom")


@click.group()
def ideas() -> None:
    """Bring ideas in from another portal, and take everything out.

    \b
    livingroom ideas import --from fider backup.zip
    livingroom ideas import --from csv old.csv --column title="Subject line" --state parked=declined
    livingroom ideas export ideas.zip
    """


@ideas.command(name="import")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE")
@click.option("--from", "source", type=click.Choice(SOURCES), required=True, help="What wrote the file.")
@click.option("--board", default="", help="The board’s short name; not needed where there is one board.")
@click.option(
    "--column", "columns", multiple=True, metavar="OURS=THEIRS", help="A column of theirs by its name."
)
@click.option(
    "--state", "states", multiple=True, metavar="THEIRS=OURS", help="What a state of theirs means here."
)
@click.option("--json", "as_json", is_flag=True, help="The report as JSON.")
def import_file(
    path: Path, source: str, board: str, columns: tuple[str, ...], states: tuple[str, ...], as_json: bool
) -> None:
    """Bring ideas in with their dates, states, answers, comments and votes. The same file again changes nothing.

    Votes are shown as brought along; they count once who cast them proves the same address here.
    """
    wanted, meant = _pairs(columns, "--column"), _pairs(states, "--state")
    start_django()
    from livingroom.ideas.models import Idea
    from livingroom.ideas.moving.facts import NotIdeas
    from livingroom.ideas.moving.importing import import_ideas
    from livingroom.ideas.moving.tables import Wishes

    if unknown := sorted(set(meant.values()) - set(Idea.State.values)):
        raise click.BadParameter(
            f"There is no state {unknown[0]}. There are: {', '.join(Idea.State.values)}.",
            param_hint="--state",
        )
    try:
        with path.open("rb") as file:
            report = import_ideas(
                staff=None, board=_board(board), file=file, name=path.name, source=source,
                wishes=Wishes(wanted, {word.lower(): state for word, state in meant.items()}), now=datetime.now(UTC),
            )  # fmt: skip
    except NotIdeas as problem:
        click.echo(str(problem), err=True)
        sys.exit(2)
    told = {name: getattr(report, name) for name in (*_COUNTED, "bad")}
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    click.echo(
        f"{report.n_rows:,} rows: {report.n_new:,} new, {report.n_changed:,} changed, {report.n_same:,} the same; "
        f"{report.n_comments:,} comments, {report.n_votes:,} votes brought along; {len(report.bad):,} set apart."
    )
    for where, why in report.bad[:20]:
        click.echo(f"  {where}: {why}")


@ideas.command(name="export")
@click.argument("path", type=click.Path(path_type=Path), metavar="FOLDER|FILE.zip")
@click.option("--board", default="", help="One board by its short name; all without it.")
@click.option("--json", "as_json", is_flag=True, help="How many rows each table has, as JSON.")
def export(path: Path, board: str, as_json: bool) -> None:
    """Write everything: ideas, votes, comments, answers, merges, evidence, log and pictures, with a README that explains it."""
    start_django()
    from livingroom.ideas.moving.exporting import export_to

    counts = export_to(path, board=_board(board) if board else None, now=datetime.now(UTC))
    if as_json:
        click.echo(json.dumps(counts, indent=2))
    else:
        click.echo(
            f"{path}: "
            + ", ".join(f"{n:,} {name.replace('_', ' ')}" for name, n in counts.items() if n)
            + "."
        )


_COUNTED = ("n_rows", "n_new", "n_changed", "n_same", "n_comments", "n_votes")


def _pairs(given: tuple[str, ...], option: str) -> dict[str, str]:
    pairs = [one.partition("=") for one in given]
    for name, sign, value in pairs:
        if not (name and sign and value):
            raise click.BadParameter(
                f"Write {option} NAME=NAME, not “{name}{sign}{value}”.", param_hint=option
            )
    return {name.strip(): value.strip() for name, _, value in pairs}


def _board(slug: str) -> "Board":
    from livingroom.ideas.models import Board

    boards = list(Board.objects.filter(slug=slug) if slug else Board.objects.filter(is_twin=False))
    if len(boards) != 1:
        there = (
            ", ".join(Board.objects.values_list("slug", flat=True)) or "none yet; open one at /desk/ideas/"
        )
        click.echo(f"Name a board with --board. There are: {there}.", err=True)
        sys.exit(2)
    return boards[0]
