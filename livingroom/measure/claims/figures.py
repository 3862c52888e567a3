"""The figures of a claim, added up from its frozen inputs by SQL: grades, overlap, credit by rule, months, refunds."""

# ruff: noqa: S608 - names in these queries are our own; values are written by `quoted`.

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import numpy as np

from livingroom.measure import credit, evidence
from livingroom.measure.channels.bootstrap import Bootstrap
from livingroom.measure.claims.inputs import Terms
from livingroom.measure.claims.leaking import leaks_of
from livingroom.measure.claims.overlapping import overlap_of
from livingroom.measure.engine import quoted
from livingroom.measure.estimate import Estimate, NotEnoughData
from livingroom.measure.returns import refunds_to_come
from livingroom.measure.summary import CEILING, FLOOR, GRADES

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Figures:
    """Everything that is counted, not estimated; as JSON, but for the share of refunds still to come."""

    grades: dict[str, dict[str, int]]
    all_orders: dict[str, int]
    untouched: dict[str, int]
    overlap: dict[str, Any]
    leaks: dict[str, Any]
    credit: dict[str, Any]
    months: list[dict[str, Any]]
    costs: dict[str, int]
    shared_costs: dict[str, int]
    refunds_to_come: Estimate | NotEnoughData
    rule_version: str
    is_new_known: bool
    days: dict[str, int]

    def evidence_between(self, first: str, last: str) -> int:
        """Net revenue with evidence from one day (2009-02-01) to another, both included."""
        return sum(amount for on, amount in self.days.items() if first <= on <= last)

    def total(self, name: str, grades: Iterable[str] = CEILING) -> int:
        return sum(self.grades[grade][name] for grade in grades)

    @property
    def floor(self) -> dict[str, int]:
        return {name: self.total(name, FLOOR) for name in ("n_orders", "revenue_minor")}

    @property
    def ceiling(self) -> dict[str, int]:
        return {name: self.total(name) for name in self.grades["A"]}


def count(
    connection: duckdb.DuckDBPyConnection, folder: Path, terms: Terms, evidence_path: Path | None = None
) -> Figures:
    """Grade and divide the frozen orders, and add up those of the period. `evidence_path` has grades from before."""
    tables = {name: folder / f"{name}.parquet" for name in ("touches", "orders", "costs", "refunds")}
    with TemporaryDirectory(prefix="livingroom-claim-") as working, connection.cursor() as cursor:
        graded, credited = Path(working) / "evidence.parquet", Path(working) / "credit.parquet"
        rule_version, leaked = "given", {"refused": "grades were given, so codes were not looked at."}
        if evidence_path is not None:
            graded = evidence_path
        else:
            result = evidence.grade(
                connection,
                touches=tables["touches"],
                orders=tables["orders"],
                window_days=terms.window_days,
                social_channels=terms.social_channels,
                out=graded,
            )
            rule_version, leaked = result.rule_version, leaks_of(result.code_days, terms)
        credit.assign(
            connection,
            touches=tables["touches"],
            orders=tables["orders"],
            models=tuple(dict.fromkeys((*terms.models, "linear"))),
            window_days=terms.window_days,
            out=credited,
            bootstrap=Bootstrap(n_replicates=0),
        )
        _open(cursor, tables, graded, credited, terms)
        return Figures(
            grades=_grades(cursor),
            all_orders=_one(cursor, "SELECT count(*), sum(revenue_minor) FROM claimed"),
            untouched=_one(
                cursor,
                "SELECT count(*), sum(revenue_minor) FROM claimed WHERE grade = 'none' AND NOT has_touch",
            ),
            overlap=overlap_of(cursor),
            leaks=leaked,
            credit=_credit(cursor, terms),
            months=_months(cursor),
            costs=_costs(cursor, "in_scope"),
            shared_costs=_costs(cursor, "NOT in_scope"),
            refunds_to_come=_refunds(cursor, tables["refunds"], terms),
            rule_version=rule_version,
            days=_days(cursor),
            is_new_known=bool(
                cursor.execute("SELECT count(*) FROM claimed WHERE is_new IS NOT NULL").fetchall()[0][0]
            ),
        )


def _open(
    cursor: duckdb.DuckDBPyConnection, tables: dict[str, Path], graded: Path, credited: Path, terms: Terms
) -> None:
    """Make `claimed` (the period's orders with grade), `shares` (their credit), `met` (channels they met), `spent`."""
    branches = ", ".join(quoted(branch) for branch in terms.branches)
    in_scope = f"CAST(e.branch_id AS VARCHAR) IN ({branches})" if branches else "true"
    ours = (
        f"c.branch_id IS NOT NULL AND CAST(c.branch_id AS VARCHAR) IN ({branches})"
        if branches
        else ("c.branch_id IS NOT NULL")
    )
    orders, costs = _file(tables["orders"]), _file(tables["costs"])
    evidence_rows, credit_rows = _file(graded), _file(credited)
    cursor.execute("SET TimeZone = 'UTC'; SET enable_progress_bar = false")
    cursor.execute(
        f"""CREATE OR REPLACE TEMP TABLE shares AS
            SELECT c.order_id, c.model, c.channel, c.share, c.amount_minor, {ours} AS is_ours,
                CAST(c.branch_id AS VARCHAR) AS branch, c.branch_id IS NOT NULL AS is_social
            FROM {credit_rows} AS c
            SEMI JOIN (SELECT r.order_id FROM {orders} AS r WHERE r.at >= {terms.start_us} AND r.at < {terms.end_us}) AS o
                ON c.order_id = o.order_id"""
    )
    cursor.execute(
        """CREATE OR REPLACE TEMP TABLE met AS
           SELECT DISTINCT order_id, channel, branch, is_social FROM shares
           WHERE model = 'linear' AND channel <> 'unattributed'"""
    )
    cursor.execute(
        f"""CREATE OR REPLACE TEMP TABLE claimed AS
            SELECT o.order_id, o.at, o.revenue_minor, o.discount_minor, o.goods_minor, o.is_new,
                CASE WHEN {in_scope} THEN e.grade ELSE 'none' END AS grade,
                o.order_id IN (SELECT order_id FROM met) AS has_touch
            FROM {orders} AS o JOIN {evidence_rows} AS e ON o.order_id = e.order_id
            WHERE o.at >= {terms.start_us} AND o.at < {terms.end_us}"""
    )
    scope = f"c.branch IN ({branches})" if branches else "true"
    cursor.execute(f"CREATE OR REPLACE TEMP TABLE spent AS SELECT c.*, {scope} AS in_scope FROM {costs} AS c")


def _file(path: Path) -> str:
    reader = "read_csv" if path.suffix.lower() == ".csv" else "read_parquet"
    return f"{reader}({quoted(str(path))})"


def _one(cursor: duckdb.DuckDBPyConnection, sql: str) -> dict[str, int]:
    n, revenue = cursor.execute(sql).fetchall()[0]
    return {"n_orders": int(n), "revenue_minor": int(revenue or 0)}


def _grades(cursor: duckdb.DuckDBPyConnection) -> dict[str, dict[str, int]]:
    names = (
        "n_orders", "revenue_minor", "discount_minor", "goods_minor", "goods_revenue_minor", "n_new", "new_revenue_minor",
    )  # fmt: skip
    rows = cursor.execute(
        """SELECT grade, count(*), sum(revenue_minor), sum(discount_minor), sum(goods_minor),
                  sum(revenue_minor) FILTER (WHERE goods_minor > 0),
                  count(*) FILTER (WHERE is_new), sum(revenue_minor) FILTER (WHERE is_new)
           FROM claimed GROUP BY grade"""
    ).fetchall()
    found = {row[0]: dict(zip(names, (int(cell or 0) for cell in row[1:]), strict=True)) for row in rows}
    return {grade: found.get(grade, dict.fromkeys(names, 0)) for grade in GRADES}


def _credit(cursor: duckdb.DuckDBPyConnection, terms: Terms) -> dict[str, Any]:
    rows = cursor.execute(
        """SELECT model, channel, is_ours, sum(amount_minor) FROM shares GROUP BY ALL ORDER BY ALL"""
    ).fetchall()
    rules: dict[str, dict[str, Any]] = {model: {"ours_minor": 0, "channels": {}} for model in terms.models}
    for model, channel, is_ours, amount in rows:
        if model not in rules:
            continue
        channels = rules[model]["channels"]
        channels[channel] = channels.get(channel, 0) + int(amount)
        rules[model]["ours_minor"] += int(amount) if is_ours else 0
    ours = [rule["ours_minor"] for rule in rules.values()]
    return {"rules": rules, "low_minor": min(ours, default=0), "high_minor": max(ours, default=0)}


def _months(cursor: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    floor = ", ".join(quoted(grade) for grade in FLOOR)
    sold = cursor.execute(
        f"""SELECT strftime(make_timestamp(c.at), '%Y-%m') AS month, count(*) FILTER (WHERE c.grade <> 'none'),
                sum(c.revenue_minor) FILTER (WHERE c.grade IN ({floor})),
                sum(c.revenue_minor) FILTER (WHERE c.grade <> 'none'),
                sum(c.discount_minor) FILTER (WHERE c.grade <> 'none')
            FROM claimed AS c GROUP BY 1"""
    ).fetchall()
    paid = cursor.execute(
        """SELECT substr("on", 1, 7) AS month, kind, sum(amount_minor) FROM spent WHERE in_scope GROUP BY 1, 2"""
    ).fetchall()
    names = ("n_orders", "floor_minor", "ceiling_minor", "discount_minor")
    sums = {row[0]: dict(zip(names, (int(cell or 0) for cell in row[1:]), strict=True)) for row in sold}
    months = []
    for month in sorted({*sums, *(row[0] for row in paid)}):
        costs = {kind: int(amount) for on, kind, amount in sorted(paid) if on == month}
        found = sums.get(month, dict.fromkeys(names, 0))
        months.append({"month": month, **found, "costs": costs, "cost_minor": sum(costs.values())})
    return months


def _days(cursor: duckdb.DuckDBPyConnection) -> dict[str, int]:
    rows = cursor.execute(
        """SELECT strftime(make_timestamp(c.at), '%Y-%m-%d'), sum(c.revenue_minor)
           FROM claimed AS c WHERE c.grade <> 'none' GROUP BY 1"""
    ).fetchall()
    return {on: int(amount) for on, amount in rows}


def _costs(cursor: duckdb.DuckDBPyConnection, condition: str) -> dict[str, int]:
    rows = cursor.execute(
        f"SELECT kind, sum(amount_minor) FROM spent WHERE {condition} GROUP BY kind ORDER BY kind"
    ).fetchall()
    return {kind: int(amount) for kind, amount in rows}


def _refunds(cursor: duckdb.DuckDBPyConnection, refunds: Path, terms: Terms) -> Estimate | NotEnoughData:
    if not refunds.exists():
        return NotEnoughData("no dates of refunds were given, so nobody can say how many are still to come.")
    cursor.execute(
        """CREATE OR REPLACE TEMP TABLE numbered AS
           SELECT c.*, row_number() OVER (ORDER BY c.at, CAST(c.order_id AS VARCHAR)) - 1 AS place FROM claimed AS c"""
    )
    back = cursor.execute(
        f"""SELECT n.place, r.at, r.amount_minor FROM {_file(refunds)} AS r
            JOIN numbered AS n ON r.order_id = CAST(n.order_id AS VARCHAR) ORDER BY ALL"""
    ).fetchnumpy()
    sold = cursor.execute(
        "SELECT n.at, n.revenue_minor, n.grade <> 'none' AS has_evidence FROM numbered AS n ORDER BY n.place"
    ).fetchnumpy()
    place, amount = np.asarray(back["place"], np.int64), np.asarray(back["amount_minor"], np.int64)
    paid = np.asarray(sold["revenue_minor"], np.int64).copy()
    np.add.at(paid, place, amount)
    return refunds_to_come(
        np.asarray(sold["at"], np.int64),
        paid,
        place,
        np.asarray(back["at"], np.int64),
        amount,
        terms.known_until_us,
        np.asarray(sold["has_evidence"], np.bool_),
        terms.seed,
    )
