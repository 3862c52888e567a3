"""`livingroom import orders`: a file of orders, read here and now."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

if TYPE_CHECKING:
    from livingroom.orders.models import Import


@click.command(name="orders")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--shop", "shop_slug", required=True, help="The shop's name in its address.")
@click.option("--mapping", help="The column mapping saved under this name.")
@click.option("--shopify", is_flag=True, help="Shopify's order export, as it is (the default).")
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON.")
def import_orders(file: Path, shop_slug: str, mapping: str | None, shopify: bool, as_json: bool) -> None:
    """Read orders from a CSV FILE. Reading a file twice adds nothing; broken rows go to the dead-letter page.

    Exit status: 0 all went in, 1 some rows are broken, 2 the file or shop is wrong.

    \b
    livingroom import orders orders_export.csv --shop outlet --shopify
    livingroom import orders till.csv --shop corner --mapping "Till of 2024" --json
    """
    from django.utils import timezone

    from livingroom.orders.actors import COMMAND_LINE
    from livingroom.orders.intake.csv_files import WrongFile
    from livingroom.orders.models import ColumnMapping, Shop
    from livingroom.orders.operations import import_file

    if mapping and shopify:
        raise click.UsageError("Give --mapping or --shopify, not both.")
    shop = Shop.objects.filter(slug=shop_slug).first()
    if shop is None:
        known = (
            ", ".join(Shop.objects.values_list("slug", flat=True))
            or "none yet; make one at /orders/shops/new/"
        )
        raise click.UsageError(f"There is no shop called {shop_slug!r}. Shops: {known}.")
    try:
        with _progress(file) as progress:
            done = import_file(
                actor=COMMAND_LINE,
                shop=shop,
                path=file,
                layout=mapping or "shopify",
                now=timezone.now(),
                progress=progress,
            )
    except WrongFile as problem:
        raise click.UsageError(str(problem)) from None
    except ColumnMapping.DoesNotExist:
        known = ", ".join(ColumnMapping.objects.values_list("name", flat=True)) or "none yet"
        raise click.UsageError(f"No mapping is saved as {mapping!r}. Saved: {known}.") from None
    _report(done, as_json)
    if done.state == "failed":
        sys.exit(2)
    sys.exit(1 if done.n_dead else 0)


@contextmanager
def _progress(file: Path) -> Iterator[Callable[[int], None]]:
    """A bar on standard error with rate and time left; nothing where nobody looks at a terminal."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        task = bar.add_task(f"Reading {file.name}", total=file.stat().st_size)
        yield lambda bytes_read: bar.update(task, completed=bytes_read)


def _report(done: "Import", as_json: bool) -> None:
    counts = {
        "rows": done.n_rows,
        "new": done.n_new,
        "changed": done.n_changed,
        "same": done.n_same,
        "not_paid": done.n_skipped,
        "broken": done.n_dead,
    }
    seconds = (done.ended_at - done.started_at).total_seconds() if done.ended_at else 0.0
    if as_json:
        click.echo(json.dumps({"state": done.state, "problem": done.problem, **counts, "seconds": seconds}))
        return
    if done.problem:
        click.echo(done.problem, err=True)
    said = ", ".join(f"{number:,} {name.replace('_', ' ')}" for name, number in counts.items())
    click.echo(f"{said}; {seconds:.1f} s, {done.n_rows / seconds if seconds else 0:,.0f} rows/s.")
    for row in done.dead_rows.order_by("row_number")[:10]:
        click.echo(f"  {row.problem}", err=True)
    if done.n_dead:
        click.echo("Correct and replay broken rows at /orders/dead/.", err=True)
