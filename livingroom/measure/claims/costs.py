"""Costs as they come in a file, one row a cost, and as a claim keeps them."""

import csv
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from livingroom.measure.currencies import DECIMALS
from livingroom.measure.problems import InputError

SCHEMA = pa.schema(
    [
        ("on", pa.string()),
        ("kind", pa.string()),
        ("branch", pa.string()),
        ("minutes", pa.int64()),
        ("amount_minor", pa.int64()),
        ("currency", pa.string()),
        ("text", pa.string()),
    ]
)
KINDS = {
    "staff": "staff",
    "network_fee": "network fees",
    "network_fees": "network fees",
    "network fees": "network fees",
    "fees": "network fees",
    "tool": "tools",
    "tools": "tools",
    "ads": "advertising",
    "ad": "advertising",
    "advertising": "advertising",
    "other": "other",
}
MAX_FAULTS = 3


def read_costs(source: Path | str | pa.Table | None, currency: str) -> pa.Table:
    """Return costs in one currency with the columns of `SCHEMA`. Raises InputError naming the rows that cannot be read."""
    if source is None:
        return SCHEMA.empty_table()
    rows = list(_rows_of(source))
    faults: list[str] = []
    kept = []
    for number, row in enumerate(rows, start=1):
        try:
            kept.append(_cost(row, currency))
        except ValueError as fault:
            faults.append(f"costs: row {number}: {fault}")
    if faults:
        more = f"costs: {len(faults) - MAX_FAULTS} more rows cannot be read."
        raise InputError(faults[:MAX_FAULTS] + ([more] if len(faults) > MAX_FAULTS else []))
    return pa.Table.from_pylist(kept, schema=SCHEMA)


def _rows_of(source: Path | str | pa.Table) -> Iterable[Mapping[str, Any]]:
    if isinstance(source, pa.Table):
        return list(source.to_pylist())
    path = Path(source)
    if not path.exists():
        raise InputError([f"costs: there is no file {path}."])
    if path.suffix.lower() in (".parquet", ".pq"):
        return list(pq.read_table(path).to_pylist())
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _cost(row: Mapping[str, Any], currency: str) -> dict[str, Any]:
    said = {str(name).strip().lower(): value for name, value in row.items() if value not in (None, "")}
    kind = str(said.get("kind", "other")).strip().lower()
    minutes = said.get("minutes")
    return {
        "on": _day(said.get("on", said.get("date", said.get("at")))),
        "kind": KINDS.get(kind, kind),
        "branch": str(said.get("branch", said.get("branch_id", ""))),
        "minutes": int(Decimal(str(minutes))) if minutes is not None else None,
        "amount_minor": _amount(said, currency),
        "currency": currency,
        "text": str(said.get("text", "")),
    }


def _day(said: object) -> str:
    if isinstance(said, datetime):
        return said.date().isoformat()
    if isinstance(said, date):
        return said.isoformat()
    if isinstance(said, int):
        return datetime.fromtimestamp(said / 1_000_000, _utc()).date().isoformat()
    try:
        return date.fromisoformat(str(said)[:10]).isoformat()
    except ValueError:
        raise ValueError(f"the day {said!r} is none. Write 2009-06-30 in a column called on.") from None


def _utc() -> Any:
    from datetime import UTC

    return UTC


def _amount(said: Mapping[str, Any], currency: str) -> int:
    own = str(said.get("currency", currency)).upper()
    if "reporting_minor" in said and str(said.get("reporting_currency", currency)).upper() == currency:
        return int(said["reporting_minor"])
    if own != currency:
        raise ValueError(
            f"it is in {own}, the claim in {currency}. Convert costs at the rate of their day, in a column amount."
        )
    if "amount_minor" in said:
        return int(Decimal(str(said["amount_minor"])))
    try:
        amount = Decimal(str(said["amount"])).scaleb(DECIMALS[currency])
        return int(amount.to_integral_value())
    except KeyError:
        raise ValueError("there is no amount. Name a column amount (12.50) or amount_minor (1250).") from None
    except InvalidOperation:
        raise ValueError(f"the amount {said['amount']!r} is no number, such as 12.50.") from None
