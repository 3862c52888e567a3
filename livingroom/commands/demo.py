"""`livingroom demo`."""

import os
import sys
from pathlib import Path

import click

from livingroom.config.environment import read_environment


@click.command()
@click.option("--seed", default=2007, show_default=True, help="The same seed makes the same world.")
@click.option("--build-only", is_flag=True, help="Build the world and stop before opening it.")
def demo(seed: int, build_only: bool) -> None:
    """Build the simulated brand Corner PC, 2007 to 2009, and open it. Its data live apart from yours.

    \b
    livingroom demo
    livingroom demo --seed 7
    """
    home = Path(os.environ.get("LIVINGROOM_HOME", "var")) / "demo"
    os.environ |= {"LIVINGROOM_HOME": str(home), "LIVINGROOM_DEMO": "1", "RATES_URL": ""}
    os.environ.pop("LAKE_URL", None)
    environment = read_environment()

    from livingroom.commands.up import Ports, prepare, start_house
    from livingroom.config.servers.ports import PortTaken, address_of, require_free

    ports = Ports(address_of(environment.public_url)[1], address_of(environment.short_url)[1], "127.0.0.1")
    try:
        if not build_only:
            require_free(ports.host, ports.web, "web")
            require_free(ports.host, ports.redirector, "redirector")
        prepare()
        _build(seed)
        sys.exit(0 if build_only else start_house(environment, ports))
    except PortTaken as taken:
        click.echo(str(taken), err=True)
        sys.exit(2)


def _build(seed: int) -> None:
    from livingroom.commands.progress import work_progress
    from livingroom.world.load import OtherWorld, load_demo

    with work_progress("Building Corner PC", total=1.0) as advance:
        done = 0.0

        def show(share: float, text: str) -> None:
            nonlocal done
            advance(share - done, text)
            done = share

        try:
            load_demo(seed, show)
        except OtherWorld as other:
            raise click.ClickException(str(other)) from None
