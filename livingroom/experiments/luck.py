"""The code lottery: what it can promise, and the table of visitors from which its lift is read."""

import csv
import io
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from livingroom.experiments.models import Experiment
from livingroom.links.models import Code, LotteryDraw
from livingroom.measure.design.assignment import Design
from livingroom.measure.design.codes import plan_codes
from livingroom.measure.estimate import NotEnoughData
from livingroom.orders.models import Order
from livingroom.shared.models import Brand
from livingroom.shared.money import decimals_of

RECENT = timedelta(days=60)
IN_ONE_QUERY = 500


@dataclass(frozen=True)
class Visitors:
    """One row for each visitor who drew: their luck, whether a code was used, and what they bought, with or without it."""

    visitor: list[str]
    won: NDArray[np.bool_]
    used: NDArray[np.bool_]
    net: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.visitor)


def plan(experiment: Experiment, now: datetime) -> Design | NotEnoughData:
    """Promise from the single-use codes that visitors took lately and what they bought after."""
    since = now - RECENT
    taken = Code.objects.filter(kind=Code.Kind.SINGLE, issued_at__gte=since, issued_at__lt=now)
    clicks = list(taken.values_list("issued_click", flat=True))
    first = taken.order_by("issued_at").values_list("issued_at", flat=True).first()
    if first is None:
        return NotEnoughData(
            "no single-use code was given out in the last 60 days, so nothing says how many visitors would draw. "
            "Post an offer with single-use codes first"
        )
    spent = _spent(clicks)
    net = np.array([spent.get(click, 0.0) for click in clicks])
    mean = float(net.mean())
    if mean <= 0:
        return NotEnoughData(
            f"none of the {len(clicks)} visitors who took a code lately is known to have bought: the shop must "
            "send the click id or the code with its orders"
        )
    days = max((now - first) / timedelta(days=1), 1.0)
    found = plan_codes(
        visitors_a_day=len(clicks) / days,
        mean=mean,
        standard_deviation=float(net.std()),
        days=experiment.n_days,
        share=experiment.share,
        lift=experiment.lift_hoped,
        seed=experiment.seed,
    )
    return found.starting(experiment.starts_at.date()) if isinstance(found, Design) else found


def visitors_of(experiment: Experiment) -> Visitors:
    """Everybody who drew, losers too, with what they bought from their draw to the end of the experiment."""
    draws = list(LotteryDraw.objects.filter(lottery__key=experiment.lottery_key).order_by("at", "pk"))
    clicks = [draw.visitor for draw in draws]
    spent, used = _spent(clicks), _used(clicks)
    return Visitors(
        visitor=clicks,
        won=np.array([draw.won for draw in draws], dtype=np.bool_),
        used=np.array([click in used for click in clicks], dtype=np.bool_),
        net=np.array([spent.get(click, 0.0) for click in clicks], dtype=np.float64),
    )


def _spent(clicks: list[str]) -> dict[str, float]:
    """What was bought after each click, known by the click id that the shop sends with an order."""
    scale = 10 ** decimals_of(Brand.current().reporting_currency)
    total: dict[str, float] = {}
    for at in range(0, len(clicks), IN_ONE_QUERY):
        rows = Order.objects.filter(click_id__in=clicks[at : at + IN_ONE_QUERY])
        for click, net_minor in rows.values_list("click_id", "net_reporting_minor"):
            total[click] = total.get(click, 0.0) + net_minor / scale
    return total


def _used(clicks: list[str]) -> set[str]:
    """The clicks whose code was redeemed, by an order that came with the click."""
    found: set[str] = set()
    for at in range(0, len(clicks), IN_ONE_QUERY):
        some = clicks[at : at + IN_ONE_QUERY]
        issued = set(Code.objects.filter(issued_click__in=some).values_list("issued_click", "text"))
        rows = Order.objects.filter(click_id__in=some).values_list("click_id", "codes")
        found |= {click for click, codes in rows if any((click, code) in issued for code in codes or [])}
    return found


def digest(visitors: Visitors) -> str:
    return sha256(visitors_csv(visitors).encode()).hexdigest()


def visitors_csv(visitors: Visitors) -> str:
    """One row for each visitor, as `livingroom measure lift --design codes` reads it. The visitor is the click of their draw."""
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(["unit", "treated", "taken", "outcome"])
    rows = zip(
        visitors.visitor, visitors.won.tolist(), visitors.used.tolist(), visitors.net.tolist(), strict=True
    )
    lines.writerows((visitor, int(won), int(used), repr(net)) for visitor, won, used, net in rows)
    return text.getvalue()
