"""`livingroom service`: the packed days behind the service figures, packed anew or held against their rows."""

import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import click

from livingroom.config.django import start_django

if TYPE_CHECKING:
    from datetime import date


@click.command()
@click.option("--days", default=365, show_default=True, help="So many days back from today.")
@click.option("--pack", is_flag=True, help="Pack them all anew first.")
def service(days: int, pack: bool) -> None:
    """Hold the packed days behind the service figures against the rows they were made from.

    Exit status 0: every figure is the same, to a billionth. 1: it says which one is not.

    \b
    livingroom service --days 90
    livingroom service --pack
    """
    start_django()
    now = datetime.now(UTC)
    first, last = now.date() - timedelta(days=days - 1), now.date()
    if pack:
        _pack_all(first, last, now)
    from livingroom.inbox.reports.checking import differences

    found = differences(first, last, now)
    for line in found:
        click.echo(line, err=True)
    if found:
        click.echo(
            "The packed days differ from their rows: livingroom service --pack packs them anew.", err=True
        )
        sys.exit(1)
    click.echo(
        f"Every figure of the {days} days to {last} is the same from the packed days and from the rows."
    )


def _pack_all(first: "date", last: "date", now: datetime) -> None:
    from livingroom.inbox.reports.models import StaleDay
    from livingroom.inbox.reports.rolling import mark_stale, roll_stale

    mark_stale(first + timedelta(days=n) for n in range((last - first).days + 1))
    with click.progressbar(length=StaleDay.objects.count(), label="Packing days") as bar:
        while n := roll_stale(now):
            bar.update(n)
