"""`livingroom measure paths …`"""

import csv
import json
from dataclasses import asdict, fields
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from livingroom.measure.commands.options import refuse
from livingroom.measure.paths import PathCredit, measure_paths, read_paths
from livingroom.measure.problems import InputError
from livingroom.measure.terminal import print_whole


@click.command(
    help="""Credit for journeys that are already counted as paths: heuristics, and Markov chains solved exactly.

\b
livingroom measure paths --paths paths.csv
livingroom measure paths --paths paths.csv --order 1 --order 2 --json
livingroom measure paths --paths paths.csv --separator '|' --no-self-transitions --out credit.csv

\b
path                    the channels met, in order: "mail > search > x"
total_conversions       how many journeys along it ended in a conversion
total_conversion_value  what those brought in all (optional)
total_null              how many ended in nothing (optional)

One row per model and channel: model, channel, total_conversions, total_conversion_value, removal_effect_conversions,
removal_effect_value. Exit status 2: the file cannot be used."""
)
@click.option("--paths", "source", required=True, type=click.Path(path_type=Path), help="CSV file of paths.")
@click.option(
    "--order",
    "orders",
    type=click.IntRange(1, 3),
    multiple=True,
    default=(1, 2, 3),
    show_default=True,
    help="Markov: how many channels back it remembers; may be given more than once.",
)
@click.option("--separator", default=">", show_default=True, help="What stands between channels.")
@click.option(
    "--self-transitions/--no-self-transitions",
    default=True,
    show_default=True,
    help="Markov: whether a channel met twice in a row is a step.",
)
@click.option("--out", type=click.Path(path_type=Path), help="A CSV file for the rows.")
@click.option("--json", "as_json", is_flag=True, help="Print the rows as JSON.")
def paths(
    source: Path,
    orders: tuple[int, ...],
    separator: str,
    self_transitions: bool,
    out: Path | None,
    as_json: bool,
) -> None:
    try:
        if not separator:
            raise InputError(["A separator has at least one character, such as '>'."])
        if out is not None and (out.suffix.lower() != ".csv" or not out.parent.is_dir()):
            raise InputError(
                [f"The result goes to a file named .csv in a folder that is there, not to {out}."]
            )
        rows = measure_paths(read_paths(source, separator), tuple(sorted(set(orders))), self_transitions)
    except InputError as error:
        refuse(str(error), as_json, error)
    if out is not None:
        _write(rows, out)
    if as_json:
        found = {"self_transitions": self_transitions, "credit": [asdict(row) for row in rows]}
        click.echo(json.dumps({"out": str(out) if out else None} | found, indent=2))
        return
    _show(Console(), rows, self_transitions)
    if out is not None:
        click.echo(f"{len(rows):,} rows are in {out}.")


def _write(rows: list[PathCredit], out: Path) -> None:
    partial = out.with_name(f".{out.name}.partial")
    with partial.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, [field.name for field in fields(PathCredit)])
        writer.writeheader()
        writer.writerows(asdict(row) for row in rows)
    partial.replace(out)


def _show(console: Console, rows: list[PathCredit], self_transitions: bool) -> None:
    """Print one table each for conversions, for value and, of the chains, for removal effects."""
    chains = [row for row in rows if row.removal_effect_conversions is not None]
    steps = "with" if self_transitions else "without"
    about = f"the chains {steps} steps from a channel to itself"
    _print(
        console,
        f"Conversions ({about})",
        {(row.model, row.channel): f"{row.total_conversions:,.2f}" for row in rows},
    )
    _print(console, "Value", {(row.model, row.channel): f"{row.total_conversion_value:,.2f}" for row in rows})
    effects = {(row.model, row.channel): f"{row.removal_effect_conversions:.4f}" for row in chains}
    _print(console, f"Removal effects on conversions ({about}); they do not sum to 1", effects)


def _print(console: Console, title: str, cells: dict[tuple[str, str], str]) -> None:
    models = list(dict.fromkeys(model for model, _ in cells))
    table = Table("channel", title=title)
    for model in models:
        table.add_column(model, justify="right")
    for channel in dict.fromkeys(channel for _, channel in cells):
        table.add_row(channel, *(cells[model, channel] for model in models))
    print_whole(console, table)
