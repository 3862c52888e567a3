"""`livingroom up`."""

import sys
from dataclasses import dataclass

import click

from livingroom.config.environment import Environment, read_environment
from livingroom.config.servers.ports import PortTaken, address_of, require_free
from livingroom.config.servers.supervisor import Part, Supervisor


@dataclass(frozen=True)
class Ports:
    web: int
    redirector: int
    host: str


@click.command()
@click.option("--web", "only", flag_value="web", help="Run only the pages.")
@click.option("--worker", "only", flag_value="worker", help="Run only the background work.")
@click.option("--redirector", "only", flag_value="redirector", help="Run only the short links.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--web-port", type=int, help="Port of the pages; by default that of PUBLIC_URL.")
@click.option("--redirector-port", type=int, help="Port of the short links; by default that of SHORT_URL.")
def up(only: str | None, host: str, web_port: int | None, redirector_port: int | None) -> None:
    """Start the house in one terminal; Ctrl-C stops all of it.

    \b
    livingroom up                              everything, on this machine
    livingroom up --redirector --host 0.0.0.0  only the short links, on another machine
    DATABASE_URL=postgres://… livingroom up    records in PostgreSQL
    """
    environment = read_environment()
    ports = Ports(
        web=web_port or address_of(environment.public_url)[1],
        redirector=redirector_port or address_of(environment.short_url)[1],
        host=host,
    )
    try:
        if only:
            _run_part(only, environment, ports)
        else:
            sys.exit(start_house(environment, ports))
    except PortTaken as taken:
        click.echo(str(taken), err=True)
        sys.exit(2)


def start_house(environment: Environment, ports: Ports) -> int:
    """Prepare the records, then run web, worker and redirector until Ctrl-C."""
    require_free(ports.host, ports.web, "web")
    require_free(ports.host, ports.redirector, "redirector")
    prepare()
    click.echo(f"Livingroom is at {environment.public_url}  (Ctrl-C stops it)")
    _say_first_door(environment)
    common = ["--host", ports.host, "--web-port", str(ports.web), "--redirector-port", str(ports.redirector)]
    parts = [Part(name, ["up", f"--{name}", *common]) for name in ("redirector", "web", "worker")]
    status = Supervisor(parts, say=lambda text: click.echo(text, err=True)).run()
    click.echo("Livingroom has stopped.")
    return status


def prepare() -> None:
    """Bring the tables to this version. Safe when several machines start at once."""
    from livingroom.config.django import start_django

    start_django()
    from django.core.management import call_command

    from livingroom.config.locks import one_at_a_time

    with one_at_a_time("migrate"):
        call_command("migrate", verbosity=0, interactive=False)


def _say_first_door(environment: Environment) -> None:
    from livingroom.people.doors import set_up_path

    path = set_up_path()
    if path:
        click.echo(f"Nobody has an account yet. Make the first one here: {environment.public_url}{path}")


def _run_part(name: str, environment: Environment, ports: Ports) -> None:
    if name == "redirector":
        _run_redirector(environment, ports)
        return
    from livingroom.config.django import start_django

    start_django()
    if name == "web":
        require_free(ports.host, ports.web, "web")
        from livingroom.config.servers.web import serve_pages

        serve_pages(host=ports.host, port=ports.web)
    else:
        from livingroom.config.servers.worker import work

        work()


def _run_redirector(environment: Environment, ports: Ports) -> None:
    require_free(ports.host, ports.redirector, "redirector")
    from livingroom.links.redirector.server import serve
    from livingroom.links.redirector.worker import AlreadyRunning

    try:
        serve(
            database_url=environment.resolved_database_url,
            data_dir=environment.home.absolute(),
            host=ports.host,
            port=ports.redirector,
            durability=environment.clicks_durability,
            trusted_proxies=environment.trusted_proxies,
            hosts=_short_hosts(environment),
        )
    except AlreadyRunning as running:
        click.echo(str(running), err=True)
        sys.exit(2)


def _short_hosts(environment: Environment) -> list[str]:
    """Only the short domain answers; on this machine any of its names does."""
    return [] if environment.is_local else [address_of(environment.short_url)[0]]
