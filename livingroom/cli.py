"""`livingroom …`: one command for the whole house. Subcommands load only when called, so that `--help` is quick."""

import importlib
import sys

import click

from livingroom import __version__
from livingroom.config.environment import EnvironmentProblem

SUBCOMMANDS = {
    "up": ("livingroom.commands.up:up", "Start the house: web, worker, redirector. Ctrl-C stops all."),
    "demo": ("livingroom.commands.demo:demo", "Build the simulated brand Corner PC and open it."),
    "import": ("livingroom.commands.imports:import_", "Bring in orders from a file."),
    "measure": ("livingroom.measure.cli:measure", "Evidence and credit for touches and orders in files."),
    "doctor": ("livingroom.commands.doctor:doctor", "Check every part and say how to mend what is wrong."),
    "backup": ("livingroom.commands.backup:backup", "Write records, clicks and keys to one file."),
    "restore": ("livingroom.commands.backup:restore", "Bring a backup back."),
    "rates": (
        "livingroom.commands.imports:rates",
        "Refresh the exchange rates of the European Central Bank.",
    ),
}


class LazyGroup(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(SUBCOMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in SUBCOMMANDS:
            return None
        module, _, name = SUBCOMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in SUBCOMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
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
