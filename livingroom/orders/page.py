"""One order with its ledger entries, in memory."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from livingroom.orders.models import LedgerEntry, Order
from livingroom.orders.rates import Rate

Kind = LedgerEntry.Kind


class Page:
    """One order with its entries, known and new."""

    def __init__(
        self, order: Order, rate: Rate, reporting_currency: str, entries: Iterable[LedgerEntry] = ()
    ) -> None:
        self.order = order
        self.rate = rate
        self.reporting_currency = reporting_currency
        self.entries = list(entries)
        self.new_entries: list[LedgerEntry] = []
        self.is_changed = False
        self.is_moved = False  # to another customer

    @property
    def discount_minor(self) -> int:
        return sum(entry.discount_minor for entry in self.entries)

    @property
    def goods_minor(self) -> int:
        return sum(entry.goods_minor for entry in self.entries)

    def snapshot(self) -> tuple[dict[str, Any], int, int, bool, bool]:
        return (
            dict(self.order.__dict__),
            len(self.entries),
            len(self.new_entries),
            self.is_changed,
            self.is_moved,
        )

    def restore(self, kept: tuple[dict[str, Any], int, int, bool, bool]) -> None:
        values, n_entries, n_new, self.is_changed, self.is_moved = kept
        self.order.__dict__.update(values)
        del self.entries[n_entries:]
        del self.new_entries[n_new:]

    def find(self, kind: str, external_id: str) -> LedgerEntry | None:
        return next(
            (each for each in self.entries if each.kind == kind and each.external_id == external_id), None
        )

    def post(
        self,
        kind: Kind,
        external_id: str,
        at: datetime,
        amount: int,
        *,
        discount: int = 0,
        goods: int = 0,
        reason: str = "",
    ) -> None:
        """Add an entry and bring the order's sums up to date."""
        order = self.order
        if kind in (Kind.SALE, Kind.EDIT):
            order.gross_minor += amount
        else:
            order.refunded_minor -= amount
        order.net_minor += amount
        before = order.net_reporting_minor
        order.net_reporting_minor = self._turned(order.net_minor)
        entry = LedgerEntry(
            order=order,
            shop=order.shop,
            kind=kind,
            external_id=external_id[:120],
            at=at,
            amount_minor=amount,
            discount_minor=discount,
            goods_minor=goods,
            currency=order.currency,
            rate=self.rate.value,
            rate_on=self.rate.on,
            reporting_currency=self.reporting_currency,
            reporting_minor=order.net_reporting_minor - before,
            reason=reason[:200],
        )
        self.entries.append(entry)
        self.new_entries.append(entry)
        order.discount_reporting_minor = self._turned(self.discount_minor)
        order.goods_reporting_minor = self._turned(self.goods_minor)
        self.is_changed = True

    def _turned(self, minor: int) -> int:
        return self.rate.turn(minor, self.order.currency, self.reporting_currency)

    @property
    def gave_back_all(self) -> bool:
        return self.order.net_minor == 0 and self.order.refunded_minor > 0

    @property
    def was_cancelled_whole(self) -> bool:
        return self.order.net_minor == 0 and any(entry.kind == Kind.CANCEL for entry in self.entries)

    def comes_back_with(self, kind: Kind, amount: int) -> tuple[int, int]:
        """Return the discount and the goods that come back with the money.

        With the whole amount the discount was not given after all, and the goods are back on the shelf. A chargeback
        takes the money and leaves the goods with the buyer.
        """
        if amount < self.order.net_minor:
            return 0, 0
        return self.discount_minor, 0 if kind == Kind.CHARGEBACK else self.goods_minor
