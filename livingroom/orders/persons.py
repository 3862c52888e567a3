"""What the till knows of one person: for their page, their export, their erasure; and what it keeps for how long."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import F, Max, Q, QuerySet, Sum

from livingroom.orders.models import Intake, LedgerEntry, Order, Shop
from livingroom.people.erasure.registry import Done, add_eraser
from livingroom.people.export.registry import Sheet, add_exporter
from livingroom.people.finding import add_finder
from livingroom.people.importing.shops import add_shops
from livingroom.people.models import Customer
from livingroom.people.parts import add_part
from livingroom.people.persons import Found, Person, add_namer
from livingroom.people.retention.kinds import Kind, Then, add_kind
from livingroom.shared.models import Brand

MOST_SHOWN = 20
DONE_WITH = (Intake.State.APPLIED, Intake.State.DISMISSED)


def take_part() -> None:
    """Called once, when the house starts."""
    add_shops(shops)
    add_finder(find)
    add_namer(names_of)
    add_part("orders", "orders/_of_customer.html", part_of, position=20)
    add_exporter("orders", "What you bought", sheets_of)
    add_eraser("orders", erase, position=40)
    add_kind(
        Kind(
            "order deliveries",
            "orders",
            "What shops sent us about orders, word by word, once it is in the books",
            frozenset({"blank"}),
            lambda before, then: _bodies(before).count(),
            lambda before, then, now: _bodies(before).update(body=""),
            least_days=7,
        )
    )
    add_kind(
        Kind(
            "dead letters",
            "orders",
            "Orders and refunds that could not go in and that nobody corrected",
            frozenset({"blank"}),
            lambda before, then: _dead(before).count(),
            _let_go,
            least_days=30,
        )
    )


def shops() -> list[tuple[str, str]]:
    return list(Shop.objects.values_list("slug", "name"))


def find(searched: str) -> Iterable[int]:
    """Whose order has this number, or this click."""
    number = searched.lstrip("#")
    if not number or searched.startswith("mail:"):
        return []
    rows = Order.objects.filter(Q(external_id__in=[number, f"#{number}"]) | Q(click_id=searched.lower()))
    return list(rows.exclude(customer=None).values_list("customer", flat=True)[:MOST_SHOWN])


def names_of(person: Person) -> Found:
    rows = list(
        Order.objects.filter(customer__in=person.customers).values_list(
            "pk", "shop__slug", "external_id", "click_id"
        )
    )
    return {
        "orders": [pk for pk, _, _, _ in rows],
        "order_numbers": [f"{shop}:{number}" for _, shop, number, _ in rows],
        "clicks": [click for _, _, _, click in rows if click],
        "subjects": [f"order {pk}" for pk, _, _, _ in rows],
    }


def part_of(customer: Customer) -> Mapping[str, Any]:
    orders = Order.objects.filter(customer=customer).select_related("shop").order_by("-placed_at", "-pk")
    totals = orders.aggregate(net_minor=Sum("net_reporting_minor"), last_at=Max("placed_at"))
    return {
        "orders": orders[:MOST_SHOWN],
        "n_orders": orders.count(),
        "net_minor": totals["net_minor"] or 0,
        "currency": Brand.current().reporting_currency,
    }


def sheets_of(person: Person) -> Sequence[Sheet]:
    orders = Order.objects.filter(pk__in=person.numbers("orders")).order_by("placed_at")
    entries = LedgerEntry.objects.filter(order__in=orders).order_by("at", "pk")
    return [
        Sheet(
            "orders",
            "Orders",
            orders.values(
                "external_id", "placed_at", "country", "division", "product", "quantity", "currency", "gross_minor",
                "refunded_minor", "net_minor", "codes", "click_id", "said_channel", "referrer_host",
                shop_name=F("shop__name"),
            ),
        ),
        Sheet(
            "ledger",
            "Payments and refunds",
            entries.values("order__external_id", "kind", "at", "amount_minor", "currency", "reason"),
        ),
    ]  # fmt: skip


def erase(person: Person, now: datetime) -> Done:
    """The money stays, for the books; whose it was does not."""
    orders = Order.objects.filter(pk__in=person.numbers("orders"))
    n_entries = LedgerEntry.objects.filter(order__in=orders).count()
    bodies = _bodies_about(person).update(body="", problem="", waits_for="")
    n = orders.update(customer=None, changed_at=now)
    kept = [f"{n} orders with {n_entries} entries in the ledger stay without the person: books must be kept."]
    return Done({"orders parted from the person": n, "deliveries blanked": bodies}, kept if n else [])


def _bodies_about(person: Person) -> QuerySet[Intake]:
    about = Q(order__in=person.numbers("orders"))
    for text in [*person.mail_hashes, *person.texts("mails")]:
        about |= Q(body__icontains=text)
    return Intake.objects.filter(about).exclude(body="")


def _bodies(before: datetime) -> QuerySet[Intake]:
    return Intake.objects.filter(state__in=DONE_WITH, received_at__lt=before).exclude(body="")


def _dead(before: datetime) -> QuerySet[Intake]:
    states = (Intake.State.DEAD, Intake.State.WAITING)
    return Intake.objects.filter(state__in=states, received_at__lt=before)


def _let_go(before: datetime, then: Then, now: datetime) -> int:
    return _dead(before).update(state=Intake.State.DISMISSED, body="")
