"""Read a file of orders row by row, without holding it in memory."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from livingroom.orders.facts import Fact, Nothing, Unusable
from livingroom.orders.intake.layouts import Layout, layout_called
from livingroom.orders.models import Shop
from livingroom.shared.addresses import without_addresses
from livingroom.shared.csv_rows import CsvRows, NotCsv

# One order with more lines than this is a file that names the same order everywhere.
MOST_ROWS_OF_ONE_ORDER = 1000


class WrongFile(Exception):
    """The file as a whole cannot be read; the text says what was found."""


@dataclass(slots=True)
class Group:
    """The rows of one order, with the spreadsheet's number of the first: the header is row 1."""

    number: int
    rows: list[dict[str, str]]
    problem: Unusable | None = None


class OrderFile:
    """An open file. `bytes_read` tells how far we are."""

    def __init__(self, stream: BinaryIO, layout: Layout) -> None:
        self.layout = layout
        try:
            self._file = CsvRows(stream)
        except NotCsv as problem:
            raise WrongFile(str(problem)) from None
        self.header = self._file.header
        missing = [name for name in layout.needed if name not in self.header]
        if missing:
            found = ", ".join(self.header[:40]) or "nothing"
            raise WrongFile(f"These columns are missing: {', '.join(missing)}. Found: {found}.")

    @property
    def bytes_read(self) -> int:
        return self._file.bytes_read

    def groups(self) -> Iterator[Group]:
        """The orders, one after another; a row that cannot be read is a group with a problem."""
        current: Group | None = None
        for row in self._file.rows():
            if row.problem:
                if current:
                    yield current
                current = None
                yield Group(row.number, [row.cells] if row.cells else [], Unusable(row.problem))
                continue
            if (
                current
                and row.cells[self.layout.group_by] == current.rows[0].get(self.layout.group_by)
                and len(current.rows) < MOST_ROWS_OF_ONE_ORDER
            ):
                current.rows.append(row.cells)
                continue
            if current:
                yield current
            current = Group(row.number, [row.cells])
        if current:
            yield current


def open_file(path: Path, shop: Shop, layout_name: str) -> tuple[BinaryIO, OrderFile]:
    stream = path.open("rb")
    try:
        return stream, OrderFile(stream, _layout(layout_name, shop))
    except BaseException:
        stream.close()
        raise


def kept(rows: Sequence[Mapping[str, str]], layout: str) -> str:
    """Rows as they are kept for a person to correct: without empty cells that say nothing, and without mail addresses."""
    return without_addresses(
        json.dumps({"layout": layout, "rows": [dict(row) for row in rows]}, ensure_ascii=False)
    )


def read(body: str, shop: Shop) -> list[Fact] | Nothing:
    """Read rows that were kept. Raises Unusable."""
    held: dict[str, Any] = json.loads(body)
    if not held["rows"]:
        raise Unusable("The row was unreadable: correct the file and read it again.")
    return _layout(held["layout"], shop).read(held["rows"])


def _layout(name: str, shop: Shop) -> Layout:
    return layout_called(name, currency=shop.currency, has_webhooks=shop.kind == Shop.Kind.SHOPIFY)
