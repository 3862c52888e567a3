"""Read a file of orders row by row, without holding it in memory."""

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from livingroom.orders.facts import Fact, Nothing, Unusable
from livingroom.orders.intake.layouts import Layout, layout_called
from livingroom.orders.models import Shop
from livingroom.shared.addresses import without_addresses

# One order with more lines than this is a file that names the same order everywhere.
MOST_ROWS_OF_ONE_ORDER = 1000
LONGEST_CELL = 200_000


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
        self.bytes_read = 0
        csv.field_size_limit(LONGEST_CELL)
        self._lines = self._decoded(stream)
        first = next(self._lines, "")
        self._delimiter = max(",;\t|", key=first.count)
        self.header = [name.strip() for name in next(csv.reader([first], delimiter=self._delimiter), [])]
        missing = [name for name in layout.needed if name not in self.header]
        if missing:
            found = ", ".join(self.header[:40]) or "nothing"
            raise WrongFile(f"These columns are missing: {', '.join(missing)}. Found: {found}.")

    def groups(self) -> Iterator[Group]:
        """The orders, one after another; a row that cannot be read is a group with a problem."""
        current: Group | None = None
        place = self.header.index(self.layout.group_by)
        for number, cells in self._rows():
            if isinstance(cells, Unusable):
                if current:
                    yield current
                current = None
                yield Group(number, [], cells)
                continue
            if not any(cells):
                continue
            row = dict(zip(self.header, cells, strict=False))
            if len(cells) != len(self.header):
                group = Group(number, [row], _wrong_width(len(cells), len(self.header)))
                if current:
                    yield current
                current = None
                yield group
                continue
            key = cells[place]
            if (
                current
                and key == current.rows[0].get(self.layout.group_by)
                and len(current.rows) < MOST_ROWS_OF_ONE_ORDER
            ):
                current.rows.append(row)
                continue
            if current:
                yield current
            current = Group(number, [row])
        if current:
            yield current

    def _rows(self) -> Iterator[tuple[int, list[str] | Unusable]]:
        reader = csv.reader(self._lines, delimiter=self._delimiter)
        number = 1
        while True:
            number += 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as problem:
                yield number, Unusable(f"The row cannot be read: {problem}.")
            else:
                yield number, cells

    def _decoded(self, stream: BinaryIO) -> Iterator[str]:
        for line in stream:
            if self.bytes_read == 0:
                line = line.removeprefix(b"\xef\xbb\xbf")
                if line.startswith((b"\xff\xfe", b"\xfe\xff")):
                    raise WrongFile("The file is UTF-16. Save it as CSV UTF-8 and try again.")
            self.bytes_read += len(line)
            yield line.decode("utf-8", errors="replace").replace("\x00", "")


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


def _wrong_width(found: int, expected: int) -> Unusable:
    return Unusable(
        f"The row has {found} cells, but the header has {expected}. A comma or quote may be missing."
    )
