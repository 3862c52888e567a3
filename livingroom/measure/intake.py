"""From two sources to shards of people that can be measured one after another."""

# ruff: noqa: S608 - names in these queries are our own; values are written by `quoted`.

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from livingroom.measure.adoption import adopt_clicks
from livingroom.measure.checking import Checked, check, find_columns, readings_of, text_customers
from livingroom.measure.columns import SOCIAL_CHANNELS
from livingroom.measure.engine import Workspace, quoted
from livingroom.measure.problems import InputError, InputReport, RowsRejected
from livingroom.measure.rejects import write_rejected
from livingroom.measure.sources import Source, open_source

# Raised whenever the same rows would get another grade.
EVIDENCE_RULES = "evidence/1"
HALF_LIFE = timedelta(days=7)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class Options:
    """What every way of measuring is told.

    Parameters
    ----------
    window_days : float
        How long before the order a touch may lie; its end is included.
    currency : str, optional
        The currency of all orders, when their table has no such column.
    strict : bool
        Whether one bad row stops everything.
    rejected_path : Path, optional
        The CSV file for bad rows.
    social_channels : tuple of str
        Further names by which a buyer may call a social channel.
    """

    window_days: float = 30
    currency: str | None = None
    strict: bool = False
    rejected_path: Path | None = None
    social_channels: tuple[str, ...] = ()

    @property
    def window(self) -> timedelta:
        return timedelta(days=self.window_days)


@dataclass(frozen=True)
class Shard:
    """A share of the people, ready as the tables `touches` and `orders`."""

    number: int
    n_shards: int
    n_orders: int


class Intake:
    """Two sources, read and checked once, then handed out by shards of people.

    Only touches that can matter are kept, so that a small part of a large lake costs little.
    """

    def __init__(self, workspace: Workspace, touches: Source, orders: Source, options: Options) -> None:
        self.workspace = workspace
        self.options = options
        if not 0 < options.window_days < 36_500:
            raise InputError(
                [f"The window must be longer than nothing and shorter than a century: {options.window}."]
            )
        self.checked = self._check(touches, orders)
        self.report = self._report()
        adopt_clicks(workspace)
        self._use()
        self.n_orders = self.report.orders.n_rows - self.report.orders.n_rejected
        self.n_shards = self._partition()

    def _check(self, touches: Source, orders: Source) -> dict[str, Checked]:
        sources = {"touches": touches, "orders": orders}
        faults: list[str] = []
        raws, types = {}, {}
        for table, source in sources.items():
            try:
                raws[table] = open_source(self.workspace, table, source)
                types[table] = find_columns(raws[table], self.options.currency)
            except InputError as error:
                faults += error.sentences
        if faults:
            raise InputError(faults)
        as_text = text_customers(types["touches"], types["orders"])
        checked = {}
        for table, raw in raws.items():
            readings = readings_of(
                table, types[table], customers_as_text=as_text, default_currency=self.options.currency
            )
            checked[table] = check(
                self.workspace, raw, readings, table == "orders" or "touch_id" in types[table]
            )
        return checked

    def _report(self) -> InputReport:
        touches, orders = self.checked["touches"].report, self.checked["orders"].report
        report = InputReport(touches, orders)
        if report.n_rejected and self.options.strict:
            raise RowsRejected(report)
        if self.options.rejected_path is None:
            return report
        written = write_rejected(self.workspace, list(self.checked.values()), self.options.rejected_path)
        return InputReport(touches, orders, str(self.options.rejected_path) if written else None)

    def _use(self) -> None:
        """Keep what can matter: touches made by a person who ordered, not after the last order, not before any window."""
        window_us = self.options.window // _MICROSECOND
        self.workspace.view(
            "orders_used",
            """SELECT o.* REPLACE (coalesce(o.customer_id, c.customer_id) AS customer_id)
               FROM orders_sound AS o LEFT JOIN click_owners AS c ON o.order_id = c.order_id""",
        )
        self.workspace.table(
            "buyers",
            """SELECT o.customer_id, min(o.at) AS first_at, max(o.at) AS last_at
               FROM orders_used AS o WHERE o.customer_id IS NOT NULL GROUP BY o.customer_id""",
        )
        self.workspace.view(
            "touches_used",
            # A single-use code proves its order however long ago it was given.
            f"""SELECT t.* EXCLUDE (class) REPLACE (b.customer_id AS customer_id)
                FROM touches_sound AS t
                LEFT JOIN adopted AS a ON t.touch_id = a.touch_id
                INNER JOIN buyers AS b ON coalesce(a.customer_id, t.customer_id) = b.customer_id
                WHERE t.class = 'human' AND t.at <= b.last_at
                    AND (t.at >= b.first_at - {window_us} OR t.code_kind = 'single')""",
        )
        self.workspace.table(
            "settings",
            f"SELECT CAST({window_us} AS BIGINT) AS window_us, "
            f"CAST({HALF_LIFE // _MICROSECOND} AS BIGINT) AS half_life_us, "
            f"{quoted(self.rule_version)} AS rule_version",
        )

    @property
    def rule_version(self) -> str:
        """The grading rules and the window they were used with, such as "evidence/1/30d"."""
        return f"{EVIDENCE_RULES}/{self.options.window_days:g}d"

    def name_social_channels(self) -> None:
        """Make the table of names by which a buyer may call a social channel."""
        names = {name.lower() for name in (*SOCIAL_CHANNELS, *self.options.social_channels)}
        listed = ", ".join(f"({quoted(name)})" for name in sorted(names))
        self.workspace.table(
            "social_channels",
            f"""SELECT n.channel FROM (VALUES {listed}) AS n (channel)
                UNION SELECT lower(t.channel) FROM touches_sound AS t WHERE t.branch_id IS NOT NULL""",
        )

    def _partition(self) -> int:
        n_rows = self.checked["touches"].report.n_rows + self.checked["orders"].report.n_rows
        n_shards = -(-n_rows // self.workspace.rows_per_shard) or 1
        for table in ("touches", "orders"):
            if n_shards == 1:
                self.workspace.table(table, f"SELECT u.* FROM {table}_used AS u")
                continue
            # A table of no rows gives the columns to a shard that has no file.
            self.workspace.table(f"{table}_empty", f"SELECT u.* FROM {table}_used AS u LIMIT 0")
            folder = quoted(str(self.workspace.folder / table))
            with self.workspace.in_any_order():
                self.workspace.cursor.execute(
                    f"COPY (SELECT u.*, coalesce(hash(u.customer_id), 0) % {n_shards} AS shard FROM {table}_used AS u) "
                    f"TO {folder} (FORMAT parquet, PARTITION_BY (shard))"
                )
        return n_shards

    def shards(self) -> Iterator[Shard]:
        """Hand out the people, one shard after another."""
        for number in range(self.n_shards):
            if self.n_shards > 1:
                for table in ("touches", "orders"):
                    self._open_shard(table, number)
            n_orders = self.workspace.number("SELECT count(*) FROM orders")
            yield Shard(number, self.n_shards, n_orders)

    def _open_shard(self, table: str, number: int) -> None:
        folder = self.workspace.folder / table / f"shard={number}"
        if not folder.exists():
            self.workspace.view(table, f"SELECT e.* FROM {table}_empty AS e")
            return
        files = quoted(str(folder / "*.parquet"))
        self.workspace.view(table, f"SELECT f.* FROM read_parquet({files}, hive_partitioning = false) AS f")
