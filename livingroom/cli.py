"""`livingroom …`: one command for the whole house. Subcommands load only when called, so that `--help` is quick."""

import sys

import click

from livingroom import __version__
from livingroom.config.environment import EnvironmentProblem
from livingroom.measure.commands.lazy import LazyGroup

SUBCOMMANDS = {
    "up": ("livingroom.commands.up:up", "Start the house: web, worker, redirector. Ctrl-C stops all."),
    "demo": ("livingroom.commands.demo:demo", "Build the simulated brand Corner PC and open it."),
    "import": ("livingroom.commands.imports:import_", "Bring in orders from a file."),
    "customers": (
        "livingroom.commands.customers:customers",
        "Bring customers in from a file; export or erase one person.",
    ),
    "retention": (
        "livingroom.commands.customers:retention",
        "Obey the retention policy, or say what it would do.",
    ),
    "mentions": (
        "livingroom.commands.mentions:mentions",
        "Bring in mentions from a file; check their counts.",
    ),
    "ideas": ("livingroom.commands.ideas:ideas", "Bring ideas in from another portal; take everything out."),
    "measure": (
        "livingroom.measure.cli:measure",
        "What touches and orders in files prove, divide, lift and earn.",
    ),
    "world": ("livingroom.commands.world:world", "Simulate a shop whose truth is known, as files."),
    "doctor": ("livingroom.commands.doctor:doctor", "Check every part and say how to mend what is wrong."),
    "service": (
        "livingroom.commands.service:service",
        "Prove that the service figures are what the conversations say.",
    ),
    "segments": ("livingroom.segments.commands:segments", "Sizes of segments; prove that they count right."),
    "backup": ("livingroom.commands.backup:backup", "Write records, clicks and keys to one file."),
    "restore": ("livingroom.commands.backup:restore", "Bring a backup back."),
    "rates": (
        "livingroom.commands.imports:rates",
        "Refresh the exchange rates of the European Central Bank.",
    ),
}


class House(LazyGroup):
    places = SUBCOMMANDS


@click.group(cls=House, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="livingroom")
def cli() -> None:
    """Livingroom: run a brand's branches on the social web, and show what they earned.

    \b
    livingroom demo                      look at a brand with three years of history
    livingroom up                        start your own house
    livingroom doctor                    is everything well?
    livingroom measure credit --help     credit for touches and orders in files, without a server
    """


def main() -> None:
    try:
        cli()
    except EnvironmentProblem as problem:
        click.echo(f"Livingroom cannot start, because a setting is wrong.\n{problem}", err=True)
        sys.exit(2)
