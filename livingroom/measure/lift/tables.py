"""CSV and Parquet files as tables whose cells are read later, column by column."""

import csv
import io
from pathlib import Path

import pyarrow as pa

from livingroom.measure.problems import InputError


def read_table(path: str | Path) -> pa.Table:
    """Read a CSV or Parquet file whole; cells of a CSV stay text. Raises InputError if there is nothing to read."""
    place = Path(path)
    if not place.is_file():
        raise InputError([f"There is no file {path}."])
    if place.name.lower().endswith((".parquet", ".pq")):
        return _parquet(place)
    with pa.input_stream(str(place), compression="detect") as stream:
        raw = stream.read()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    if not text.strip():
        raise InputError([f"{path} is empty; a header line is needed."])
    return _csv(text, str(path))


def _parquet(path: Path) -> pa.Table:
    import pyarrow.parquet as pq

    try:
        return pq.read_table(path)
    except pa.ArrowInvalid as error:
        raise InputError([f"{path} cannot be read as Parquet: {str(error).splitlines()[0]}"]) from error


def _csv(text: str, path: str) -> pa.Table:
    import pyarrow.csv as arrow_csv

    first = text.lstrip("\r\n").splitlines()[0]
    delimiter = max(",;\t|", key=first.count)
    names = [name.strip() for name in next(csv.reader([first], delimiter=delimiter))]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InputError([f"The header of {path} names {', '.join(twice)} twice."])
    names = [name or f"column {place + 1}" for place, name in enumerate(names)]
    try:
        return arrow_csv.read_csv(
            io.BytesIO(text.encode()),
            read_options=arrow_csv.ReadOptions(column_names=names, skip_rows=1),
            parse_options=arrow_csv.ParseOptions(delimiter=delimiter, newlines_in_values=True),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid as error:
        raise InputError([f"{path} cannot be read as CSV: {str(error).splitlines()[0]}"]) from error


def found_columns(table: pa.Table, needed: dict[str, str]) -> dict[str, pa.ChunkedArray]:
    """Return the needed columns, whatever their case; raise InputError that lists those that are missing."""
    by_name = {name.strip().lower(): name for name in table.column_names}
    there = ", ".join(table.column_names)
    missing = [
        f"There is no column `{name}`: say with --{role.split()[0]} which one is meant. The columns are {there}."
        for role, name in needed.items()
        if name not in table.column_names and name.lower() not in by_name
    ]
    if missing:
        raise InputError(missing)
    if table.num_rows == 0:
        raise InputError(["The file has a header and no row."])
    return {
        role: table.column(name if name in table.column_names else by_name[name.lower()])
        for role, name in needed.items()
    }


def has_column(table: pa.Table, name: str) -> bool:
    """Whether the table has such a column, whatever its case."""
    return name.lower() in {column.strip().lower() for column in table.column_names}
