"""Small CSV files, line by line, so that one bad line is named and the others are used."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from livingroom.measure.decoding import decode, delimiter_of, read_bytes
from livingroom.measure.problems import InputError, Problem

N_EXAMPLES = 3


class Faults:
    """Bad rows of one table by what is wrong with them."""

    def __init__(self, table: str) -> None:
        self.table = table
        self._found: dict[str, tuple[int, tuple[str, ...]]] = {}

    def add(self, sentence: str, example: str) -> None:
        """Remember a row, and show it if it is among the first of its kind."""
        n_rows, examples = self._found.get(sentence, (0, ()))
        shown = (*examples, example) if len(examples) < N_EXAMPLES else examples
        self._found[sentence] = (n_rows + 1, shown)

    def add_many(self, sentence: str, n_rows: int) -> None:
        """Remember rows that need no example."""
        if n_rows:
            self._found[sentence] = (n_rows, ())

    def problems(self) -> tuple[Problem, ...]:
        """Return what was found."""
        return tuple(Problem(self.table, sentence, *found) for sentence, found in self._found.items())


def read_lines(source: Path, table: str) -> list[tuple[int, list[str]]]:
    """Return numbered lines of trimmed cells; empty lines do not count.

    Parameters
    ----------
    source : Path
        Text, cut by comma, semicolon, tabulator or bar; `-` is standard input, and gzip is unpacked.
    table : str
        How the file is called in sentences.

    Raises
    ------
    InputError
        There is no such file, it is empty, or no text.
    """
    text = decode(read_bytes(source, table), source, table).text
    first = text.lstrip().partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(first))
    lines = [(reader.line_num, [cell.strip() for cell in cells]) for cells in _safely(reader, source, table)]
    lines = [(number, cells) for number, cells in lines if any(cells)]
    if not lines:
        raise InputError([f"{table}: {source} is empty; a header line and rows are needed."])
    return lines


def _safely(reader: Iterator[list[str]], source: Path, table: str) -> Iterator[list[str]]:
    try:
        yield from reader
    except csv.Error as error:
        raise InputError([f"{table}: {source} cannot be read as CSV: {error}."]) from error


def read_records(source: Path, table: str, needed: tuple[str, ...]) -> list[tuple[int, dict[str, str]]]:
    """Return numbered rows by lower-case column name; cells that a line lacks are empty.

    Raises
    ------
    InputError
        As `read_lines`, or a needed column is missing, or there is no row.
    """
    lines = read_lines(source, table)
    header = [name.lower() for name in lines[0][1]]
    missing = [name for name in needed if name not in header]
    if missing:
        found = ", ".join(header)
        raise InputError([f"{table}: the column {name} is missing. Found: {found}." for name in missing])
    if len(lines) == 1:
        raise InputError([f"{table}: {source} has a header and no row."])
    width = len(header)
    return [
        (number, dict(zip(header, [*cells[:width], *[""] * (width - len(cells))], strict=True)))
        for number, cells in lines[1:]
    ]
