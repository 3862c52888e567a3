"""What the commands about words share: options, reading, writing, and the summary."""

import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import click

from livingroom.measure.commands.options import refuse
from livingroom.measure.problems import InputError
from livingroom.measure.words.files import TextTable, read_texts, shown_bad, write_csv, write_rows

SUFFIXES = (".csv", ".tsv", ".parquet", ".pq")
GUESSED = "guessed_"
ROW = "row"  # every table gets one, counted from 1: whoever joins answers to texts needs no id of their own

Command = TypeVar("Command", bound=Callable[..., object])


@dataclass(frozen=True)
class Guessed:
    """New columns for each row, and what the summary says of them all."""

    columns: tuple[str, ...]
    rows: Sequence[Mapping[str, Any]]
    summary: dict[str, Any] = field(default_factory=dict)


def word_options(command: Command) -> Command:
    options = (
        click.option(
            "--in",
            "source",
            required=True,
            type=click.Path(path_type=Path),
            help="CSV, TSV or Parquet file, or .txt with one message a line; .gz too; - is standard input.",
        ),
        click.option(
            "--text-column",
            help="Column of the text. By default text, content, comment, body, message, tweet or the like.",
        ),
        click.option(
            "--out",
            type=click.Path(path_type=Path),
            help="A .csv, .tsv or .parquet file for the rows. Without it: CSV on standard output.",
        ),
        click.option("--label-column", help="Column with the right answer: the share that is right is told."),
        click.option(
            "--strict", is_flag=True, help="Stop with status 2 if any row is not as its header says."
        ),
        click.option(
            "--json", "as_json", is_flag=True, help="Print the summary, and rows without --out, as JSON."
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def model_options(command: Command) -> Command:
    words_only = click.option(
        "--words-only",
        is_flag=True,
        help="Leave the sentence model aside: five times as fast, a little less right.",
    )
    return words_only(command)


def corrections_option(command: Command) -> Command:
    return click.option(
        "--corrections",
        type=click.Path(path_type=Path),
        help="A file of texts with the right answer in column right: learned on top of what ships.",
    )(command)


def run(said: dict[str, Any], as_json: bool, guess: Callable[[TextTable], Guessed]) -> None:
    """Read, guess, write and sum up; say what is wrong and leave with status 2 if the input cannot be used."""
    try:
        _check_out(said["out"])
        table = read_texts(said["source"], said["text_column"])
        if said["strict"] and table.bad:
            raise InputError(
                ["Nothing was written, because rows are bad and --strict was given.", *shown_bad(table)]
            )
        guessed = guess(table)
    except InputError as error:
        refuse(str(error), as_json, error)
    columns, rows = _joined(table, guessed)
    if said["out"]:
        write_rows(said["out"], columns, rows)
    _show(said, as_json, table, guessed, columns, rows)


def read_pairs(path: Path, usual: Sequence[str], allowed: Sequence[str] = ()) -> list[tuple[str, str]]:
    """Return texts with their label or right answer, from a file that has both columns. Raises InputError."""
    table = read_texts(path)
    column = table.column(None, usual)
    if column is None:
        raise InputError(
            [f"{path}: no column is named {', '.join(usual)}. There are: {', '.join(table.columns)}."]
        )
    pairs = list(zip(table.texts, table.values(column), strict=True))
    strange = sorted({label for _, label in pairs} - set(allowed)) if allowed else []
    if strange:
        raise InputError(
            [f"{path}: {column} is {', '.join(allowed)}; there is also {', '.join(strange[:5])}."]
        )
    return [(text, label) for text, label in pairs if text.strip() and label]


def rightness(right: Sequence[str], guessed: Sequence[str]) -> dict[str, Any]:
    """Return the share that is right with its Wilson interval, over the rows that have an answer."""
    from scipy.stats import binomtest

    pairs = [(true, found) for true, found in zip(right, guessed, strict=True) if true]
    if not pairs:
        return {}
    n_right = sum(true == found for true, found in pairs)
    ends = binomtest(n_right, len(pairs)).proportion_ci(0.95, method="wilson")
    return {
        "accuracy": round(n_right / len(pairs), 4),
        "accuracy_interval": [round(float(ends.low), 4), round(float(ends.high), 4)],
        "n_labelled": len(pairs),
    }


def _check_out(out: Path | None) -> None:
    if out is not None and (out.suffix.lower() not in SUFFIXES or not out.parent.is_dir()):
        raise InputError(
            [f"Rows go to a file named {', '.join(SUFFIXES)} in a folder that is there, not to {out}."]
        )


def _joined(table: TextTable, guessed: Guessed) -> tuple[list[str], list[dict[str, Any]]]:
    """Return all columns of the input with the new ones behind; a new one whose name is taken is called guessed_…"""
    new = (ROW, *guessed.columns)
    names = {name: f"{GUESSED}{name}" if name in table.columns else name for name in new}
    rows = [
        row | {names[ROW]: number} | {names[name]: found[name] for name in guessed.columns}
        for number, (row, found) in enumerate(zip(table.rows, guessed.rows, strict=True), start=1)
    ]
    return [*table.columns, *names.values()], rows


def _show(
    said: dict[str, Any],
    as_json: bool,
    table: TextTable,
    guessed: Guessed,
    columns: list[str],
    rows: list[dict[str, Any]],
) -> None:
    out: Path | None = said["out"]
    n_empty = sum(not text.strip() for text in table.texts)
    facts = {
        "n": len(rows),
        "n_bad": len(table.bad),
        "n_without_text": n_empty,
        "text_column": table.text_column,
    }
    facts |= guessed.summary
    if as_json:
        place = {"out": str(out)} if out else {"rows": rows}
        told = facts | {"bad": list(table.bad), "noted": list(table.noted)} | place
        click.echo(json.dumps(told, indent=2, default=str))
        return
    for sentence in [*table.noted, *shown_bad(table)]:
        click.echo(sentence, err=True)
    for name, value in facts.items():
        click.echo(f"{name.replace('_', ' ')}: {value}", err=True)
    if out:
        click.echo(f"The rows are in {out}.", err=True)
    else:
        text = io.StringIO()
        write_csv(text, columns, rows)
        click.echo(text.getvalue(), nl=False)
