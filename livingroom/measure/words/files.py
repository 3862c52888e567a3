"""Tables of texts in and out: CSV, TSV, Parquet, or plain text with one message a line.

One row goes out for each that came in, in the same order and with all its columns, however badly it is written.
"""

import csv
import io
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from livingroom.measure.decoding import decode, delimiter_of, read_bytes
from livingroom.measure.problems import InputError
from livingroom.measure.words.columns import TEXT_COLUMNS, find_text_column, named

_PARQUET = (".parquet", ".pq")
_PARQUET_MARK = b"PAR1"
_NAMED = 5

Row = dict[str, Any]


@dataclass(frozen=True)
class TextTable:
    """Rows with a text each. `bad` has a sentence for each row that was not as its header says; `noted` for the whole file."""

    columns: list[str]
    rows: list[Row]
    text_column: str
    bad: tuple[str, ...] = ()
    noted: tuple[str, ...] = ()

    @cached_property
    def texts(self) -> list[str]:
        return [_as_text(row.get(self.text_column)) for row in self.rows]

    def column(self, wanted: str | None, usual: Sequence[str]) -> str | None:
        """Return the column asked for, or the first of the usual names that is there. Raises InputError."""
        if wanted is None:
            return named(self.columns, usual)
        found = wanted if wanted in self.columns else named(self.columns, [wanted.strip().lower()])
        if found is None:
            raise InputError([f"There is no column {wanted!r}. There are: {', '.join(self.columns)}."])
        return found

    def values(self, column: str) -> list[str]:
        return [_as_text(row.get(column)).strip() for row in self.rows]


def read_texts(path: Path, text_column: str | None = None) -> TextTable:
    """Read a table; `-` is standard input. Raises InputError when there is no file, no column with texts, or no row."""
    columns, rows, bad, note = _read(path)
    table = TextTable(columns, rows, "", tuple(bad), (note,) if note else ())
    found = table.column(text_column, ()) if text_column else find_text_column(columns)
    if found is None:
        usual = ", ".join(TEXT_COLUMNS[:6])
        sentence = f"{path}: no column is named {usual} or the like. There are: {', '.join(columns)}."
        raise InputError([f"{sentence} Name it with --text-column."])
    if not rows:
        raise InputError([f"{path}: it has no rows.", *bad[:_NAMED]])
    return TextTable(columns, rows, found, table.bad, table.noted)


def write_rows(path: Path, columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
    """Write CSV, TSV or Parquet, as the name ends; nothing is left behind half-written."""
    partial = path.with_name(f".{path.name}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix.lower() in _PARQUET:
            _write_parquet(partial, columns, rows)
        else:
            with partial.open("w", encoding="utf-8", newline="") as file:
                write_csv(file, columns, rows, "\t" if path.suffix.lower() == ".tsv" else ",")
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def write_csv(
    file: Any, columns: Sequence[str], rows: Sequence[Mapping[str, Any]], delimiter: str = ","
) -> None:
    writer = csv.DictWriter(file, columns, delimiter=delimiter, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)


def shown_bad(table: TextTable) -> list[str]:
    """Return the first few bad rows by name, and how many more there are."""
    more = len(table.bad) - _NAMED
    return [*table.bad[:_NAMED], *([f"… and {more:,} more bad rows."] if more > 0 else [])]


def _read(path: Path) -> tuple[list[str], list[Row], list[str], str]:
    raw = read_bytes(path, "texts")
    if path.suffix.lower() in _PARQUET or raw.startswith(_PARQUET_MARK):
        return *_read_parquet(path, raw), [], ""
    said = decode(raw, path, "texts")
    if path.name.lower().removesuffix(".gz").endswith(".txt"):
        lines = said.text.removesuffix("\n").split("\n")
        return ["text"], [{"text": line.removesuffix("\r")} for line in lines], [], said.note
    try:
        return *_read_csv(path, said.text), said.note
    except csv.Error as error:
        raise InputError([f"{path}: it cannot be read as CSV ({error})."]) from error


def _read_csv(path: Path, text: str) -> tuple[list[str], list[Row], list[str]]:
    csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
    is_tsv = path.name.lower().removesuffix(".gz").endswith(".tsv")
    text = text.lstrip("\r\n")
    delimiter = "\t" if is_tsv else delimiter_of(text.partition("\n")[0])
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    # A column without a name still has its place, as the index column of many tables.
    columns = [name.strip() or f"column_{n}" for n, name in enumerate(next(reader, []), 1)]
    if not columns:
        raise InputError([f"{path} is empty; a header line and rows are needed."])
    if len(set(columns)) < len(columns):
        raise InputError([f"{path}: two columns have the same name: {', '.join(columns)}."])
    rows, bad = [], []
    for fields, line in _numbered(reader):
        if len(fields) != len(columns):
            bad.append(f"{path}, line {line}: {len(fields)} fields where {len(columns)} are due.")
            fields = _fitted(fields, columns, delimiter)
        rows.append(dict(zip(columns, fields, strict=True)))
    return columns, rows, bad


def _fitted(fields: list[str], columns: Sequence[str], delimiter: str) -> list[str]:
    """Return as many fields as there are columns: empty ones for those missing; a text cut at its own commas made whole."""
    extra = len(fields) - len(columns)
    if extra < 0:
        return [*fields, *[""] * -extra]
    text = find_text_column(columns)
    at = columns.index(text) if text in columns else len(columns) - 1
    return [*fields[:at], delimiter.join(fields[at : at + extra + 1]), *fields[at + extra + 1 :]]


def _numbered(reader: Any) -> Iterator[tuple[list[str], int]]:
    """Yield each row that is not blank with the line that it starts on: a quoted text may run over several."""
    start = reader.line_num + 1
    for fields in reader:
        if fields:
            yield fields, start
        start = reader.line_num + 1


def _read_parquet(path: Path, raw: bytes) -> tuple[list[str], list[Row]]:
    import pyarrow as pa
    import pyarrow.parquet

    try:
        table = pyarrow.parquet.read_table(pa.BufferReader(raw))
    except pa.ArrowException as error:
        raise InputError([f"{path}: it cannot be read as Parquet ({error})."]) from error
    return list(table.column_names), table.to_pylist()


def _write_parquet(path: Path, columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
    import pyarrow as pa
    import pyarrow.parquet

    table = pa.table({name: [row.get(name) for row in rows] for name in columns})
    pyarrow.parquet.write_table(table, path)


def _as_text(value: Any) -> str:
    # A missing text is None, or NaN where a table came through floats.
    return "" if value is None or value != value else str(value)
