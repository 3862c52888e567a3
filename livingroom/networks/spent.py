"""What reading cost, ready to print: by account and month, beside what a day may cost."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from django.db.models import QuerySet, Sum
from django.db.models.functions import TruncMonth

from livingroom.networks.models import Connection, ReadingDay
from livingroom.networks.operations import open_connection
from livingroom.networks.prices import PRICES
from livingroom.networks.registry import find_network, has_connector

MONTHS = 12
DAYS = 62


@dataclass(frozen=True)
class AccountSpending:
    """One account that is charged for reading. Amounts are exact; a day is UTC, as networks bill."""

    connection: Connection
    network: str
    currency: str
    a_day: Decimal | None
    today: Decimal
    this_month: Decimal
    last_month: Decimal
    n_this_month: int
    last_read_on: date | None

    @property
    def used_share(self) -> float | None:
        """Of today's budget."""
        return float(self.today / self.a_day) if self.a_day else None

    @property
    def is_used_up(self) -> bool:
        return self.a_day is not None and self.today >= self.a_day


@dataclass(frozen=True)
class MonthSpending:
    connection: Connection
    month: date
    amount: Decimal
    currency: str
    n_read: int


def charging() -> list[str]:
    """The networks that take money for reading."""
    return [name for name, price in PRICES.items() if price.read or price.own_read]


def accounts_spending(now: datetime) -> list[AccountSpending]:
    """Every account on a network that charges, and any other that was ever charged."""
    rows = Connection.objects.filter(network__in=charging()) | Connection.objects.exclude(reading_days=None)
    return [_spending(row, now.astimezone(UTC).date()) for row in rows.distinct()]


def months_spending(connections: Sequence[Connection], now: datetime) -> list[MonthSpending]:
    """What each account cost in each of the last twelve months, the newest first."""
    today = now.astimezone(UTC).date()
    first = date(today.year - 1, today.month, 1)
    known = {connection.pk: connection for connection in connections}
    rows = (
        ReadingDay.objects.filter(connection__in=known, on__gt=first)
        .annotate(month=TruncMonth("on"))
        .values("connection_id", "month", "currency")
        .annotate(sum=Sum("amount"), n=Sum("n_read"))
    )
    found = [
        MonthSpending(known[row["connection_id"]], row["month"], row["sum"], row["currency"], row["n"])
        for row in rows
    ]
    return sorted(found, key=lambda row: (row.month, row.amount), reverse=True)


def days_of(connection: Connection) -> QuerySet[ReadingDay]:
    """The rows behind the figures: the last two months, the newest first."""
    return ReadingDay.objects.filter(connection=connection).order_by("-on")[:DAYS]


def _spending(connection: Connection, today: date) -> AccountSpending:
    days = ReadingDay.objects.filter(connection=connection)
    this_month, n_this_month = _sum(days.filter(on__gte=today.replace(day=1)))
    before = date(today.year - (today.month == 1), (today.month - 2) % 12 + 1, 1)
    last_month, _ = _sum(days.filter(on__gte=before, on__lt=today.replace(day=1)))
    newest = days.order_by("-on").first()
    return AccountSpending(
        connection,
        find_network(connection.network).title if has_connector(connection.network) else connection.network,
        newest.currency if newest else PRICES[connection.network].currency,
        _a_day(connection),
        _sum(days.filter(on=today))[0],
        this_month,
        last_month,
        n_this_month,
        newest.on if newest else None,
    )


def _sum(days: QuerySet[ReadingDay]) -> tuple[Decimal, int]:
    told = days.aggregate(amount=Sum("amount"), n=Sum("n_read"))
    return told["amount"] or Decimal(0), told["n"] or 0


def _a_day(connection: Connection) -> Decimal | None:
    """The budget that somebody named when connecting; none where the account is not connected any more."""
    if not has_connector(connection.network) or not connection.credentials_encrypted:
        return None
    budget = open_connection(connection).reading_budget()
    return budget.a_day if budget else None
