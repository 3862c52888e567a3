"""What the till's pages show: rows ready to print."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from livingroom.orders.models import Cost, Intake, Order, RefusedDelivery, Shop
from livingroom.shared.months import Months

ROWS = 50


@dataclass(frozen=True)
class ShopHealth:
    shop: Shop
    last_order_at: datetime | None
    n_today: int
    n_dead: int
    n_waiting: int
    n_refused: int

    @property
    def tone(self) -> str:
        if self.n_dead or self.n_refused:
            return "bad"
        return "neutral" if self.last_order_at is None else "good"

    @property
    def word(self) -> str:
        if self.n_dead:
            return "Needs a person"
        if self.n_refused:
            return "Wrong signatures"
        return "No orders yet" if self.last_order_at is None else "Well"


def intake_health(now: datetime) -> list[ShopHealth]:
    """Every shop with its last order, and what came or went wrong today (UTC)."""
    today = datetime.combine(now.date(), time.min, tzinfo=UTC)
    newest = Order.objects.filter(shop=OuterRef("pk")).order_by("-placed_at", "-id")
    taken = Intake.objects.filter(shop=OuterRef("pk"))
    shops = Shop.objects.annotate(
        last_order_at=Subquery(newest.values("placed_at")[:1]),
        n_today=_counted(Order.objects.filter(shop=OuterRef("pk"), placed_at__gte=today)),
        n_dead=_counted(taken.filter(state=Intake.State.DEAD)),
        n_waiting=_counted(taken.filter(state=Intake.State.WAITING)),
        n_refused=_summed(RefusedDelivery.objects.filter(shop=OuterRef("pk"), on=now.date()), "n"),
    )
    return [
        ShopHealth(shop, shop.last_order_at, shop.n_today, shop.n_dead, shop.n_waiting, shop.n_refused)
        for shop in shops
    ]


def _counted(rows: QuerySet[Any]) -> Coalesce:
    grouped = rows.order_by().values("shop").annotate(n_rows=Count("pk")).values("n_rows")
    return Coalesce(Subquery(grouped, output_field=IntegerField()), Value(0))


def _summed(rows: QuerySet[Any], name: str) -> Coalesce:
    grouped = rows.order_by().values("shop").annotate(total=Sum(name)).values("total")
    return Coalesce(Subquery(grouped, output_field=IntegerField()), Value(0))


@dataclass(frozen=True)
class Part:
    """Some rows of a long list, and the key of the rows after them."""

    rows: list[Any]
    older: str


def newest_orders(
    *, shop: str = "", country: str = "", state: str = "", text: str = "", before: str = ""
) -> Part:
    """The newest orders that fit the filters. `before` is a key from an earlier part."""
    orders = Order.objects.select_related("shop").order_by("-placed_at", "-id")
    if shop:
        orders = orders.filter(shop__slug=shop)
    if country:
        orders = orders.filter(country=country.upper())
    if state == "refunded":
        orders = orders.filter(refunded_minor__gt=0)
    elif state == "code":
        orders = orders.exclude(codes=[])
    if text:
        orders = orders.filter(
            Q(external_id=text) | Q(external_id=f"#{text.lstrip('#')}") | Q(click_id=text.lower())
        )
    if key := _order_key(before):
        at, pk = key
        orders = orders.filter(placed_at__lte=at).exclude(placed_at=at, id__gte=pk)
    rows = list(orders[: ROWS + 1])
    last = rows[ROWS - 1] if len(rows) > ROWS else None
    return Part(rows[:ROWS], f"{last.placed_at.timestamp():.6f}_{last.pk}" if last else "")


def _order_key(text: str) -> tuple[datetime, int] | None:
    at, _, pk = text.partition("_")
    try:
        return datetime.fromtimestamp(float(at), tz=UTC), int(pk)
    except (ValueError, OverflowError, OSError):
        return None


def deliveries(*, state: str, shop: str = "", file_import: int | None = None, before: str = "") -> Part:
    """Deliveries in one state, newest first."""
    rows = (
        Intake.objects.filter(state=state).select_related("shop", "file_import").order_by("-id").defer("body")
    )
    if shop:
        rows = rows.filter(shop__slug=shop)
    if file_import:
        rows = rows.filter(file_import=file_import)
    if before.isdecimal():
        rows = rows.filter(id__lt=int(before))
    found = list(rows[: ROWS + 1])
    return Part(found[:ROWS], str(found[ROWS - 1].pk) if len(found) > ROWS else "")


def n_deliveries() -> dict[str, int]:
    states = [Intake.State.DEAD, Intake.State.WAITING, Intake.State.DISMISSED]
    counted = Intake.objects.filter(state__in=states).values_list("state").annotate(n=Count("pk")).order_by()
    return {**dict.fromkeys((str(state) for state in states), 0), **dict(counted)}


NO_BRANCH = "none"


def chosen_costs(*, kind: str = "", branch: str = "", months: Months) -> QuerySet[Cost]:
    """The costs of a kind, of a branch (or of none in particular), in some months."""
    costs = Cost.objects.filter(**months.lookups("on"))
    if kind:
        costs = costs.filter(kind=kind)
    if branch:
        costs = costs.filter(branch=None) if branch == NO_BRANCH else costs.filter(branch__slug=branch)
    return costs


def newest_costs(costs: QuerySet[Cost], *, before: str = "") -> Part:
    """Costs, newest first."""
    costs = costs.select_related("branch").order_by("-on", "-id")
    if key := _cost_key(before):
        on, pk = key
        costs = costs.filter(Q(on__lt=on) | Q(on=on, id__lt=pk))
    rows = list(costs[: ROWS + 1])
    last = rows[ROWS - 1] if len(rows) > ROWS else None
    return Part(rows[:ROWS], f"{last.on:%Y-%m-%d}_{last.pk}" if last else "")


def _cost_key(text: str) -> tuple[date, int] | None:
    on, _, pk = text.partition("_")
    try:
        return date.fromisoformat(on), int(pk)
    except ValueError:
        return None


def cost_totals(costs: QuerySet[Cost]) -> list[tuple[str, int, str]]:
    """What each kind of cost came to, with its currency."""
    rows = costs.order_by().values_list("kind", "reporting_currency").annotate(total=Sum("reporting_minor"))
    return sorted((str(Cost.Kind(kind).label), total, currency) for kind, currency, total in rows)
