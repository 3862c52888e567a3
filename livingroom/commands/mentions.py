"""`livingroom mentions …`."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from livingroom.config.django import start_django


@click.group()
def mentions() -> None:
    """Bring mentions in from a file, and check their counts.

    \b
    livingroom mentions import clippings.csv
    livingroom mentions import clippings.csv --network press --zone America/Sao_Paulo --json
    livingroom mentions check
    """


@mentions.command(name="import")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE.csv")
@click.option(
    "--network", default="csv", show_default=True, help="What rows without a network column belong to."
)
@click.option("--zone", default="UTC", show_default=True, help="Whose clock times without a zone are of.")
@click.option("--json", "as_json", is_flag=True, help="The report as JSON.")
def import_file(path: Path, network: str, zone: str, as_json: bool) -> None:
    """Bring in a CSV with columns text and at; author, author_name, network, id, url, title, language, country, followers and
    branch are read if they are there. Rows that were brought before change nothing."""
    try:
        clock = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise click.BadParameter(f"There is no zone {zone}.", param_hint="--zone") from None
    start_django()
    from livingroom.listening.importing import NotMentions, Report, import_mentions

    report = Report()
    try:
        with open(path, "rb") as file:
            for report in import_mentions(
                staff=None, file=file, name=path.name, network=network[:20], zone=clock, now=datetime.now(UTC)
            ):
                if not as_json and sys.stderr.isatty():
                    click.echo(f"\r{report.n_rows:,} rows", nl=False, err=True)
    except NotMentions as problem:
        click.echo(str(problem), err=True)
        sys.exit(2)
    if as_json:
        click.echo(json.dumps(vars(report), ensure_ascii=False, indent=2))
        return
    click.echo(
        f"{report.n_rows:,} rows: {report.n_new:,} new, {report.n_changed:,} changed, {report.n_known:,} known, "
        f"{report.n_left_out:,} left out, {report.n_refused:,} not kept."
    )
    for line, reason in report.problems[:20]:
        click.echo(f"  line {line}: {reason}")


@mentions.command()
def check() -> None:
    """Compare the hourly counts with the mentions themselves; exit status 1 where they differ."""
    start_django()
    from livingroom.listening.counting import check as check_counts
    from livingroom.listening.counting import recount_stale
    from livingroom.listening.models import Mention

    while recount_stale():
        pass
    rows = Mention.objects.order_by("at").values_list("at", flat=True)
    first, last = rows.first(), rows.last()
    if first is None or last is None:
        click.echo("There are no mentions.")
        return
    differences = check_counts(first, last)
    for one in differences[:50]:
        click.echo(f"{one.hour:%Y-%m-%d %H:00} topic {one.topic_number}, {one.language or 'no language'}, branch "
                   f"{one.branch_number}: counted {one.counted}, rows say {one.rows}")  # fmt: skip
    click.echo(
        "The counts say what the rows say." if not differences else f"{len(differences)} counts differ."
    )
    sys.exit(1 if differences else 0)
