"""`livingroom import …` and `livingroom rates`."""

from pathlib import Path

import click

from livingroom.config.django import start_django


class AfterDjango(click.Group):
    """Its commands come from the rooms, which need Django to be started first."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return ["orders"]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name != "orders":
            return None
        start_django()
        from livingroom.orders.commands import import_orders

        return import_orders


@click.group(name="import", cls=AfterDjango)
def import_() -> None:
    """Bring in orders from a file.

    \b
    livingroom import orders orders_export.csv --shop outlet --shopify
    livingroom import orders till.csv --shop corner --mapping "Till of 2024"
    """


@click.command()
@click.option(
    "--file",
    "path",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The Bank's history of euro reference rates, .csv or .zip; without it, it is fetched from RATES_URL.",
)
def rates(path: Path | None) -> None:
    """Refresh the exchange rates. Orders keep the rate that was stored with them; those that waited for one go in.

    \b
    livingroom rates
    livingroom rates --file eurofxref-hist.zip
    """
    start_django()
    from livingroom.orders.fetching import fetch_rates
    from livingroom.orders.rates import BadRates, refresh_from

    try:
        newest = refresh_from(path) if path else fetch_rates()
    except BadRates as problem:
        raise click.ClickException(str(problem)) from None
    click.echo(f"Exchange rates are now up to {newest}.")
