"""Tables as frozen dataclasses of columns: one numpy array or list a field, all of one length."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields
from typing import Any

import pyarrow as pa


@dataclass(frozen=True)
class Columns:
    """A table: every field of the subclass is a column."""

    def __post_init__(self) -> None:
        lengths = {field.name: len(getattr(self, field.name)) for field in fields(self)}
        if len(set(lengths.values())) > 1:
            raise ValueError(f"{type(self).__name__} has columns of different lengths: {lengths}")

    def __len__(self) -> int:
        return len(getattr(self, fields(self)[0].name))

    def column(self, name: str) -> Any:
        return getattr(self, name)

    def arrow(self) -> pa.Table:
        return pa.table({field.name: getattr(self, field.name) for field in fields(self)})

    def digest(self) -> str:
        """Hash the bytes of every column; equal worlds have equal digests."""
        total = hashlib.sha256()
        sink = pa.BufferOutputStream()
        table = self.arrow()
        with pa.ipc.new_stream(sink, table.schema) as writer:
            writer.write_table(table)
        total.update(sink.getvalue())
        return total.hexdigest()
