"""Where results go: an Arrow table, Parquet or one CSV file."""

# ruff: noqa: S608 - names in these queries are our own; values are written by `quoted`.

import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pa_parquet

from livingroom.measure.engine import Workspace
from livingroom.measure.problems import InputError
from livingroom.measure.sources import PARQUET_SUFFIXES

OUT_SUFFIXES = (*PARQUET_SUFFIXES, ".csv")
# Few values each: only these gain from a dictionary, and ids lose time with one.
_REPEATING = ["channel", "model", "currency", "grade", "kind", "rule_version", "branch_id"]


def check_out(out: Path) -> None:
    """Raise InputError if a result cannot go there."""
    if out.suffix.lower() not in OUT_SUFFIXES:
        raise InputError([f"The result goes to a file named .parquet or .csv, not to {out}."])
    if not out.parent.is_dir():
        raise InputError([f"There is no folder {out.parent} for the result."])


def write_rows(rows: pa.Table, out: Path) -> None:
    """Write a few rows to a file, which is whole or not there."""
    partial = out.with_name(f".{out.name}.partial")
    if out.suffix.lower() == ".csv":
        pa_csv.write_csv(rows, partial)
    else:
        pa_parquet.write_table(rows, partial)
    partial.replace(out)


class Collector:
    """Takes a named result shard by shard and hands it over as one, in the order of the shards.

    A file is written beside its place and moved there when it is whole, so that the old one stays until then. An engine of
    many machines writes Parquet as a folder of files instead, each machine its own.
    """

    def __init__(self, workspace: Workspace, result: str, out: Path | None) -> None:
        if out is not None:
            check_out(out)
        self.workspace = workspace
        self.result = result
        self.out = out
        self.n_rows = 0
        self.batches: list[pa.RecordBatch] = []
        self.schema: pa.Schema | None = None
        self.writer: pa_parquet.ParquetWriter | pa_csv.CSVWriter | None = None

    def __enter__(self) -> "Collector":
        return self

    def __exit__(self, *error: object) -> None:
        self._close()
        if self.out is not None:
            _remove(self._partial)

    def _close(self) -> None:
        if self.writer is not None:
            self.writer.close()
        self.writer = None

    @property
    def _partial(self) -> Path:
        assert self.out is not None
        return self.out.with_name(f".{self.out.name}.partial")

    def take(self) -> None:
        """Take the result of the shard that is ready now."""
        if self.out is not None and self.out.suffix.lower() in PARQUET_SUFFIXES:
            n_rows = self.workspace.write_folder(self.result, self._partial)
            if n_rows is not None:
                self.n_rows += n_rows
                return
        reader = self.workspace.reader(f'SELECT r.* FROM "{self.result}" AS r')
        self.schema = reader.schema
        if self.out is not None and self.writer is None:
            self.writer = self._open(reader.schema)
        for batch in reader:
            self.n_rows += batch.num_rows
            if self.writer is None:
                self.batches.append(batch)
            else:
                self.writer.write_batch(batch)

    def _open(self, schema: pa.Schema) -> pa_parquet.ParquetWriter | pa_csv.CSVWriter:
        if self._partial.name.lower().endswith(".csv.partial"):
            return pa_csv.CSVWriter(self._partial, schema)
        repeating = [name for name in _REPEATING if name in schema.names]
        return pa_parquet.ParquetWriter(self._partial, schema, use_dictionary=repeating)

    def finish(self) -> pa.Table | None:
        """Return the rows, or put the file in its place."""
        if self.out is None:
            return pa.Table.from_batches(self.batches, self.schema)
        self._close()
        if self.out.is_dir() or self._partial.is_dir():
            _remove(self.out)
        self._partial.replace(self.out)
        return None


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
