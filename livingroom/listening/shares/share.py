"""The share of negatives by month, estimated by measure/prevalence from machines' guesses and people's audit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from django.db.models import Count, Max, Sum
from django.db.models.functions import Mod, TruncDate, TruncMonth
from numpy.typing import NDArray

from livingroom.listening.models import Audit, HourCount, Mention
from livingroom.listening.shares.audit import first_of_month, following
from livingroom.measure import prevalence as measured
from livingroom.measure.estimate import Estimate, NotEnoughData
from livingroom.measure.prevalence.share import FEWEST_PER_CLASS, LEAST_GAP, pacc

if TYPE_CHECKING:
    from livingroom.shared.charts import Chart

MONTHS_SHOWN = 24
AUDIT_MONTHS = 6  # how long a month's readers speak for other months, too
MOST_SCORES = 20_000
FEWEST_A_DAY = 5
Floats = NDArray[np.float64]
READ = (Audit.Label.NEGATIVE, Audit.Label.OTHER)


@dataclass(frozen=True)
class MonthShare:
    """One month: its share, or why there is none; what machines alone would count; and whether it moved."""

    month: date
    share: Estimate | NotEnoughData
    counted: float | None
    n: int
    n_audited: int
    arrow: str = ""
    compared: str = ""

    @property
    def estimate(self) -> Estimate | None:
        return self.share if isinstance(self.share, Estimate) else None

    @property
    def why_not(self) -> str:
        return self.share.reason if isinstance(self.share, NotEnoughData) else ""

    def as_row(self) -> list[object]:
        found = self.estimate
        numbers = [found.value, found.low, found.high] if found else ["", "", ""]
        counted = "" if self.counted is None else self.counted
        return [f"{self.month:%Y-%m}", *numbers, counted, self.n, self.n_audited, self.why_not]


def month_share(month: date, *, now: datetime) -> MonthShare:
    """Estimate one month's share and compare it with the month before."""
    this, last = _plain(month), _plain(first_of_month(month - timedelta(days=1)))
    change = measured.compare(last.share, this.share)
    arrow = {"risen": "up", "fallen": "down"}.get(change.direction, "")
    return MonthShare(this.month, this.share, this.counted, this.n, this.n_audited, arrow, change.direction)


def months_with_shares(upto: date, *, now: datetime, most: int = MONTHS_SHOWN) -> list[MonthShare]:
    """The last months in which anything was said, the oldest first."""
    said = HourCount.objects.filter(topic_number=0, n__gt=0, **_until(upto)).order_by()
    months = said.annotate(month=TruncMonth("hour", tzinfo=UTC)).values_list("month", flat=True).distinct()
    newest = sorted((month.date() for month in months if month is not None), reverse=True)[:most]
    return [month_share(month, now=now) for month in newest[::-1]]


def _until(upto: date) -> dict[str, datetime]:
    return {"hour__lt": datetime.combine(upto + timedelta(days=1), time(), UTC)}


def share_of(shares: Sequence[float], now: datetime) -> Estimate | NotEnoughData:
    """The corrected share among some mentions, such as a spike's."""
    if not shares:
        return NotEnoughData("no mention has a tone")
    return measured.prevalence(np.asarray(shares, dtype=np.float64), _audit_until(now.date())).corrected


def daily_shares(first: date, last: date, *, topic: int = 0, now: datetime) -> list[tuple[date, float]]:
    """Corrected shares of days that have enough mentions; nothing where the audit cannot correct."""
    rates = _rates(_audit_until(now.date()))
    if rates is None:
        return []
    rows = HourCount.objects.filter(
        topic_number=topic,
        hour__gte=datetime.combine(first, time(), UTC),
        hour__lt=datetime.combine(last + timedelta(days=1), time(), UTC),
    ).order_by()
    days = rows.values_list(TruncDate("hour", tzinfo=UTC)).annotate(
        judged=Sum("n_judged"), negative=Sum("negative_sum")
    )
    return sorted((on, pacc(total / judged, *rates)) for on, judged, total in days if judged >= FEWEST_A_DAY)


def _rates(audit: measured.Audit) -> tuple[float, float] | None:
    """Mean scores of audited negatives and of others; None where they do not tell them apart."""
    own, others = audit.scores[audit.is_positive], audit.scores[~audit.is_positive]
    if min(len(own), len(others)) < FEWEST_PER_CLASS or own.mean() - others.mean() < LEAST_GAP:
        return None
    return float(own.mean()), float(others.mean())


def _plain(month: date) -> MonthShare:
    """Estimated once for each state of the month: pages ask again and again."""
    labelled = Audit.objects.filter(month=month, label__in=READ).aggregate(
        n=Count("pk"), at=Max("labelled_at")
    )
    n = HourCount.objects.filter(topic_number=0, **_hours(month)).aggregate(n=Sum("n_judged"))["n"] or 0
    return _estimated(month, n, labelled["n"], str(labelled["at"]))


@lru_cache(maxsize=128)
def _estimated(month: date, n: int, n_audited: int, newest: str) -> MonthShare:
    scores = _scores(month, n)
    if not len(scores):
        return MonthShare(month, NotEnoughData("nothing was said in this month"), None, 0, 0)
    own = _audit(month, following(month), is_random_part=True)
    found = measured.prevalence(scores, own)
    share = found.best
    if isinstance(share, NotEnoughData):
        # Too few were read this month: those of the months before still say how machines err.
        share = measured.prevalence(scores, _audit_until(following(month))).corrected
    return MonthShare(month, share, found.counted, n, n_audited)


def _scores(month: date, n: int) -> Floats:
    """The scores of a month's public mentions; of very many an even part."""
    rows = Mention.objects.standing().filter(
        at__gte=_hours(month)["hour__gte"],
        at__lt=_hours(month)["hour__lt"],
        negative_share__isnull=False,
        is_public=True,
    )
    if n > MOST_SCORES:
        rows = rows.annotate(part=Mod("pk", -(-n // MOST_SCORES))).filter(part=0)
    return np.fromiter(rows.order_by().values_list("negative_share", flat=True), dtype=np.float64)


def _audit_until(day: date) -> measured.Audit:
    first = first_of_month(day)
    for _ in range(AUDIT_MONTHS):
        first = first_of_month(first - timedelta(days=1))
    return _audit(first, following(day), is_random_part=False)


def _audit(first: date, before: date, *, is_random_part: bool) -> measured.Audit:
    rows = Audit.objects.filter(month__gte=first, month__lt=before, label__in=READ).order_by("month", "place")
    read = list(rows.values_list("negative_share", "label"))
    scores = np.array([score for score, _ in read], dtype=np.float64)
    return measured.Audit(
        scores, np.array([label == Audit.Label.NEGATIVE for _, label in read], dtype=bool), is_random_part
    )


def _hours(month: date) -> dict[str, Any]:
    return {
        "hour__gte": datetime.combine(month, time(), UTC),
        "hour__lt": datetime.combine(following(month), time(), UTC),
    }


def share_chart(shares: Sequence[MonthShare]) -> "Chart":
    """The share by month with its interval; months that were not audited enough leave a gap."""
    from livingroom.listening.charts import share_by_month

    rows = [
        {"month": one.month, "share": found.value, "low": found.low, "high": found.high}
        for one in shares
        if (found := one.estimate) is not None
    ]
    return share_by_month(rows)
