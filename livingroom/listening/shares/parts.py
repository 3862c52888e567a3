"""The share of negatives by week and by language: the same estimate, of smaller parts, with the wider interval they have.

What people read of a part itself comes first: helped by the scores where ten of each were read, else as it is (Wilson) where
thirty were. Only then machines' scores are corrected by how they erred in the months before (PACC).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

import numpy as np
from django.db.models import Max, QuerySet, Sum
from django.db.models.functions import Mod
from numpy.typing import NDArray

from livingroom.listening.models import Audit, HourCount, Mention
from livingroom.listening.shares.audit import first_of_month, following
from livingroom.listening.shares.share import AUDIT_MONTHS, MOST_SCORES, READ
from livingroom.measure import prevalence as measured
from livingroom.measure.estimate import Estimate, NotEnoughData
from livingroom.measure.service.shares import wilson
from livingroom.shared.places import language_name

WEEKS_SHOWN = 12
LANGUAGES_SHOWN = 8
ENOUGH_READ = 30  # of a part, to say its share from them alone
WEEK = timedelta(days=7)
NOBODY_READ = NotEnoughData("nothing with a tone was said")


@dataclass(frozen=True)
class PartShare:
    """One part: its share, or why there is none; what machines alone would count; and since the part before, if it has one."""

    name: str
    first: date
    share: Estimate | NotEnoughData
    counted: float | None
    n: int
    n_audited: int
    compared: str = ""

    @property
    def estimate(self) -> Estimate | None:
        return self.share if isinstance(self.share, Estimate) else None

    @property
    def why_not(self) -> str:
        return self.share.reason if isinstance(self.share, NotEnoughData) else ""

    @property
    def arrow(self) -> str:
        return {"risen": "up", "fallen": "down"}.get(self.compared, "")

    def as_row(self) -> list[object]:
        found = self.estimate
        numbers = [found.value, found.low, found.high] if found else ["", "", ""]
        counted = "" if self.counted is None else self.counted
        return [self.name, *numbers, counted, self.n, self.n_audited, self.why_not]


def week_shares(upto: date, *, weeks: int = WEEKS_SHOWN) -> list[PartShare]:
    """The last weeks (Monday to Sunday, UTC), the oldest first."""
    monday = upto - timedelta(days=upto.weekday())
    found: list[PartShare] = []
    for first in (monday - WEEK * number for number in range(weeks - 1, -1, -1)):
        part = _part(first.isoformat(), first, first + WEEK, "")
        compared = measured.compare(found[-1].share, part.share).direction if found else ""
        found.append(replace(part, compared=compared))
    first_said = next((number for number, part in enumerate(found) if part.n), len(found))
    return found[first_said:]


def language_shares(month: date) -> list[PartShare]:
    """The languages most is said in, each by what people read in it: machines err otherwise in each."""
    begin, end = first_of_month(month), following(first_of_month(month))
    said = _counts(begin, end).values_list("language").annotate(all=Sum("n_judged")).filter(all__gt=0)
    codes = [code for code, _ in sorted(said, key=lambda row: (-row[1], row[0])) if code][:LANGUAGES_SHOWN]
    return [_part(language_name(code) or code, begin, end, code) for code in codes]


def _part(name: str, first: date, before: date, language: str) -> PartShare:
    """Estimated once for each state of the part: pages ask again and again."""
    rows = _counts(first, before)
    n = (rows.filter(language=language) if language else rows).aggregate(n=Sum("n_judged"))["n"] or 0
    newest = _audits(first, language).aggregate(at=Max("labelled_at"))["at"]
    return _estimated(name, first, before, language, n, str(newest))


@lru_cache(maxsize=256)
def _estimated(name: str, first: date, before: date, language: str, n: int, newest: str) -> PartShare:
    scores = _scores(first, before, language, n)
    if not len(scores):
        return PartShare(name, first, NOBODY_READ, None, 0, 0)
    # What was read of this very part is a random sample of it, and needs no faith that machines err today as they did.
    own = _audit(_own(first, before, language), is_random_part=True)
    found = measured.prevalence(scores, own)
    share, n_audited = found.assisted, found.n_audited
    if isinstance(share, NotEnoughData) and n_audited >= ENOUGH_READ:
        share = wilson(int(own.is_positive.sum()), n_audited, of="mentions")
    elif isinstance(share, NotEnoughData):
        before_it = measured.prevalence(scores, _audit(_audits(first, language), is_random_part=False))
        share, n_audited = before_it.corrected, before_it.n_audited
    return PartShare(name, first, share, found.counted, n, n_audited)


def _scores(first: date, before: date, language: str, n: int) -> NDArray[np.float64]:
    rows = Mention.objects.standing().filter(
        at__gte=_begin(first), at__lt=_begin(before), negative_share__isnull=False, is_public=True
    )
    if language:
        rows = rows.filter(language=language)
    if n > MOST_SCORES:
        rows = rows.annotate(part=Mod("pk", -(-n // MOST_SCORES))).filter(part=0)
    return np.fromiter(rows.order_by().values_list("negative_share", flat=True), dtype=np.float64)


def _audit(rows: QuerySet[Audit], *, is_random_part: bool) -> measured.Audit:
    read = list(rows.values_list("negative_share", "label"))
    scores = np.array([score for score, _ in read], dtype=np.float64)
    is_negative = np.array([label == Audit.Label.NEGATIVE for _, label in read], dtype=bool)
    return measured.Audit(scores, is_negative, is_random_part)


def _own(first: date, before: date, language: str) -> QuerySet[Audit]:
    """What people read of the part itself; nothing where it lies in two months, of which not the same share is read."""
    if first_of_month(before - timedelta(days=1)) != first_of_month(first):
        return Audit.objects.none()
    rows = Audit.objects.filter(
        label__in=READ, mention__at__gte=_begin(first), mention__at__lt=_begin(before)
    )
    return (rows.filter(mention__language=language) if language else rows).order_by("month", "place")


def _audits(first: date, language: str) -> QuerySet[Audit]:
    """What people read in the part's own month and the six before."""
    month = begin = first_of_month(first)
    for _ in range(AUDIT_MONTHS):
        begin = first_of_month(begin - timedelta(days=1))
    rows = Audit.objects.filter(month__gte=begin, month__lte=month, label__in=READ).order_by("month", "place")
    return rows.filter(mention__language=language) if language else rows


def _counts(first: date, before: date) -> QuerySet[HourCount]:
    return HourCount.objects.filter(
        topic_number=0, hour__gte=_begin(first), hour__lt=_begin(before)
    ).order_by()


def _begin(on: date) -> datetime:
    return datetime.combine(on, time(), UTC)


def chart_rows(parts: Sequence[PartShare]) -> list[dict[str, object]]:
    """What can be drawn: parts that were not audited enough leave a gap."""
    return [
        {"part": part.name, "share": found.value, "low": found.low, "high": found.high}
        for part in parts
        if (found := part.estimate) is not None
    ]
