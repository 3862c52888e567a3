"""Figures in words: tiles, rows of the table, rows of the file."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from math import isfinite
from typing import Literal

from livingroom.branches.models import Branch
from livingroom.inbox.models import Team
from livingroom.inbox.reports.asking import Asked
from livingroom.inbox.reports.models import Subject
from livingroom.inbox.reports.packing import Packed
from livingroom.inbox.reports.reading import Answer, Service, by, weekly
from livingroom.measure.estimate import Estimate
from livingroom.shared.chart_kinds import over_time
from livingroom.shared.charts import Chart, Column
from livingroom.shared.places import country_name, language_name
from livingroom.shared.templatetags.words import number, percent

# field, label, unit, the cases it opens
TILES = (
    ("first_median", "First answer, median", "minutes", "answered"),
    ("first_p90", "First answer, slowest tenth from", "minutes", "late_1h"),
    ("answered", "Answered by a person", "share", "unanswered"),
    ("within_1h", "Answered within an hour", "share", "late_1h"),
    ("within_24h", "Answered within a day", "share", "late_24h"),
    ("next_median", "Further answers, median", "minutes", "answered"),
    ("resolution_median", "Resolved, median", "hours", "resolved"),
    ("csat", "Satisfied", "share", "unhappy"),
    ("recontact", "Wrote again within 7 days", "share", "again"),
    ("by_customers", "First answered by a customer", "share", "by_customers"),
)
COLUMNS = {
    "first_median": "First, median", "first_p90": "Slowest tenth", "answered": "Answered", "within_24h": "Within a day",
    "resolution_median": "Resolved", "csat": "Satisfied", "recontact": "Again",
}  # fmt: skip


@dataclass(frozen=True)
class Tile:
    label: str
    value: str
    note: str
    url: str


def tiles(found: Service, asked: Asked) -> list[Tile]:
    return [
        Tile(
            label,
            said(getattr(found, field), unit),
            note_of(getattr(found, field), unit),
            _cases_url(asked, figure),
        )
        for field, label, unit, figure in TILES
    ]


def table(packed: Packed, asked: Asked, now: datetime) -> list[dict[str, object]]:
    """The figures split by what was asked, the largest first."""
    rows = by(packed, asked.split, now)
    names = names_of(asked.split, [value for value, _ in rows])
    units = {field: unit for field, _, unit, _ in TILES}
    return [
        {
            "name": names[value],
            "url": _narrowed(asked, value),
            "n": found.n,
            "cells": [
                (said(getattr(found, field), units[field]), note_of(getattr(found, field), units[field]))
                for field in COLUMNS
            ],
        }
        for value, found in rows
    ]


def names_of(split: str, values: list[int | str]) -> Mapping[int | str, str]:
    """What numbers and codes are called."""
    if split in ("language", "country"):
        name = language_name if split == "language" else country_name
        codes = {value: value.decode() if isinstance(value, bytes) else str(value) for value in values}
        return {value: name(code) if code else "unknown" for value, code in codes.items()}
    tables = {"branch": Branch.objects, "team": Team.objects, "subject": Subject.objects}
    known = dict(tables[split].filter(pk__in=values).values_list("pk", "name"))
    return {value: known.get(value, "none") for value in values}


def charts(packed: Packed, now: datetime) -> list[Chart]:
    """Weeks beside each other; one in which nothing can be said leaves a gap."""
    rows = [
        {
            "on": monday, "n": found.n, "median": _value(found.first_median), "answered": _value(found.within_24h),
            "happy": _value(found.csat),
        }
        for monday, found in weekly(packed, now)
    ]  # fmt: skip
    week = Column("on", "Week from", "day")
    drawn: list[tuple[str, str, Literal["number", "share"], str]] = [
        ("median", "Minutes to the first answer (median of the week)", "number", "service-median"),
        ("answered", "Answered within a day", "share", "service-day"),
        ("happy", "Satisfied", "share", "service-happy"),
        ("n", "Conversations", "number", "service-n"),
    ]
    return [
        over_time(
            title, [row for row in rows if row[field] is not None], at=week, value=Column(field, title, kind), height=180,
            name=name, when_empty="Nothing can be said of these weeks yet.",
        )
        for field, title, kind, name in drawn
    ]  # fmt: skip


def file_rows(packed: Packed, asked: Asked, now: datetime) -> list[dict[str, object]]:
    """The table as plain values, each with its interval."""
    rows = by(packed, asked.split, now, at_most=10_000)
    names = names_of(asked.split, [value for value, _ in rows])
    found = []
    for value, service in rows:
        row: dict[str, object] = {asked.split: names[value], "conversations": service.n}
        for field, _, unit, _ in TILES:
            answer = getattr(service, field)
            for part in ("value", "low", "high"):
                row[f"{field}_{unit}_{part}"] = (
                    _finite(getattr(answer, part)) if isinstance(answer, Estimate) else None
                )
        found.append(row)
    return found


def said(answer: Answer, unit: str) -> str:
    if not isinstance(answer, Estimate) or not isfinite(answer.value):
        return "–"
    return percent(answer.value) if unit == "share" else _time(answer.value, unit)


def note_of(answer: Answer, unit: str) -> str:
    if not isinstance(answer, Estimate):
        return f"Not enough data: {answer.reason}."
    high = "unknown" if not isfinite(answer.high) else said_plain(answer.high, unit)
    return f"{said_plain(answer.low, unit)} to {high} ({answer.level:.0%}), n = {number(answer.n)}"


def said_plain(value: float, unit: str) -> str:
    return percent(value) if unit == "share" else _time(value, unit)


def _time(value: float, unit: str) -> str:
    minutes = value * 60 if unit == "hours" else value
    if minutes < 120:
        return f"{number(minutes, 0 if minutes >= 10 else 1)} min"
    return f"{number(minutes / 60, 1)} h" if minutes < 2880 else f"{number(minutes / 1440, 1)} days"


def _value(answer: Answer) -> float | None:
    return answer.value if isinstance(answer, Estimate) and isfinite(answer.value) else None


def _finite(value: float) -> float | None:
    return value if isfinite(value) else None


def _narrowed(asked: Asked, value: int | str) -> str:
    if asked.split == "subject":
        text = Subject.objects.filter(pk=value).values_list("name", flat=True).first() or ""
    else:
        text = value.decode() if isinstance(value, bytes) else str(value)
    return f"?{asked.address(**{asked.split: text})}"


def _cases_url(asked: Asked, figure: str) -> str:
    return f"/service/cases/?{asked.address()}&figure={figure}"


def period_words(start: date, end: date) -> str:
    return f"{start:%-d %b %Y} to {end:%-d %b %Y}"
