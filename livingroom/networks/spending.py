"""What reading costs where a network charges for it, and the budget that keeps it in bounds. Plain Python."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Protocol

from livingroom.networks.errors import RateLimited


class ReadingBook(Protocol):
    """Where one account's reading is written down, day by day (UTC, as networks bill)."""

    def spent(self, on: date) -> Decimal:
        """What was spent on this day."""

    def book(self, on: date, amount: Decimal, n_read: int) -> None:
        """Add what a call cost."""


class ReadingBookInMemory:
    """For commands and tests that hold an account without a database."""

    def __init__(self) -> None:
        self._days: dict[date, Decimal] = {}

    def spent(self, on: date) -> Decimal:
        return self._days.get(on, Decimal(0))

    def book(self, on: date, amount: Decimal, n_read: int) -> None:
        self._days[on] = self.spent(on) + amount


@dataclass(frozen=True)
class ReadingBudget:
    """So much money a day; what is over waits for tomorrow."""

    book: ReadingBook
    a_day: Decimal
    currency: str
    now: Callable[[], datetime]

    def room_for(self, price: Decimal, at_least: int, at_most: int) -> int:
        """How many things of this price may be read in one call. Raises RateLimited until tomorrow when too few."""
        now = self.now().astimezone(UTC)
        spent = self.book.spent(now.date())
        n_affordable = int((self.a_day - spent) / price)
        if n_affordable < at_least:
            raise RateLimited(
                f"The budget for reading is used up: {spent:.2f} of {self.a_day:.2f} {self.currency} today.",
                datetime.combine(now.date() + timedelta(days=1), time(), UTC),
            )
        return min(n_affordable, at_most)

    def note(self, n_read: int, price: Decimal) -> None:
        if n_read:
            self.book.book(self.now().astimezone(UTC).date(), n_read * price, n_read)
