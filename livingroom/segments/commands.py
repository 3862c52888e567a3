"""`livingroom segments`: sizes, the check, and the limits of bands."""

import json
import sys
from datetime import UTC, datetime

import click

from livingroom.config.django import start_django

MOST_LINES = 50


@click.group()
def segments() -> None:
    """Segments: how many they hold, and the proof that the rows behind them are right.

    \b
    livingroom segments sizes --json
    livingroom segments check
    livingroom segments build
    livingroom segments bands --renew
    """
    start_django()


@segments.command()
@click.option("--json", "as_json", is_flag=True, help="For a script.")
def sizes(as_json: bool) -> None:
    """How many people each segment holds."""
    from livingroom.segments.asking import sizes_of
    from livingroom.segments.live import sentence_of
    from livingroom.segments.models import Segment

    versions = [row.current for row in Segment.objects.standing() if row.current]
    found = sizes_of(versions, datetime.now(UTC))
    rows = [
        {
            "segment": each.segment.slug,
            "version": each.number,
            "people": found[each.pk],
            "who": sentence_of(each),
        }
        for each in versions
    ]
    if as_json:
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    for row in rows:
        click.echo(f"{row['people']:>12,}  {row['segment']}, version {row['version']}: {row['who']}")
    if not rows:
        click.echo("There are no segments yet: make one on the page Segments.")


@segments.command()
def check() -> None:
    """Read everybody's rows anew and hold what segments know of them against that.

    Exit status 0: everything is the same. 1: it says of whom something is not.
    """
    from livingroom.segments.checking import differences, n_people

    n = 0
    for n, line in enumerate(differences(datetime.now(UTC)), start=1):
        if n <= MOST_LINES:
            click.echo(line, err=True)
    if n:
        click.echo(f"{n:,} differences. livingroom segments build reads everybody anew.", err=True)
        sys.exit(1)
    click.echo(f"What segments know of {n_people():,} people is what the rows say.")


@segments.command()
def build() -> None:
    """Read everybody anew. It happens by itself in rounds, too; this is for right now."""
    from livingroom.segments.keeping import build as build_all

    click.echo(f"{build_all(datetime.now(UTC)):,} people are known to segments.")


@segments.command()
@click.option(
    "--renew", is_flag=True, help="Set the limits at today's fifths. Versions that exist keep theirs."
)
def bands(renew: bool) -> None:
    """Where the money bands begin that new versions take."""
    from livingroom.segments.bands import current_basis, renew_limits
    from livingroom.shared.money import format_money

    now = datetime.now(UTC)
    if renew:
        renew_limits(now)
    basis = current_basis(now)
    limits = [format_money(limit, basis.currency) for limit in basis.money_minor]
    click.echo(f"Bands 2 to 5 begin at {', '.join(limits)} of net revenue.")
