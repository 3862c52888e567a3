"""Where results go: an Arrow table, one Parquet file or one CSV file."""

# ruff: noqa: S608 - names in these queries are our own; values are written by `quoted`.

from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pa_parquet

from livingroom.measure.engine import Workspace
from livingroom.measure.problems import InputError
from livingroom.measure.sources import PARQUET_SUFFIXES

OUT_SUFFIXES = (*PARQUET_SUFFIXES, ".csv")
ROWS_AT_ONCE = 500_000
# Few values each: only these gain from a dictionary, and ids lose time with one.
_REPEATING = ["channel", "model", "currency", "grade", "kind", "rule_version", "branch_id"]


class Collector:
    """Takes a named result shard by shard and hands it over as one, in the order of the shards.

    A file is written beside its place and moved there when it is whole, so that the old one stays until then.
    """

    def __init__(self, workspace: Workspace, result: str, out: Path | None) -> None:
        if out is not None and out.suffix.lower() not in OUT_SUFFIXES:
            raise InputError([f"The result goes to a file named .parquet or .csv, not to {out}."])
        if out is not None and not out.parent.is_dir():
            raise InputError([f"There is no folder {out.parent} for the result."])
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
            self._partial.unlink(missing_ok=True)

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
        sql = f'SELECT r.* FROM "{self.result}" AS r'
        reader = self.workspace.cursor.sql(sql).to_arrow_reader(ROWS_AT_ONCE)
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
        self._partial.replace(self.out)
        return None
