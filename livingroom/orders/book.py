"""The till's book for one batch: facts are entered in memory against the orders they concern, then written together.

Rules that every way in shares:
- An order's amount is what the buyer paid. Ledger entries add up to what it is worth now.
- All entries of an order are turned into the reporting currency at the rate of the order's own date, and what is
  kept in the reporting currency is the rounded whole, so that a full refund leaves exactly nothing.
- An order told again is the same; told differently, the difference becomes an entry of its own.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from livingroom.orders.customers import Clientele, Erased, Identity
from livingroom.orders.facts import Fact, Outcome, Reversal, Sale, Unusable
from livingroom.orders.models import LedgerEntry, Order, Shop
from livingroom.orders.page import Page
from livingroom.orders.rates import Rate
from livingroom.people.models import Customer
from livingroom.shared.money import format_money

Kind = LedgerEntry.Kind
# What a later telling of an order may fill in or correct.
FACTS = ("country", "division", "product", "quantity", "click_id", "said_channel", "referrer_host")

KEPT = [
    *FACTS, "codes", "said_at", "changed_at", "gross_minor", "refunded_minor", "net_minor",
    "net_reporting_minor", "discount_reporting_minor", "goods_reporting_minor",
]  # fmt: skip


class Book:
    """Every order of one shop that a batch of facts concerns. Use inside one transaction."""

    def __init__(self, shop: Shop, facts: Sequence[Fact], *, reporting_currency: str, now: datetime) -> None:
        self.shop = shop
        self.now = now
        self.reporting_currency = reporting_currency
        self.pages: dict[str, Page] = {}
        self._demoted: set[int] = set()
        self._first_orders: dict[int, Order] = {}
        self._open(sorted({fact.order_id for fact in facts}))
        sales = [fact for fact in facts if isinstance(fact, Sale)]
        self._erased = Erased(sales, shop.slug)
        self._identities: dict[int, list[Identity]] = {id(sale): self._erased.without(sale) for sale in sales}
        self.clientele = Clientele(identity for found in self._identities.values() for identity in found)

    def _open(self, external_ids: list[str]) -> None:
        orders = Order.objects.filter(shop=self.shop, external_id__in=external_ids).order_by("external_id")
        known = list(orders.select_for_update(no_key=True, of=("self",)).select_related("customer"))
        if not known:
            return
        entries: dict[int, list[LedgerEntry]] = defaultdict(list)
        for entry in LedgerEntry.objects.filter(order__in=known).order_by("at", "id"):
            entries[entry.order_id].append(entry)
        for order in known:
            sale = next(entry for entry in entries[order.pk] if entry.kind == Kind.SALE)
            order.shop = self.shop
            rate = Rate(sale.rate, sale.rate_on)
            self.pages[order.external_id] = Page(order, rate, sale.reporting_currency, entries[order.pk])

    def enter(self, fact: Fact, rate: Rate | Unusable | None = None) -> Outcome:
        """Record the whole fact, or nothing of it. Raises Unusable."""
        page = self.pages.get(fact.order_id)
        kept = page.snapshot() if page else None
        try:
            return self._enter_sale(fact, rate) if isinstance(fact, Sale) else self._enter_reversal(fact)
        except Unusable:
            if page and kept:
                page.restore(kept)
            raise

    # Sales

    def _enter_sale(self, sale: Sale, rate: Rate | Unusable | None) -> Outcome:
        if sale.refunded_minor > sale.amount_minor:
            raise Unusable(
                f"Order {sale.external_id} tells of {format_money(sale.refunded_minor, sale.currency)} refunded, more than the "
                f"{format_money(sale.amount_minor, sale.currency)} it was sold for.",
                field="refunded",
            )
        page = self.pages.get(sale.external_id)
        if page is None:
            if not isinstance(rate, Rate):
                raise rate or Unusable(
                    f"There is no exchange rate for order {sale.external_id}.", code="no_rate"
                )
            page = self._new_page(sale, rate)
            state = "new"
        else:
            state = self._change(page, sale)
        self._settle_what_came_of_it(page, sale)
        if state == "same" and page.is_changed:
            state = "changed"
        return Outcome(state, page.order.pk)  # type: ignore[arg-type]  # one of Outcome's own words

    def _new_page(self, sale: Sale, rate: Rate) -> Page:
        order = Order(
            shop=self.shop,
            external_id=sale.external_id,
            placed_at=sale.placed_at,
            country=sale.country,
            division=sale.division or self.shop.division,
            product=sale.product,
            quantity=1 if sale.quantity is None else sale.quantity,
            currency=sale.currency,
            codes=list(sale.codes),
            click_id=sale.click_id,
            said_channel=sale.said_channel,
            referrer_host=sale.referrer_host,
            said_at=sale.said_at,
            changed_at=self.now,
        )
        page = self.pages[sale.external_id] = Page(order, rate, self.reporting_currency)
        page.post(
            Kind.SALE, sale.external_id, sale.placed_at, sale.amount_minor,
            discount=sale.discount_minor or 0, goods=sale.goods_minor or 0,
        )  # fmt: skip
        identities = self._identities[id(sale)]
        customer = self.clientele.known(identities) or self.clientele.add(
            country=sale.country, at=sale.placed_at
        )
        self.clientele.attach(customer, identities, self.now)
        self._place(order, customer)
        return page

    def _place(self, order: Order, customer: Customer) -> None:
        """Give the order to the customer, and say which of their orders is the first."""
        order.customer = customer
        had_orders = customer.first_order_at is not None
        order.is_first_order = self.clientele.orders_at(customer, order.placed_at)
        if not order.is_first_order:
            return
        if had_orders:
            before = self._first_orders.get(id(customer))
            if before is not None:
                before.is_first_order = False
            if customer.pk:
                self._demoted.add(customer.pk)
        self._first_orders[id(customer)] = order

    def _change(self, page: Page, sale: Sale) -> str:
        order = page.order
        if sale.currency != order.currency:
            raise Unusable(
                f"Order {order.external_id} was recorded in {order.currency} and is now told in {sale.currency}. "
                "An order keeps its currency: cancel it and send a new one.",
                field="currency",
            )
        is_older = bool(sale.said_at and order.said_at and sale.said_at < order.said_at)
        was_changed = page.is_changed
        page.is_changed = False
        if not self._erased.has(sale):
            self._correct_facts(page, sale, only_fill_in=is_older)
            self._know_better_who(page, sale)
        if not is_older:
            self._correct_amounts(page, sale)
            order.said_at = sale.said_at or order.said_at
        state = "changed" if page.is_changed else "older" if is_older else "same"
        page.is_changed = page.is_changed or was_changed
        return state

    def _correct_facts(self, page: Page, sale: Sale, *, only_fill_in: bool) -> None:
        order = page.order
        for name in FACTS:
            told, kept = getattr(sale, name), getattr(order, name)
            if told and told != kept and not (only_fill_in and kept):
                setattr(order, name, told)
                page.is_changed = True
        if sale.codes and list(sale.codes) != order.codes and not (only_fill_in and order.codes):
            order.codes = list(sale.codes)
            page.is_changed = True

    def _correct_amounts(self, page: Page, sale: Sale) -> None:
        order = page.order
        amount = sale.amount_minor - order.gross_minor
        discount = 0 if sale.discount_minor is None else sale.discount_minor - page.discount_minor
        goods = 0 if sale.goods_minor is None else sale.goods_minor - page.goods_minor
        if page.gave_back_all:
            discount = goods = 0
        if not (amount or discount or goods):
            return
        if order.net_minor + amount < 0:
            raise Unusable(
                f"Order {order.external_id} would be worth {format_money(sale.amount_minor, order.currency)}, but "
                f"{format_money(order.refunded_minor, order.currency)} went back already.",
                field="amount",
            )
        n_edits = sum(entry.kind == Kind.EDIT for entry in page.entries)
        at = sale.said_at or self.now
        page.post(Kind.EDIT, f"{sale.external_id}#{n_edits + 1}", at, amount, discount=discount, goods=goods)

    def _know_better_who(self, page: Page, sale: Sale) -> None:
        identities = self._identities[id(sale)]
        if not identities:
            return
        order, known = page.order, self.clientele.known(identities)
        if known is None and order.customer is not None:
            self.clientele.attach(order.customer, identities, self.now)
        elif known is not None and known.pk != order.customer_id and _is_nobody(order.customer):
            page.is_changed = page.is_moved = True
            self._place(order, known)

    def _settle_what_came_of_it(self, page: Page, sale: Sale) -> None:
        if sale.refunded_minor:
            self._give_back(
                page,
                Reversal(
                    "refund", sale.external_id, sale.said_at or self.now, total_minor=sale.refunded_minor
                ),
            )
        if sale.cancelled_at:
            self._give_back(page, Reversal("cancel", sale.external_id, sale.cancelled_at))

    # Money that went back

    def _enter_reversal(self, reversal: Reversal) -> Outcome:
        """A refund, cancellation or chargeback waits when its order is not here."""
        page = self.pages.get(reversal.order_id)
        if page is None:
            return Outcome("waiting", waits_for=reversal.order_id)
        return Outcome("new" if self._give_back(page, reversal) else "same", page.order.pk)

    def _give_back(self, page: Page, reversal: Reversal) -> bool:
        order = page.order
        kind = Kind(reversal.kind)
        if reversal.currency and reversal.currency != order.currency:
            raise Unusable(
                f"The {reversal.kind} is in {reversal.currency}, but order {order.external_id} is in {order.currency}.",
                field="currency",
            )
        amount, external_id = self._amount_and_key(page, reversal, kind)
        if amount == 0:
            return False
        known = page.find(kind, external_id)
        if known is not None:
            if abs(known.amount_minor) == amount:
                return False
            raise Unusable(
                f"{kind.label} {external_id} is recorded with {format_money(abs(known.amount_minor), order.currency)} already "
                f"and is now told as {format_money(amount, order.currency)}. Give the difference an id of its own.",
                field="amount",
            )
        if reversal.is_undone:
            undone = page.find(kind, reversal.external_id)
            discount = -undone.discount_minor if undone else 0
            page.post(kind, external_id, reversal.at, amount, discount=discount, reason=reversal.reason)
            return True
        if kind == Kind.REFUND and page.was_cancelled_whole:
            return False  # the cancellation took this money already
        if amount > order.net_minor:
            raise Unusable(
                f"The {reversal.kind} of {format_money(amount, order.currency)} is more than the "
                f"{format_money(order.net_minor, order.currency)} that order {order.external_id} is still worth.",
                field="amount",
            )
        discount, goods = page.comes_back_with(kind, amount)
        page.post(
            kind, external_id, reversal.at, -amount, discount=-discount, goods=-goods, reason=reversal.reason
        )
        return True

    def _amount_and_key(self, page: Page, reversal: Reversal, kind: Kind) -> tuple[int, str]:
        order = page.order
        if reversal.total_minor is not None:
            so_far = -sum(entry.amount_minor for entry in page.entries if entry.kind == kind)
            amount = max(0, reversal.total_minor - so_far)
            if order.net_minor == 0:
                amount = 0  # what a cancellation took back, a file may tell again as refunded
            return amount, f"{order.external_id}#{reversal.total_minor}"
        external_id = reversal.external_id or order.external_id
        if reversal.is_undone:
            external_id = f"{external_id}#undone"
        if reversal.amount_minor is None:
            known = page.find(kind, external_id)
            return (abs(known.amount_minor) if known else order.net_minor), external_id
        return reversal.amount_minor, external_id

    # Writing

    def save(self) -> None:
        """Write customers, orders and entries; all or nothing with the transaction around it."""
        self.clientele.save()
        if self._demoted:
            before = Order.objects.filter(customer__in=self._demoted, is_first_order=True)
            before.update(is_first_order=False, changed_at=self.now)
        changed = [page for page in self.pages.values() if page.is_changed]
        new = [page.order for page in changed if page.order.pk is None]
        for page in changed:
            if page.order.pk is not None:
                page.order.changed_at = self.now
                page.order.save(
                    update_fields=[*KEPT, *(["customer", "is_first_order"] if page.is_moved else [])]
                )
        if new:
            Order.objects.bulk_create(new)
        entries = [entry for page in changed for entry in page.new_entries]
        if entries:
            LedgerEntry.objects.bulk_create(entries)


def _is_nobody(customer: Customer | None) -> bool:
    return customer is None or customer.pk is None or not customer.handles.exists()
