"""Series files: a time and a volume in every row, with what is wrong in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite
from pathlib import Path
from zoneinfo import ZoneInfo

from livingroom.measure.lines import Faults, read_lines
from livingroom.measure.moments import Clock
from livingroom.measure.problems import InputError, Problem

TIME_NAMES = (
    "timestamp", "at", "time", "datetime", "date", "hour", "date_time", "ts", "ds", "created_at", "start", "day", "epoch",
)  # fmt: skip
VALUE_NAMES = (
    "value", "count", "volume", "n", "mentions", "tweets", "posts", "messages", "comments", "total", "number", "y",
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """A row of the file: its line, its time as it was written and as microseconds UTC, and its volume.

    `at` and `volume` are None where the row cannot be used.
    """

    line: int
    written: str
    at: int | None
    volume: float | None


@dataclass(frozen=True)
class Series:
    """A file as it was read.

    Parameters
    ----------
    rows : tuple of Row
        Every row, in the order of the file.
    used : tuple of int
        Places in `rows` of those that are used: sound, each time once, in order of time.
    rejected, noted : tuple of Problem
        What was left out, and what was used but a person should know.
    """

    rows: tuple[Row, ...]
    used: tuple[int, ...]
    rejected: tuple[Problem, ...]
    noted: tuple[Problem, ...]


def read_series(source: Path, zone: ZoneInfo, time: str | None = None, value: str | None = None) -> Series:
    """Read a CSV file with a column of times and one of volumes.

    Parameters
    ----------
    source : Path
        With a header; a file of two columns may lack it, or name them as it likes. `-` is standard input.
    zone : ZoneInfo
        Of times that name none.
    time, value : str, optional
        Names of the columns, where they are not `timestamp` and `value`.

    Raises
    ------
    InputError
        There is no such file, a column is missing, or no row can be used.
    """
    lines = read_lines(source, "series")
    header, start = _header(lines, source)
    at_place = _place(header, time, TIME_NAMES, 0, "--time")
    value_place = _place(header, value, VALUE_NAMES, 1, "--value")
    clock, faults = Clock(zone), Faults("series")
    rows = [_row(line, cells, at_place, value_place, clock, faults) for line, cells in lines[start:]]
    return _settled(tuple(rows), faults, clock.n_skipped, source)


def _header(lines: Sequence[tuple[int, list[str]]], source: Path) -> tuple[list[str], int]:
    first = lines[0][1]
    try:
        Clock(ZoneInfo("UTC")).read(first[0])
        float(first[1])
    except (ValueError, IndexError):
        if len(lines) == 1:
            raise InputError([f"series: {source} has a header and no row."]) from None
        return [name.lower() for name in first], 1
    return ["timestamp", "value"], 0


def _place(header: list[str], asked: str | None, known: tuple[str, ...], fallback: int, option: str) -> int:
    wanted = (asked.strip().lower(),) if asked else known
    for name in wanted:
        if name in header:
            return header.index(name)
    if asked is None and len(header) == 2:
        return fallback
    raise InputError(
        [
            f"series: there is no column {wanted[0]}; say with {option} which one is meant. Found: {', '.join(header)}."
        ]
    )


def _row(line: int, cells: list[str], at_place: int, value_place: int, clock: Clock, faults: Faults) -> Row:
    written = cells[at_place] if at_place < len(cells) else ""
    if max(at_place, value_place) >= len(cells):
        faults.add("the line has too few columns", f"line {line}: {','.join(cells)!r}")
        return Row(line, written, None, None)
    try:
        at = clock.read(written)
    except (ValueError, OverflowError):
        faults.add("the time cannot be read. Write 2026-02-26 21:42:53", f"line {line}: {written!r}")
        return Row(line, written, None, None)
    return Row(line, written, at, _volume(cells[value_place], line, faults))


def _volume(text: str, line: int, faults: Faults) -> float | None:
    try:
        # 12,5 comes from where commas cut no columns: there it is a decimal comma.
        volume = float(text.replace(",", ".", 1))
    except ValueError:
        sentence = "the value is missing" if text == "" else "the value is no number"
        faults.add(sentence, f"line {line}: {text!r}")
        return None
    if not isfinite(volume) or volume < 0:
        faults.add("the value is not a volume of 0 or more", f"line {line}: {text!r}")
        return None
    return volume


def _settled(rows: tuple[Row, ...], faults: Faults, n_skipped: int, source: Path) -> Series:
    """Put sound rows in order of time, each time once: the first in the file is kept."""
    sound = [
        (row.at, place) for place, row in enumerate(rows) if row.at is not None and row.volume is not None
    ]
    ordered = sorted(sound)
    used: list[int] = []
    for number, (at, place) in enumerate(ordered):
        if number and ordered[number - 1][0] == at:
            faults.add(
                "the time is there already; the first is kept",
                f"line {rows[place].line}: {rows[place].written}",
            )
        else:
            used.append(place)
    rejected = faults.problems()
    if not used:
        raise InputError([f"series: no row of {source} can be used.", *map(str, rejected)])
    noted = Faults("series")
    for before, after in pairwise(sound):
        if after[0] < before[0]:
            noted.add(
                "the row is earlier than the one above; rows were put in order", f"line {rows[after[1]].line}"
            )
    noted.add_many("the clock of this zone skips that time; it was read as after the jump", n_skipped)
    return Series(rows, tuple(used), rejected, noted.problems())


def read_scores(source: Path, name: str, series: Series) -> list[float]:
    """Return a further column of numbers for the rows that are used, in order of time.

    Raises
    ------
    InputError
        If there is no such column, or a cell in it is no number.
    """
    lines = read_lines(source, "series")
    header = [cell.lower() for cell in lines[0][1]]
    if name.lower() not in header:
        raise InputError([f"series: there is no column {name}. Found: {', '.join(header)}."])
    place = header.index(name.lower())
    by_line = dict(lines)
    try:
        return [float(by_line[series.rows[row].line][place]) for row in series.used]
    except (ValueError, IndexError) as error:
        raise InputError([f"series: {name} holds what is no number: {error}."]) from error
