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
    with_null_journeys : bool
        Whether touches are kept that no order follows, also those of people who never ordered.
    """

    window_days: float = 30
    currency: str | None = None
    strict: bool = False
    rejected_path: Path | None = None
    social_channels: tuple[str, ...] = ()
    with_null_journeys: bool = False

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
            checked[table] = check(raw, readings, table == "orders" or "touch_id" in types[table])
            if raw.workspace is not self.workspace:
                sound = f"{table}_sound"
                self.workspace.keep(sound, raw.workspace.arrow(f"SELECT s.* FROM {sound} AS s"))
        return checked

    def _report(self) -> InputReport:
        touches, orders = self.checked["touches"].report, self.checked["orders"].report
        report = InputReport(touches, orders)
        if report.n_rejected and self.options.strict:
            raise RowsRejected(report)
        if self.options.rejected_path is None:
            return report
        written = write_rejected(list(self.checked.values()), self.options.rejected_path)
        return InputReport(touches, orders, str(self.options.rejected_path) if written else None)

    def _use(self) -> None:
        """Keep what can matter: of buyers, what lies not after the last order and not before any window; or every touch."""
        window_us = self.options.window // _MICROSECOND
        owned = self._joins("click_owners", "LEFT JOIN click_owners AS c ON o.order_id = c.order_id")
        buyer = "coalesce(o.customer_id, c.customer_id)" if owned else "o.customer_id"
        self.workspace.view(
            "orders_used", f"SELECT {self._columns('orders', buyer)} FROM orders_sound AS o {owned}"
        )
        self.workspace.table(
            "buyers",
            """SELECT o.customer_id, min(o.at) AS first_at, max(o.at) AS last_at
               FROM orders_used AS o WHERE o.customer_id IS NOT NULL GROUP BY o.customer_id""",
        )
        adopted = self._joins("adopted", "LEFT JOIN adopted AS a ON t.touch_id = a.touch_id")
        who = "coalesce(a.customer_id, t.customer_id)" if adopted else "t.customer_id"
        human = f"SELECT {self._columns('touches', who)} FROM touches_sound AS t {adopted} WHERE t.class = 'human'"
        # A single-use code proves its order however long ago it was given.
        self.workspace.view(
            "touches_of_buyers",
            f"""SELECT t.* FROM ({human}) AS t
                INNER JOIN buyers AS b ON t.customer_id = b.customer_id
                    AND t.at <= b.last_at AND (t.at >= b.first_at - {window_us} OR t.code_kind = 'single')""",
        )
        # A model that learns from journeys without an order needs every touch.
        self.workspace.view(
            "touches_used",
            human if self.options.with_null_journeys else "SELECT t.* FROM touches_of_buyers AS t",
        )
        self.workspace.table(
            "settings",
            f"SELECT CAST({window_us} AS BIGINT) AS window_us, "
            f"CAST({HALF_LIFE // _MICROSECOND} AS BIGINT) AS half_life_us, "
            f"{quoted(self.rule_version)} AS rule_version",
        )

    def _joins(self, table: str, join: str) -> str:
        """The join, or nothing where the table has no rows: ten million rows are not looked up in it in vain."""
        return join if self.workspace.number(f"SELECT count(*) FROM {table}") else ""

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

    def _columns(self, table: str, customer: str) -> str:
        """The columns of a table as they are used: the customer is who it turned out to be.

        Of class only human is left, and where a touch was made matters to a branch, not to a journey.
        """
        left_out = ("class", "country") if table == "touches" else ()
        names = [name for name in self.checked[table].names if name not in left_out]
        return ", ".join(
            f"{customer} AS customer_id" if name == "customer_id" else f"{table[0]}.{name}" for name in names
        )

    def shards(
        self, touches: str = "touches_used", orders: str = "orders_used", n_rows: int | None = None
    ) -> Iterator[Shard]:
        """Hand out the people, one shard after another; those of other views, where they are named with their size."""
        reports = [self.checked[table].report for table in ("touches", "orders")]
        n_rows = sum(report.n_rows for report in reports) if n_rows is None else n_rows
        shared = self.workspace.shards({"touches": touches, "orders": orders}, "customer_id", n_rows)
        for number, n_shards in shared:
            yield Shard(number, n_shards, self.workspace.number("SELECT count(*) FROM orders"))
