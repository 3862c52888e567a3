"""What a post may cost: its offer's liability, and whether it crowds other offers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Avg

from livingroom.orders.models import Order
from livingroom.posts.models import Offer, Placement
from livingroom.shared.models import Brand

LOOK_BACK = timedelta(days=90)
CROWDED_WITHIN = timedelta(days=7)
State = Placement.State


@dataclass(frozen=True)
class Liability:
    """What the codes of a post give away when every one is used: an amount, or why there is no limit to it.

    `average_minor` is the mean order it was reckoned with, where it was needed.
    """

    amount_minor: int | None
    currency: str
    n_codes: int | None
    why: str
    average_minor: int | None = None


def liability(
    offer: Offer | None, *, code_kind: str, n_codes: int, n_branches: int, now: datetime
) -> Liability | None:
    """Codes × discount. None where no code is given out. A percentage is reckoned with the mean order of 90 days."""
    if offer is None or code_kind == Placement.Codes.NONE or not n_branches:
        return None
    n = n_codes * n_branches if code_kind == Placement.Codes.SINGLE else offer.stock_cap
    if not n:
        text = "A shared code without a stock: anybody may use it, as often as the shop lets them."
        return Liability(None, offer.currency, None, text)
    if offer.kind == Offer.Kind.AMOUNT:
        amount = n * (offer.amount_minor or 0)
        return Liability(amount, offer.currency, n, f"{n:,} codes × {offer.promise}")
    if offer.kind == Offer.Kind.BUNDLE:
        if offer.unit_cost_minor is None:
            return Liability(
                None, offer.currency, n, "The bundle has no unit cost, so what it gives away is unknown."
            )
        return Liability(n * offer.unit_cost_minor, offer.currency, n, f"{n:,} bundles × their unit cost")
    return _of_percentage(offer, n, now)


def crowding(offer: Offer | None, branches: Iterable[int], at: datetime) -> dict[int, list[str]]:
    """Other offers that a branch speaks of within a week of `at`, by the branch: one query."""
    if offer is None:
        return {}
    near = {"post__offer__isnull": False, "post__offer__ends_at__gt": at}
    rows = Placement.objects.filter(branch__in=list(branches), **near).exclude(post__offer=offer)
    first, last = at - CROWDED_WITHIN, at + CROWDED_WITHIN
    sent = rows.filter(state=State.SENT, sent_at__gte=first, sent_at__lte=last)
    promised = rows.filter(state__in=Placement.PROMISED, due_at__gte=first, due_at__lte=last)
    found: dict[int, list[str]] = {}
    for row in (sent | promised).values_list("branch", "post__offer__name").distinct().order_by("branch"):
        names = found.setdefault(row[0], [])
        if row[1] not in names:
            names.append(row[1])
    return found


def _of_percentage(offer: Offer, n: int, now: datetime) -> Liability:
    """An order's worth before the discount is what stands in the ledger: net of earlier discounts, so it is a floor."""
    brand = Brand.current()
    recent = Order.objects.filter(
        placed_at__gt=now - LOOK_BACK, placed_at__lte=now, net_reporting_minor__gt=0
    )
    mean = recent.aggregate(mean=Avg("net_reporting_minor"))["mean"]
    if mean is None or offer.percent is None:
        text = "No order of the last 90 days to reckon a percentage with."
        return Liability(None, brand.reporting_currency, n, text)
    average = Decimal(str(mean)).quantize(Decimal(1), ROUND_HALF_UP)
    amount = (n * average * Decimal(offer.percent) / 100).quantize(Decimal(1), ROUND_HALF_UP)
    text = f"{n:,} codes × {offer.promise} of a mean order of the last 90 days"
    return Liability(int(amount), brand.reporting_currency, n, text, int(average))
