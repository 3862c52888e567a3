"""How far each input has come, cheap enough to ask every few seconds: equal to the last run's means nothing to do."""

from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Sum

from livingroom.attribution.answers import LATE_COMMIT, answers_there
from livingroom.attribution.models import Run
from livingroom.branches.models import Branch, ReachDay
from livingroom.links.models import ClickSegment, Code, Link
from livingroom.measure.intake import EVIDENCE_RULES
from livingroom.orders.models import Cost, Order
from livingroom.posts.models import Offer, Placement
from livingroom.shared.models import Brand

INPUTS = (
    "3"  # raise it when the exported orders or touches get other columns: then everybody is measured anew
)


def what_is_there() -> dict[str, Any]:
    brand = Brand.current()
    newest = Order.objects.aggregate(newest=Max("changed_at"))["newest"]
    placements = Placement.objects.filter(state=Placement.State.SENT)
    links = Link.objects.aggregate(newest=Max("updated_at"), last=Max("pk"))
    codes = Code.objects.aggregate(last=Max("pk"), issued=Max("issued_at"))
    return {
        "rules": EVIDENCE_RULES,
        "inputs": INPUTS,
        "window_days": brand.attribution_window_days,
        "counts_answers": brand.counts_answers,
        "currency": brand.reporting_currency,
        "networks": sorted(set(Branch.objects.order_by().values_list("network", flat=True).distinct())),
        "orders": [_text(newest), _n_newest(newest)],
        "segments": list(ClickSegment.objects.aggregate(Max("pk"), Count("pk")).values()),
        "links": [_text(links["newest"]), links["last"]],
        "codes": [codes["last"], _text(codes["issued"])],
        "answers": answers_there(),
        "costs": list(Cost.objects.aggregate(Max("pk"), Count("pk")).values()),
        "placements": [placements.count(), _text(placements.aggregate(newest=Max("sent_at"))["newest"])],
        "offers": _offers(),
        "reach": list(ReachDay.objects.aggregate(Max("pk"), Count("pk")).values()),
    }


def _offers() -> list[object]:
    """Offers have no time of change, but their margins are few and small: added up, they tell when one is declared."""
    sums = Offer.objects.aggregate(Max("pk"), Count("pk"), Sum("margin_share"), Sum("unit_cost_minor"))
    return [str(value) for value in sums.values()]


def last_run() -> Run | None:
    return Run.objects.filter(problem="").exclude(ended_at=None).first()


def _n_newest(newest: datetime | None) -> int:
    return Order.objects.filter(changed_at__gte=newest - LATE_COMMIT).count() if newest else 0


def _text(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
