"""The Leaks page's figures: every code with redemptions, and one code day by day."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.db.models import Count, QuerySet, Sum

from livingroom.attribution.models import Grade, Leak, Touch
from livingroom.dashboards.chart_kinds import days_with_change
from livingroom.dashboards.period import Period
from livingroom.shared.charts import Chart, Column
from livingroom.shared.templatetags.words import day

PAGE = 50
REDEMPTIONS_SHOWN = 50
TOUCHED, UNTOUCHED = "Had met a post of the branch", "No touch known"
# Grades that say that the buyer had met this branch; with the others the code came alone, or with another branch's touch.
WITH_TOUCH = {Grade.A.value, Grade.B.value}


@dataclass(frozen=True)
class LeakSums:
    """All codes, or those last redeemed in a period."""

    n_codes: int
    n_leaking: int
    n_leaked: float
    revenue_minor: int
    leaked_minor: int


@dataclass(frozen=True)
class LeakPage:
    rows: list[Leak]
    number: int
    has_more: bool


def leaks_of(period: Period | None = None) -> QuerySet[Leak]:
    """A code runs for days, so it counts where it was last redeemed."""
    if period is None:
        return Leak.objects.all()
    return Leak.objects.filter(last_redeemed_on__gte=period.first, last_redeemed_on__lt=period.end_at.date())


def sum_leaks(period: Period | None = None) -> LeakSums:
    """One query over codes."""
    found = (
        leaks_of(period)
        .order_by()
        .values_list("is_leaking")
        .annotate(Count("pk"), Sum("n_leaked"), Sum("revenue_minor"), Sum("leaked_minor"))
    )
    n_codes = n_leaking = revenue = leaked_minor = 0
    n_leaked = 0.0
    for is_leaking, n, n_out, money, out_minor in found:
        n_codes, revenue, n_leaked, leaked_minor = (
            n_codes + n,
            revenue + int(money),
            n_leaked + n_out,
            leaked_minor + int(out_minor),
        )
        n_leaking += n if is_leaking else 0
    return LeakSums(n_codes, n_leaking, n_leaked, revenue, leaked_minor)


def read_leaks(*, only_leaking: bool, number: int) -> LeakPage:
    rows = Leak.objects.select_related("code", "placement__post", "placement__branch")
    if only_leaking:
        rows = rows.filter(is_leaking=True).order_by("-leaked_minor", "pk")
    else:
        rows = rows.order_by("-is_leaking", "-leaked_minor", "-revenue_minor", "pk")
    start = (number - 1) * PAGE
    found = list(rows[start : start + PAGE + 1])
    return LeakPage(found[:PAGE], number, len(found) > PAGE)


def redemptions_of(leak: Leak) -> list[Touch]:
    """Every redemption of one code, newest first, with its order's grade."""
    return list(
        Touch.objects.filter(code=leak.code.text, kind="code")
        .select_related("order__evidence")
        .order_by("-at", "-pk")
    )


def is_live(leak: Leak, now: datetime) -> bool:
    code = leak.code
    is_stopped = code.stopped_at is not None and code.stopped_at <= now
    return not is_stopped and not (code.ends_at is not None and code.ends_at <= now)


def leak_chart(leak: Leak, redemptions: list[Touch]) -> Chart:
    """Redemptions a day, with and without a touch, and the day from which it leaks."""
    counted = Counter((one.at.astimezone(UTC).date(), _seen(one)) for one in redemptions)
    days = sorted({on for on, _ in counted})
    rows: list[dict[str, object]] = [
        {"on": on, "seen": seen, "n": counted[on, seen], "change": ""}
        for on in days
        for seen in (TOUCHED, UNTOUCHED)
    ]
    if leak.leaks_from_on and days:
        rows.append(_change(leak.leaks_from_on))
    return days_with_change(
        f"Redemptions of {leak.code.text} a day",
        rows,
        at=Column("on", "Day", "day"),
        value=Column("n", "Orders", "number"),
        series=Column("seen", "Buyer"),
        change="change",
        note="Days in UTC. Some buyers without a known touch are to be expected: cookies get lost, people change devices.",
        when_empty="Nobody has redeemed it.",
        name="redemptions",
    )


def _seen(one: Touch) -> str:
    evidence = getattr(one.order, "evidence", None)
    return TOUCHED if evidence is not None and evidence.grade in WITH_TOUCH else UNTOUCHED


def _change(on: date) -> dict[str, object]:
    return {"on": on, "seen": TOUCHED, "n": 0, "change": f"leaks from {day(on)}"}
