"""What searching for a topic may cost, and what it did. What is over waits, and the page says so."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from django.db.models import F, Sum

from livingroom.listening.models import Topic, TopicReading
from livingroom.shared.money import from_minor


@dataclass(frozen=True)
class Spent:
    """What a topic's reading took in a while."""

    n_calls: int = 0
    n_read: int = 0
    n_refused: int = 0
    amount: Decimal = Decimal(0)

    @property
    def sampled_share(self) -> float | None:
        """Of the calls that were due, those that were made: what was heard is this part of what there was. None without any."""
        due = self.n_calls + self.n_refused
        return self.n_calls / due if due else None


def spent(topic: Topic, first: date, last: date) -> Spent:
    rows = TopicReading.objects.filter(topic=topic, on__gte=first, on__lte=last)
    found = rows.aggregate(a=Sum("n_calls"), b=Sum("n_read"), c=Sum("n_refused"), d=Sum("amount"))
    return Spent(found["a"] or 0, found["b"] or 0, found["c"] or 0, found["d"] or Decimal(0))


def why_not(topic: Topic, price: Decimal, now: datetime) -> str:
    """Say which line the next call would cross; empty when it may be made."""
    today = now.astimezone(UTC).date()
    day, month = spent(topic, today, today), spent(topic, today.replace(day=1), today)
    if topic.calls_a_day is not None and day.n_calls >= topic.calls_a_day:
        return f"{topic.calls_a_day} calls a day are used up."
    if topic.calls_a_month is not None and month.n_calls >= topic.calls_a_month:
        return f"{topic.calls_a_month} calls a month are used up."
    if price > 0 and _over(day.amount + price, topic.money_a_day_minor, topic.currency):
        return "The money of the day is used up."
    if price > 0 and _over(month.amount + price, topic.money_a_month_minor, topic.currency):
        return "The money of the month is used up."
    return ""


def book(
    topic: Topic, now: datetime, *, n_read: int = 0, amount: Decimal = Decimal(0), is_refused: bool = False
) -> None:
    """Write down a call that was made, or one that was not allowed."""
    on = now.astimezone(UTC).date()
    TopicReading.objects.get_or_create(topic=topic, on=on)
    TopicReading.objects.filter(topic=topic, on=on).update(
        n_calls=F("n_calls") + int(not is_refused),
        n_refused=F("n_refused") + int(is_refused),
        n_read=F("n_read") + n_read,
        amount=F("amount") + amount,
    )


def _over(amount: Decimal, most_minor: int | None, currency: str) -> bool:
    return most_minor is not None and amount > 0 and amount > from_minor(most_minor, currency)
