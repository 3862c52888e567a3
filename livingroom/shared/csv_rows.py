"""A CSV file row by row, without holding it in memory: whatever its delimiter, its mark of UTF-8 and its broken rows."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

LONGEST_CELL = 200_000


class NotCsv(ValueError):
    """The file as a whole cannot be read; the text says what to do."""


@dataclass(slots=True)
class Row:
    """One row by its header, with the spreadsheet's number: the header is row 1. One that cannot be read has a problem."""

    number: int
    cells: dict[str, str]
    problem: str = ""


class CsvRows:
    """An open file. `bytes_read` tells how far we are. Raises NotCsv."""

    def __init__(self, stream: BinaryIO) -> None:
        self.bytes_read = 0
        csv.field_size_limit(LONGEST_CELL)
        self._lines = self._decoded(stream)
        first = next(self._lines, "")
        self._delimiter = max(",;\t|", key=first.count)
        self.header = [name.strip() for name in next(csv.reader([first], delimiter=self._delimiter), [])]

    def rows(self) -> Iterator[Row]:
        """Every row that holds something."""
        reader = csv.reader(self._lines, delimiter=self._delimiter)
        number = 1
        while True:
            number += 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as problem:
                yield Row(number, {}, f"The row cannot be read: {problem}.")
                continue
            if any(cells):
                yield Row(number, dict(zip(self.header, cells, strict=False)), self._wrong_width(len(cells)))

    def _wrong_width(self, found: int) -> str:
        if found == len(self.header):
            return ""
        return f"The row has {found} cells, but the header has {len(self.header)}. A comma or quote may be missing."

    def _decoded(self, stream: BinaryIO) -> Iterator[str]:
        for line in stream:
            if self.bytes_read == 0:
                line = line.removeprefix(b"\xef\xbb\xbf")
                if line.startswith((b"\xff\xfe", b"\xfe\xff")):
                    raise NotCsv("The file is UTF-16. Save it as CSV UTF-8 and try again.")
            self.bytes_read += len(line)
            yield line.decode("utf-8", errors="replace").replace("\x00", "")
