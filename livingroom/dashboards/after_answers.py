"""What customers bought after a person of ours had answered them, beside how satisfied they were: two figures, never one.

An order is in a branch's row if that branch answered last before it. Many of these orders have evidence of their own, so the
sums are no addition to floor or ceiling; `alone` is what no link, code or word of the buyer speaks for.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from livingroom.attribution.models import AnsweredOrder, Grade
from livingroom.branches.models import Branch
from livingroom.dashboards.period import Period
from livingroom.inbox.reports.reading import Answer, Service, read_days
from livingroom.measure.estimate import NotEnoughData

NOBODY_WROTE = NotEnoughData("nobody wrote in these months")


@dataclass(frozen=True)
class Sales:
    """Orders after an answer, and those among them that nothing else speaks for; net, in the reporting currency."""

    n_orders: int = 0
    net_minor: int = 0
    n_alone: int = 0
    alone_minor: int = 0

    @property
    def elsewhere_minor(self) -> int:
        """What stands in floor or ceiling as well."""
        return self.net_minor - self.alone_minor


@dataclass(frozen=True)
class Row:
    """One branch, or without one: what was answered where no branch is named."""

    branch: Branch | None
    n_conversations: int
    csat: Answer
    sales: Sales

    @property
    def name(self) -> str:
        return self.branch.name if self.branch else "No branch"

    @property
    def key(self) -> str:
        """As the ledger is asked for it."""
        return str(self.branch.pk) if self.branch else "none"


@dataclass(frozen=True)
class AfterAnswers:
    rows: list[Row]
    total: Sales
    n_conversations: int
    csat: Answer


def answered_in(period: Period) -> QuerySet[AnsweredOrder]:
    return AnsweredOrder.objects.filter(placed_at__gte=period.start_at, placed_at__lt=period.end_at)


def sales_after_answers(period: Period) -> Sales:
    """One query."""
    found = answered_in(period).aggregate(**_sums())
    return _sales(found)


def read_after_answers(period: Period, now: datetime) -> AfterAnswers:
    """By branch, the largest sales first; a row for whoever answered or whom somebody asked."""
    service = Service(read_days(period.first, (period.end_at - timedelta(days=1)).date()), now)
    served = {int(number): part for number, part in service.by("branch", at_most=10_000)}
    sold: dict[int | None, Sales] = {
        row["branch"]: _sales(row)
        for row in answered_in(period).order_by().values("branch").annotate(**_sums())
    }
    rows = [_row(branch, served.get(branch.pk), sold.get(branch.pk)) for branch in Branch.objects.all()]
    known = {row.branch.pk for row in rows if row.branch}
    nobodys = next((part for number, part in served.items() if number not in known), None)
    rows.append(_row(None, nobodys, sold.get(None)))
    listed = [row for row in rows if row.n_conversations or row.sales.n_orders]
    listed.sort(key=lambda row: (row.branch is None, -row.sales.net_minor, row.name))
    return AfterAnswers(
        listed, sales_after_answers(period), service.n, service.csat if service.n else NOBODY_WROTE
    )


def _row(branch: Branch | None, service: Service | None, sales: Sales | None) -> Row:
    return Row(
        branch, service.n if service else 0, service.csat if service else NOBODY_WROTE, sales or Sales()
    )


def _sums() -> dict[str, Count | Sum]:
    alone = Q(grade=Grade.NONE)
    return {
        "n_orders": Count("pk"),
        "net": Sum("net_minor", default=0),
        "n_alone": Count("pk", filter=alone),
        "alone": Sum("net_minor", filter=alone, default=0),
    }


def _sales(found: Mapping[str, Any]) -> Sales:
    return Sales(found["n_orders"], int(found["net"]), found["n_alone"], int(found["alone"]))
