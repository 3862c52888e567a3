"""Tables of texts in and out: CSV, TSV, Parquet, or plain text with one message a line. Order and other columns stay."""

import csv
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from livingroom.measure.problems import InputError

TEXT_COLUMNS = ("text", "content", "comment", "body", "message")
_PARQUET = (".parquet", ".pq")
_NAMED = 5

Row = dict[str, Any]


@dataclass(frozen=True)
class TextTable:
    """Rows with a text each; `bad` has a sentence for each row that could not be read and was left out."""

    columns: list[str]
    rows: list[Row]
    text_column: str
    bad: tuple[str, ...] = ()

    @property
    def texts(self) -> list[str]:
        return [_as_text(row.get(self.text_column)) for row in self.rows]

    def column(self, wanted: str | None, usual: Sequence[str]) -> str | None:
        """Return the column asked for, or the first of the usual names that is there. Raises InputError."""
        if wanted is not None and wanted not in self.columns:
            raise InputError([f"There is no column {wanted!r}. There are: {', '.join(self.columns)}."])
        return wanted or _named(self.columns, usual)

    def values(self, column: str) -> list[str]:
        return [_as_text(row.get(column)).strip() for row in self.rows]


def read_texts(path: Path, text_column: str | None = None) -> TextTable:
    """Read a table. Raises InputError when there is no file, no column with texts, or no row."""
    if not path.is_file():
        raise InputError([f"{path}: there is no such file."])
    columns, rows, bad = _read(path)
    table = TextTable(columns, rows, "", tuple(bad))
    found = table.column(text_column, TEXT_COLUMNS)
    if found is None:
        sentence = f"{path}: no column is named {', '.join(TEXT_COLUMNS)}. There are: {', '.join(columns)}."
        raise InputError([f"{sentence} Name it with --text-column."])
    if not rows:
        raise InputError([f"{path}: it has no rows.", *bad[:_NAMED]])
    return TextTable(columns, rows, found, tuple(bad))


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


def _read(path: Path) -> tuple[list[str], list[Row], list[str]]:
    try:
        if path.suffix.lower() in _PARQUET:
            return _read_parquet(path)
        if path.suffix.lower() == ".txt":
            lines = path.read_text(encoding="utf-8-sig").removesuffix("\n").split("\n")
            return ["text"], [{"text": line.removesuffix("\r")} for line in lines], []
        return _read_csv(path)
    except UnicodeDecodeError as error:
        raise InputError(
            [f"{path}: it is not written in UTF-8 ({error.reason} at byte {error.start:,})."]
        ) from error
    except csv.Error as error:
        raise InputError([f"{path}: it cannot be read as CSV ({error})."]) from error


def _read_csv(path: Path) -> tuple[list[str], list[Row], list[str]]:
    csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
    with path.open(encoding="utf-8-sig", newline="") as file:
        head = file.readline()
        file.seek(0)
        reader = csv.reader(file, delimiter=_delimiter(path, head))
        columns = [name.strip() for name in next(reader, [])]
        if len(set(columns)) < len(columns):
            raise InputError([f"{path}: two columns have the same name: {', '.join(columns)}."])
        rows, bad = [], []
        for fields, line in _numbered(reader):
            if len(fields) == len(columns):
                rows.append(dict(zip(columns, fields, strict=True)))
            else:
                bad.append(f"{path}, line {line}: {len(fields)} fields where {len(columns)} are due.")
        return columns, rows, bad


def _numbered(reader: Any) -> Iterator[tuple[list[str], int]]:
    """Yield each row that is not blank with the line that it starts on: a quoted text may run over several."""
    start = reader.line_num + 1
    for fields in reader:
        if fields:
            yield fields, start
        start = reader.line_num + 1


def _delimiter(path: Path, head: str) -> str:
    if path.suffix.lower() == ".tsv" or ("\t" in head and "," not in head):
        return "\t"
    return ";" if head.count(";") > head.count(",") else ","


def _read_parquet(path: Path) -> tuple[list[str], list[Row], list[str]]:
    import pyarrow as pa
    import pyarrow.parquet

    try:
        table = pyarrow.parquet.read_table(path)
    except pa.ArrowException as error:
        raise InputError([f"{path}: it cannot be read as Parquet ({error})."]) from error
    return list(table.column_names), table.to_pylist(), []


def _write_parquet(path: Path, columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
    import pyarrow as pa
    import pyarrow.parquet

    table = pa.table({name: [row.get(name) for row in rows] for name in columns})
    pyarrow.parquet.write_table(table, path)


def _named(columns: Sequence[str], usual: Sequence[str]) -> str | None:
    lower = {name.lower(): name for name in reversed(columns)}
    return next((lower[name] for name in usual if name in lower), None)


def _as_text(value: Any) -> str:
    return "" if value is None else str(value)
