"""The whole months that pages offer at one press: the whole programme, its newest months, and each of its years."""

from datetime import date

from django.db.models import Max, Min

from livingroom.attribution.models import BranchMonth, MonthFigure
from livingroom.shared.months import months_after

Months = tuple[date, date]  # the first days of the first and of the last month
WHOLE = "Whole programme"


def whole_programme(today: date) -> Months | None:
    """From the first to the last month in which anything social happened; None in an empty house."""
    months = BranchMonth.objects.aggregate(first=Min("month"), last=Max("month"))
    orders = MonthFigure.objects.exclude(grade="none").aggregate(first=Min("month"), last=Max("month"))
    firsts = [found for found in (months["first"], orders["first"]) if found]
    lasts = [found for found in (months["last"], orders["last"]) if found]
    # A cost booked ahead, such as a yearly licence, must not stretch the programme into the future.
    return (min(firsts), max(min(firsts), min(max(lasts), today.replace(day=1)))) if firsts else None


def named_spans(whole: Months) -> dict[str, Months]:
    """What the tabs say, and the months that they mean."""
    first, last = whole
    n_months = (last.year - first.year) * 12 + last.month - first.month + 1
    spans = {WHOLE: whole}
    for label, n_newest in (("Last 12 months", 12), ("Last 3 months", 3)):
        if n_months > n_newest:
            spans[label] = (months_after(last, 1 - n_newest), last)
    if first.year < last.year:
        for year in range(first.year, last.year + 1):
            spans[str(year)] = (max(date(year, 1, 1), first), min(date(year, 12, 1), last))
    return spans
