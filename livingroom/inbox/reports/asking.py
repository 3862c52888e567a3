"""What somebody asks of the figures: which days, whose, and split by what; read from an address."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from urllib.parse import urlencode

import numpy as np
from django.db.models import Sum

from livingroom.inbox.reports.columns import Columns
from livingroom.inbox.reports.models import ServiceDay, Subject
from livingroom.inbox.reports.reading import read_days

DAYS = {"28": "28 days", "90": "90 days", "365": "12 months"}
SPLITS = {
    "branch": "Branch",
    "team": "Team",
    "subject": "Subject",
    "language": "Language",
    "country": "Country",
    "segment": "Segment",
}
SHORTEST = "28"
ENOUGH = 30  # conversations
YEARS_SHOWN = 4
NONE = "-"  # conversations that have no such thing


@dataclass(frozen=True)
class Asked:
    """Words of an address; an empty one asks for nothing."""

    days: str = ""  # so many of the last, or those of a year
    start: str = ""
    end: str = ""
    branch: str = ""
    team: str = ""
    subject: str = ""
    language: str = ""
    country: str = ""
    segment: str = ""
    split: str = "branch"
    find: str = ""  # segments with these words
    segments_page: str = ""

    @classmethod
    def read(cls, asked: Mapping[str, str]) -> "Asked":
        """Read an address; what makes no sense is left out rather than refused."""
        found = {field.name: str(asked.get(field.name, "")).strip()[:60] for field in fields(cls)}
        for name in ("branch", "team", "segments_page"):
            found[name] = found[name] if found[name].isdecimal() and len(found[name]) < 9 else ""
        found["days"] = found["days"] if found["days"] in DAYS or _is_year(found["days"]) else ""
        found["split"] = found["split"] if found["split"] in SPLITS else "branch"
        if _day(found["start"]) is None or _day(found["end"]) is None or found["start"] > found["end"]:
            found["start"] = found["end"] = ""
        return cls(**found)

    def about(self, **changes: str) -> "Asked":
        """The same question, narrowed or split in another way; it begins with the largest segments again."""
        return replace(self, **{"find": "", "segments_page": "", **changes})

    def address(self, **changes: str) -> str:
        return urlencode(replace(self, **changes).parts())

    def parts(self) -> dict[str, str]:
        """What is asked beyond what everybody gets, as a form or an address carries it."""
        plain = {field.name: field.default for field in fields(self)}
        return {name: value for name, value in vars(self).items() if value and value != plain[name]}

    def period(self, today: date) -> tuple[date, date]:
        """The first and the last day, both included."""
        start, end = _day(self.start), _day(self.end)
        if start is not None and end is not None:
            return start, end
        if _is_year(self.days):
            first, last = date(int(self.days), 1, 1), date(int(self.days), 12, 31)
            return first, today if first <= today < last else last
        return today - timedelta(days=int(self.days or SHORTEST) - 1), today

    def with_days(self, today: date) -> "Asked":
        """The same question; who asked for no days gets the first stretch that says enough to read figures from."""
        return self if self.days or self.start else replace(self, days=_days_that_say_enough(today))

    def packed(self, today: date) -> Columns:
        """Read the days and keep what is asked for, whoever wrote."""
        start, end = self.period(today)
        found = read_days(start, end, branches=[int(self.branch)] if self.branch else None)
        keep = np.ones(len(found.cases), bool)
        if self.team:
            keep &= found.cases["team"] == int(self.team)
        if self.subject:
            keep &= found.cases["subject"] == self._subject_number()
        for name in ("language", "country"):
            if wanted := getattr(self, name):
                keep &= found.cases[name] == (b"" if wanted == NONE else wanted[:2].encode())
        return found if keep.all() else found.where(keep)

    def _subject_number(self) -> int:
        if self.subject == NONE:
            return 0
        number = Subject.objects.filter(name=self.subject).values_list("pk", flat=True).first()
        return -1 if number is None else number


def last_day(now: date) -> date:
    """Today; in a house whose conversations all lie more than a year back, the day of the last."""
    latest = ServiceDay.objects.order_by("-on").values_list("on", flat=True).first()
    return latest if latest is not None and latest < now - timedelta(days=365) else now


def periods() -> dict[str, str]:
    """What one may look at: so many of the last days, and the latest years with conversations."""
    years = ServiceDay.objects.dates("on", "year", order="DESC")[:YEARS_SHOWN]
    return DAYS | {f"{year.year:04}": f"{year.year}" for year in years}


def _days_that_say_enough(today: date) -> str:
    """The last four weeks of a house that is busy, the last year of a calm one; else the latest year with enough."""
    for days in (SHORTEST, "365"):
        if _n_since(today - timedelta(days=int(days) - 1)) >= ENOUGH:
            return days
    years = ServiceDay.objects.values("on__year").annotate(n=Sum("n")).filter(n__gte=ENOUGH)
    latest = years.order_by("-on__year").values_list("on__year", flat=True).first()
    return SHORTEST if latest is None else f"{latest:04}"


def _n_since(start: date) -> int:
    return ServiceDay.objects.filter(on__gte=start).aggregate(n=Sum("n"))["n"] or 0


def _is_year(text: str) -> bool:
    return len(text) == 4 and text.isdecimal() and text.isascii() and text > "0000"


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
