"""Freezing the inputs of a claim: the rows that can matter, read, checked and written as they will always be read again."""

# ruff: noqa: S608 - names in these queries are our own; values are written by `quoted`.

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from livingroom.measure.checking import check, find_columns, readings_of, text_customers
from livingroom.measure.claims.costs import read_costs
from livingroom.measure.claims.inputs import ClaimInputs, Terms
from livingroom.measure.columns import Column
from livingroom.measure.engine import Workspace, open_workspace, quoted
from livingroom.measure.problems import InputError, TableReport
from livingroom.measure.reading import read_column, read_revenue
from livingroom.measure.sources import open_source

EXTRA_MONEY = ("discount", "goods")
REFUND_SCHEMA = pa.schema([("order_id", pa.string()), ("at", pa.int64()), ("amount_minor", pa.int64())])


@dataclass(frozen=True)
class Frozen:
    """What freezing found: the reports of the two checked tables."""

    touches: TableReport
    orders: TableReport

    @property
    def sentences(self) -> list[str]:
        """What was left out, for a person."""
        problems = (*self.touches.rejected, *self.orders.rejected)
        return [f"Left out of the {problem}" for problem in problems]


def freeze(connection: duckdb.DuckDBPyConnection, inputs: ClaimInputs, terms: Terms, folder: Path) -> Frozen:
    """Write touches, orders, costs and refunds into a folder.

    Only rows that can matter are kept: orders of the period and of one window before it (an earlier order may own a
    touch), their touches, costs of the period, and refunds of any order that has some. Raises InputError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    # Everything is read before anything is written, so a table that cannot be used leaves nothing half done.
    costs = read_costs(inputs.costs, terms.currency)
    with open_workspace(connection) as workspace:
        frozen = _check(workspace, inputs, terms)
        refunds = _refunds(workspace, inputs, terms)
        _write(workspace, _orders_sql(terms), folder / "orders.parquet")
        _write(workspace, _touches_sql(terms), folder / "touches.parquet")
    period = pa.compute.and_(
        pa.compute.greater_equal(costs["on"], terms.first_on.isoformat()),
        pa.compute.less_equal(costs["on"], terms.last_on.isoformat()),
    )
    pq.write_table(costs.filter(period), folder / "costs.parquet")
    if refunds is not None:
        pq.write_table(refunds, folder / "refunds.parquet")
    return frozen


def _check(workspace: Workspace, inputs: ClaimInputs, terms: Terms) -> Frozen:
    faults: list[str] = []
    raws, types = {}, {}
    for table, source in (("touches", inputs.touches), ("orders", inputs.orders)):
        try:
            raws[table] = open_source(workspace, table, source)
            types[table] = find_columns(raws[table], terms.currency)
        except InputError as error:
            faults += error.sentences
    if faults:
        raise InputError(faults)
    as_text = text_customers(types["touches"], types["orders"])
    reports = {}
    for table, raw in raws.items():
        readings = readings_of(
            table, types[table], customers_as_text=as_text, default_currency=terms.currency
        )
        checked = check(raw, readings, table == "orders" or "touch_id" in types[table])
        reports[table] = checked.report
    _extras(workspace, {name.lower(): kind for name, kind in raws["orders"].types.items()}, terms)
    return Frozen(reports["touches"], reports["orders"])


def _extras(workspace: Workspace, types: dict[str, str], terms: Terms) -> None:
    """Make `order_extras`: what only claims need of an order, zero or nothing where the table does not say."""
    selected = [f"coalesce({_money(name, types, terms.currency)}, 0) AS {name}_minor" for name in EXTRA_MONEY]
    first = "is_first_order" if "is_first_order" in types else ""
    selected.append(f"{_boolean(first)} AS is_new")
    reporting = (
        'CAST(r."reporting_minor" AS BIGINT)' if "reporting_minor" in types else "CAST(NULL AS BIGINT)"
    )
    selected.append(f"{reporting} AS reporting_minor")
    workspace.table(
        "order_extras",
        f"""SELECT r._read_order_id AS order_id, {", ".join(selected)} FROM orders_checked AS r WHERE r._fault = 0
            QUALIFY row_number() OVER (PARTITION BY r._read_order_id ORDER BY r._read_at) = 1""",
    )
    # An order in another currency can only be used by the value that its own table gives it in the claim's currency.
    strangers = workspace.rows(
        f"""SELECT o.currency, count(*) FROM orders_sound AS o JOIN order_extras AS e ON o.order_id = e.order_id
            WHERE o.currency <> {quoted(terms.currency)} AND e.reporting_minor IS NULL
                AND o.at >= {terms.start_us} AND o.at < {terms.end_us}
            GROUP BY o.currency ORDER BY o.currency"""
    )
    if strangers:
        listed = ", ".join(f"{n:,} in {currency}" for currency, n in strangers)
        raise InputError(
            [
                f"orders: the claim is in {terms.currency}, but there are {listed}. Give the orders a column "
                f"reporting_minor with their value in {terms.currency} at the rate of their day."
            ]
        )


def _money(name: str, types: dict[str, str], currency: str) -> str:
    if f"{name}_minor" in types:
        return read_column(Column(f"{name}_minor", "minor", ""), types[f"{name}_minor"]).value
    if name in types:
        return read_revenue(Column(name, "decimal", ""), types[name], quoted(currency)).value
    return "CAST(NULL AS BIGINT)"


def _boolean(name: str) -> str:
    if not name:
        return "CAST(NULL AS BOOLEAN)"
    return f'TRY_CAST(CAST(r."{name}" AS VARCHAR) AS BOOLEAN)'


def _orders_sql(terms: Terms) -> str:
    return f"""
        SELECT o.* REPLACE (
            CASE WHEN o.currency = {quoted(terms.currency)} THEN o.revenue_minor ELSE e.reporting_minor END
                AS revenue_minor,
            {quoted(terms.currency)} AS currency
        ), e.discount_minor, e.goods_minor, e.is_new
        FROM orders_sound AS o JOIN order_extras AS e ON o.order_id = e.order_id
        WHERE o.at >= {terms.start_us - terms.window_us} AND o.at < {terms.end_us}
            AND (o.currency = {quoted(terms.currency)} OR e.reporting_minor IS NOT NULL)
        ORDER BY o.at, CAST(o.order_id AS VARCHAR)"""


def _touches_sql(terms: Terms) -> str:
    # A single-use code proves its order however long ago it was given.
    return f"""
        SELECT t.* FROM touches_sound AS t
        WHERE t.at < {terms.end_us}
            AND (t.at >= {terms.start_us - terms.window_us} OR t.code_kind = 'single')
        ORDER BY t.at, CAST(t.touch_id AS VARCHAR)"""


def _write(workspace: Workspace, sql: str, path: Path) -> None:
    reader = workspace.reader(sql)
    with pq.ParquetWriter(path, reader.schema, compression="zstd") as writer:
        for batch in reader:
            writer.write_batch(batch)


def _refunds(workspace: Workspace, inputs: ClaimInputs, terms: Terms) -> pa.Table | None:
    if inputs.refunds is None:
        return None
    raw = open_source(workspace, "refunds", inputs.refunds)
    types = {name.lower(): kind for name, kind in raw.types.items()}
    missing = [name for name in ("order_id", "at") if name not in types]
    if not {"amount", "amount_minor"} & types.keys():
        missing.append("amount")
    if missing:
        raise InputError([f"refunds: the column {name} is missing." for name in missing])
    at = read_column(Column("at", "time", "when", is_required=True), types["at"])
    if at.unreadable:
        raise InputError([f"refunds: {at.unreadable}."])
    amount = _money("amount", types, terms.currency)
    _no_faults(workspace, raw.view, at.value, amount)
    return workspace.arrow(
        f"""SELECT CAST(r.order_id AS VARCHAR) AS order_id, {at.value} AS at, abs({amount}) AS amount_minor
            FROM {raw.view} AS r WHERE {at.value} <= {terms.known_until_us}
            ORDER BY ALL"""
    ).cast(REFUND_SCHEMA)


def _no_faults(workspace: Workspace, view: str, at: str, amount: str) -> None:
    tell: Callable[[str, str], list[str]] = lambda condition, text: (  # noqa: E731
        [f"refunds: {n:,} rows {text}"]
        if (n := workspace.number(f"SELECT count(*) FROM {view} AS r WHERE {condition}"))
        else []
    )
    faults = tell(f"({at}) IS NULL", "have no time (ISO 8601 with zone, or whole microseconds UTC).")
    faults += tell(f"({amount}) IS NULL", "have no amount, such as 12.50.")
    if faults:
        raise InputError(faults)


@dataclass(frozen=True)
class Peek:
    """What the orders hold, for whoever does not name currency or period."""

    currencies: dict[str, int]
    first_us: int
    last_us: int


def peek(connection: duckdb.DuckDBPyConnection, inputs: ClaimInputs, currency: str | None) -> Peek:
    """Look at the orders before a claim's terms are known. Raises InputError."""
    with open_workspace(connection) as workspace:
        raw = open_source(workspace, "orders", inputs.orders)
        types = find_columns(raw, currency)
        readings = readings_of("orders", types, customers_as_text=True, default_currency=currency)
        check(raw, readings, True)
        rows = workspace.rows(
            'SELECT o.currency, count(*), min(o."at"), max(o."at") FROM orders_sound AS o GROUP BY 1 ORDER BY 1'
        )
    if not rows:
        raise InputError(["orders: there is no order that can be used."])
    return Peek(
        {str(row[0]): int(str(row[1])) for row in rows},
        min(int(str(row[2])) for row in rows),
        max(int(str(row[3])) for row in rows),
    )
