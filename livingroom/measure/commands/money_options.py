"""What the commands about money share: how margins, days and lifts are written, and how they refuse."""

import json
import re
from calendar import monthrange
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import click
import duckdb

from livingroom.measure.commands.options import refuse
from livingroom.measure.engine import connect
from livingroom.measure.estimate import Estimate
from livingroom.measure.problems import InputError, RowsRejected
from livingroom.measure.returns import Quantity, between

DIFFERS = 1


class Uncertain(click.ParamType[Quantity]):
    """A number, or the two ends between which it lies: 0.175, or 0.15..0.2."""

    name = "number"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Quantity:
        if isinstance(value, (float, int, Estimate)):
            return value
        found = re.fullmatch(r"(-?\d*\.?\d+)(?:\.\.(-?\d*\.?\d+))?", str(value).strip())
        if found is None:
            self.fail(f"{value!r} is no number and no range. Write 0.175 or 0.15..0.2.", param, ctx)
        if found[2] is None:
            return float(found[1])
        low, high = float(found[1]), float(found[2])
        if low > high:
            self.fail(f"{value!r} ends before it begins. Write the smaller number first.", param, ctx)
        return between(low, high, "given as a range")


class Day(click.ParamType[date]):
    """A day such as 2009-06-30; a month such as 2009-06 is its first day, or its last where a period ends."""

    name = "day"

    def __init__(self, is_end: bool = False) -> None:
        self.is_end = is_end

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        text = str(value).strip()
        try:
            if re.fullmatch(r"\d{4}-\d{2}", text):
                first = date.fromisoformat(f"{text}-01")
                return month_end(first) if self.is_end else first
            return date.fromisoformat(text)
        except ValueError:
            self.fail(f"{value!r} is no day. Write 2009-06-30 or 2009-06.", param, ctx)


def month_end(on: date) -> date:
    """Return the last day of the month that a day lies in."""
    return on.replace(day=monthrange(on.year, on.month)[1])


def read_lift_file(path: Path) -> dict[str, Any]:
    """Read what `livingroom measure lift --json` printed. Raises InputError."""
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError([f"lift: {path} cannot be read: {error.strerror}."]) from error
    except ValueError as error:
        raise InputError([f"lift: {path} is no JSON: {error}."]) from error
    if not isinstance(said, dict):
        raise InputError([f"lift: {path} holds no reading: an object with value, low and high is needed."])
    return {"name": path.stem, **said}


@contextmanager
def engine_for_money(memory: str, threads: int | None, as_json: bool) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the engine; say what is wrong and leave with status 2 if the input is bad."""
    try:
        connection = connect(memory=memory, threads=threads)
    except duckdb.Error as error:
        raise click.BadParameter(
            f"{memory!r} is no amount of memory. Write 2GB or 500MB. ({error})"
        ) from error
    with connection:
        try:
            yield connection
        except (InputError, RowsRejected) as error:
            refuse(str(error), as_json, error)
