"""What is wrong with an input, said so that a person can mend it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One kind of fault in one table: how many rows have it, and the first few of them."""

    table: str
    sentence: str
    n_rows: int
    examples: tuple[str, ...] = ()

    def __str__(self) -> str:
        rows = "1 row" if self.n_rows == 1 else f"{self.n_rows:,} rows"
        shown = f" For example: {'; '.join(self.examples)}." if self.examples else ""
        return f"{self.table}: {rows}: {self.sentence}.{shown}"


@dataclass(frozen=True)
class TableReport:
    """What was found in one input table.

    `rejected` rows were left out; rows under `noted` were used, but a person should know.
    """

    table: str
    n_rows: int
    rejected: tuple[Problem, ...] = ()
    noted: tuple[Problem, ...] = ()
    n_not_human: int = 0

    @property
    def n_rejected(self) -> int:
        return sum(problem.n_rows for problem in self.rejected)


@dataclass(frozen=True)
class InputReport:
    """What was found in the two tables, and the file that holds the rejected rows, if there are any."""

    touches: TableReport
    orders: TableReport
    rejected_file: str | None = None

    @property
    def n_rejected(self) -> int:
        return self.touches.n_rejected + self.orders.n_rejected

    @property
    def rejected(self) -> tuple[Problem, ...]:
        return self.touches.rejected + self.orders.rejected

    @property
    def noted(self) -> tuple[Problem, ...]:
        return self.touches.noted + self.orders.noted


class MeasureError(Exception):
    """What was given cannot be measured.

    InputError      a table lacks a column, a column has a type that cannot be read, a file is not there
    RowsRejected    rows are bad and the caller asked to stop at the first
    """


class InputError(MeasureError):
    """A table cannot be read at all; every reason found is listed."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = tuple(sentences)


class RowsRejected(MeasureError):
    """Bad rows were found and strictness was asked for."""

    def __init__(self, report: InputReport) -> None:
        super().__init__("\n".join(str(problem) for problem in report.rejected))
        self.report = report
