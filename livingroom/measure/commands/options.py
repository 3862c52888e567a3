"""What the commands of measuring share: options, the engine with its progress bar, and how they refuse."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn, TypeVar

import click
import duckdb
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, ProgressColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from livingroom.measure.engine import Engine, connect
from livingroom.measure.problems import InputError, RowsRejected
from livingroom.measure.progress import Progress
from livingroom.measure.screen import report_as_json
from livingroom.measure.spark.session import connect_spark, is_spark

BAD_INPUT = 2
_ENGINE = "livingroom.measure.engine"
_DAYS = {"h": 1 / 24, "d": 1.0, "w": 7.0}

Command = TypeVar("Command", bound=Callable[..., object])


class Window(click.ParamType[float]):
    """A length of time such as 30d, 12h or 4w; a bare number is days."""

    name = "window"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        found = re.fullmatch(r"(\d+(?:\.\d+)?)([hdw]?)", str(value).strip().lower())
        if found is None or float(found[1]) == 0:
            self.fail(f"{value!r} is no window. Write 30d, 12h or 4w.", param, ctx)
        return float(found[1]) * _DAYS[found[2] or "d"]


def _remember_engine(ctx: click.Context, param: click.Parameter, value: str) -> str:
    # `opened_engine` looks it up, so that no command has to pass it on.
    if not (value == "duckdb" or is_spark(value)):
        raise click.BadParameter(f"{value!r} is no engine. Write duckdb, spark://host:7077 or local[2].")
    ctx.meta[_ENGINE] = value
    return value


def shared_options(command: Command) -> Command:
    options = (
        click.option("--touches", required=True, help="Parquet or CSV file (or pattern) of touches."),
        click.option("--orders", required=True, help="Parquet or CSV file (or pattern) of orders."),
        click.option(
            "--out",
            type=click.Path(path_type=Path),
            help="A file for the rows: .parquet or .csv (on Spark .parquet is a folder). Without it: the totals only.",
        ),
        click.option(
            "--window",
            "window_days",
            type=Window(),
            default="30d",
            show_default=True,
            help="How long before the order a touch may lie.",
        ),
        click.option("--currency", help="Currency of all orders, when they have no such column."),
        click.option("--strict", is_flag=True, help="Stop with status 2 if any row is bad."),
        click.option(
            "--engine",
            default="duckdb",
            show_default=True,
            expose_value=False,
            callback=_remember_engine,
            help="duckdb, or Apache Spark: spark://host:7077, local[2].",
        ),
        click.option(
            "--memory",
            default="2GB",
            show_default=True,
            help="Ceiling for the engine's memory; on Spark for each executor's.",
        ),
        click.option("--threads", type=click.IntRange(min=1), help="Cores to use; all by default."),
        click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def side_file(out: Path | None) -> Path | None:
    """Where the bad rows go: beside the result, or nowhere when only totals are asked for."""
    return None if out is None else out.with_name(f"{out.name}.rejected.csv")


@contextmanager
def opened_engine(
    memory: str, threads: int | None, as_json: bool
) -> Iterator[tuple[Engine, Progress, Console]]:
    """Open the engine and a progress bar on standard error; say what is wrong and leave with status 2 if input is bad."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    try:
        with _engine(memory, threads) as engine, _bar(columns) as bar:
            task = bar.add_task("Reading", total=None, rate="")

            def progress(n_done: int, n_all: int, doing: str) -> None:
                speed = bar.tasks[task].speed
                rate = f"{speed:,.0f} orders/s" if speed else ""
                bar.update(task, completed=n_done, total=n_all or None, description=doing, rate=rate)

            yield engine, progress, Console()
    except RowsRejected as error:
        refuse(f"Nothing was written, because rows are bad and --strict was given.\n{error}", as_json, error)
    except InputError as error:
        refuse(str(error), as_json, error)


def _bar(columns: tuple[ProgressColumn, ...]) -> Bar:
    return Bar(*columns, console=Console(stderr=True), transient=True)


@contextmanager
def _engine(memory: str, threads: int | None) -> Iterator[Engine]:
    name = click.get_current_context().meta.get(_ENGINE, "duckdb")
    if is_spark(name):
        session = connect_spark(name, memory=memory, cores=threads)
        try:
            yield session
        finally:
            session.stop()
        return
    try:
        connection = connect(memory=memory, threads=threads)
    except duckdb.Error as error:
        raise click.BadParameter(
            f"{memory!r} is no amount of memory. Write 2GB or 500MB. ({error})"
        ) from error
    with connection:
        yield connection


def refuse(text: str, as_json: bool, error: InputError | RowsRejected) -> NoReturn:
    if as_json:
        found = (
            report_as_json(error.report)
            if isinstance(error, RowsRejected)
            else {"sentences": list(error.sentences)}
        )
        click.echo(json.dumps({"refused": text, "input": found}, indent=2))
    click.echo(text, err=True)
    raise SystemExit(BAD_INPUT)
