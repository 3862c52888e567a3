"""What this house gives the measuring room for a claim: orders and touches of the lake, costs, refunds, experiments."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pyarrow as pa

from livingroom.attribution.inputs import microseconds, read_table
from livingroom.attribution.lake import open_lake
from livingroom.attribution.tested import evidence_of_test
from livingroom.experiments.models import Experiment
from livingroom.measure.claims import ClaimInputs
from livingroom.measure.claims.costs import SCHEMA as COSTS
from livingroom.orders.models import LedgerEntry
from livingroom.shared.models import Brand

REFUND_SCHEMA = pa.schema([("order_id", pa.int64()), ("at", pa.int64()), ("amount_minor", pa.int64())])
GIVEN_BACK = (LedgerEntry.Kind.REFUND, LedgerEntry.Kind.CANCEL, LedgerEntry.Kind.CHARGEBACK)
# The order's value in the reporting currency at the rate of its day, as the pages count it.
ORDERS = """
    SELECT order_id, customer_id, o."at", reporting_minor AS revenue_minor, $currency AS currency, code,
           nullif(click_id, '') AS click_id, nullif(said_channel, '') AS said_channel, is_first_order,
           discount_minor, goods_minor
    FROM orders AS o
"""
TOUCHES = """
    SELECT customer_id, t."at", channel, touch_id, branch_id, placement_id, kind, class, nullif(code, '') AS code,
           nullif(code_kind, '') AS code_kind
    FROM touches AS t
"""


class NothingMeasured(Exception):
    """The lake holds no orders yet, so there is nothing to claim."""


def inputs_of_house(experiments: Sequence[Experiment] = ()) -> ClaimInputs:
    """Everything as it stands now. Raises NothingMeasured."""
    lake, currency = open_lake(), Brand.current().reporting_currency
    if not {"orders", "touches"} <= set(lake.tables()):
        raise NothingMeasured(
            "No order was measured yet. A claim needs orders: send one, and look again in a minute."
        )
    return ClaimInputs(
        touches=lake.query(TOUCHES),
        orders=lake.query(ORDERS, currency=currency),
        costs=read_costs(),
        refunds=read_refunds(),
        lifts=tuple(lift for experiment in experiments if (lift := lift_of(experiment)) is not None),
    )


def read_costs() -> pa.Table:
    return read_table(
        """
        SELECT CAST("on" AS TEXT), kind, CAST(coalesce(branch_id, 0) AS TEXT), minutes, reporting_minor,
               reporting_currency, text
        FROM orders_cost ORDER BY id
        """,
        COSTS,
    )


def read_refunds() -> pa.Table:
    kinds = ", ".join(f"'{kind}'" for kind in GIVEN_BACK)
    return read_table(
        f"""
        SELECT order_id, {microseconds('"at"')}, -reporting_minor FROM orders_ledgerentry
        WHERE kind IN ({kinds}) AND reporting_minor < 0 ORDER BY id
        """,  # noqa: S608 - our own kinds
        REFUND_SCHEMA,
    )


def lift_of(experiment: Experiment) -> dict[str, Any] | None:
    """Its last final reading, as the measuring room prints it; None if it was not read to the end."""
    reading = experiment.readings.filter(is_final=True).order_by("-look").first()
    if reading is None:
        return None
    days = {"from": experiment.starts_on, "to": experiment.ends_on}
    return {
        **reading.body,
        "name": experiment.name,
        **{name: on.isoformat() for name, on in days.items() if on is not None},
        "evidence_minor": evidence_of_test(experiment),
    }


def readable_experiments(first: date | None = None, last: date | None = None) -> list[Experiment]:
    """Experiments that were read to the end, the tested ones first: only a test decides."""
    found = Experiment.objects.filter(readings__is_final=True).distinct()
    if first is not None and last is not None:
        found = found.overlapping(first, last)
    return sorted(found, key=lambda one: (one.kind == Experiment.Kind.HISTORY, -one.pk))
