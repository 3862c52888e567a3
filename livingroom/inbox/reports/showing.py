"""Figures in words: tiles, rows of the table, rows of the file."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from math import isfinite
from typing import Literal

from livingroom.inbox.reports.asking import NONE, SPLITS, Asked
from livingroom.inbox.reports.parts import UNKNOWN, Part, Parts, names_of
from livingroom.inbox.reports.reading import Answer, Service
from livingroom.measure.estimate import Estimate, NotEnoughData
from livingroom.segments.models import Segment
from livingroom.shared.chart_kinds import over_time
from livingroom.shared.charts import Chart, Column
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
FEW = "too few people are behind it, or behind what it leaves out"
COLUMNS = {
    "first_median": "Median wait", "first_p90": "Slowest tenth", "answered": "Answered", "within_24h": "In a day",
    "resolution_median": "Resolved", "csat": "Satisfied", "recontact": "Again",
}  # fmt: skip


@dataclass(frozen=True)
class Tile:
    label: str
    value: str
    note: str
    url: str


def tiles(found: Service, asked: Asked, *, sees_people: bool) -> list[Tile]:
    opens = sees_people or not asked.segment
    return [
        Tile(
            label,
            said(getattr(found, field), unit),
            note_of(getattr(found, field), unit),
            _cases(figure, asked.address()) if opens else "",
        )
        for field, label, unit, figure in TILES
    ]


def table(parts: Parts, *, sees_people: bool) -> list[dict[str, object]]:
    """The rows; each figure opens its cases, where these do not tell who is in a segment to somebody who may not see it."""
    return [_row(part, opens=sees_people or not part.asked.segment) for part in parts.rows]


def _row(part: Part, *, opens: bool) -> dict[str, object]:
    address = part.asked.address()
    return {
        "name": part.name,
        "people": part.people,
        "n": number(part.service.n) if opens or part.is_told else "–",
        "url": f"?{address}",
        "all_url": _cases("all", address) if opens else "",
        "cells": _cells(part, address if opens else ""),
    }


def _cells(part: Part, address: str) -> list[dict[str, str]]:
    """What is not told is neither shown nor opened."""
    facts = {field: (unit, figure) for field, _, unit, figure in TILES}
    cells = []
    for field, head in COLUMNS.items():
        unit, figure = facts[field]
        answer = getattr(part.service, field) if part.is_told else NotEnoughData(FEW)
        url = _cases(figure, address) if address and isinstance(answer, Estimate) else ""
        cells.append({"head": head, "value": said(answer, unit), "note": note_of(answer, unit), "url": url})
    return cells


def charts(found: Service, few: Collection[date] = ()) -> list[Chart]:
    """Weeks beside each other; one in which nothing can be said, or may be said of so few, leaves a gap."""
    rows = [
        {
            "on": monday, "n": week.n, "median": _value(week.first_median), "answered": _value(week.within_24h),
            "happy": _value(week.csat),
        }
        for monday, week in found.weekly()
        if monday not in few
    ]  # fmt: skip
    at = Column("on", "Week from", "day")
    drawn: list[tuple[str, str, Literal["number", "share"], str]] = [
        ("median", "Minutes to the first answer (median of the week)", "number", "service-median"),
        ("answered", "Answered within a day", "share", "service-day"),
        ("happy", "Satisfied", "share", "service-happy"),
        ("n", "Conversations", "number", "service-n"),
    ]
    told = (
        "Nothing can be said of these weeks yet." if not few else "In too few weeks did enough people write."
    )
    made = []
    for field, title, kind, name in drawn:
        known = [row for row in rows if row[field] is not None]
        # One week that is told beside others that are not makes no line.
        known = known if len(known) > 1 or not few else []
        value = Column(field, title, kind)
        made.append(over_time(title, known, at=at, value=value, height=180, name=name, when_empty=told))
    return made


def file_rows(parts: Parts, asked: Asked, *, sees_people: bool) -> list[dict[str, object]]:
    """The table as plain values, each with its interval."""
    printed = []
    for part in parts.rows:
        is_counted = part.is_told or sees_people
        row: dict[str, object] = {asked.split: part.name}
        if asked.split == "segment":
            row |= {"short_name": part.asked.segment, "people": part.people}
        row["conversations"] = part.service.n if is_counted else None
        for field, _, unit, _ in TILES:
            answer = getattr(part.service, field) if part.is_told else None
            for end in ("value", "low", "high"):
                row[f"{field}_{unit}_{end}"] = (
                    _finite(getattr(answer, end)) if isinstance(answer, Estimate) else None
                )
        printed.append(row)
    return printed


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


def narrowed(asked: Asked) -> list[tuple[str, str]]:
    """What the figures are narrowed to, in words."""
    found = []
    for split, label in SPLITS.items():
        if not (wanted := getattr(asked, split)):
            continue
        if split == "segment":
            name = _segment_name(wanted)
        elif split == "subject":
            name = "none" if wanted == NONE else wanted
        else:
            value = int(wanted) if split in ("branch", "team") else wanted.replace(NONE, "").encode()
            name = names_of(split, [value])[value]
        found.append((label.lower(), name))
    return found


def _segment_name(slug: str) -> str:
    if slug == NONE:
        return UNKNOWN.lower()
    name = Segment.objects.standing().filter(slug=slug).values_list("name", flat=True).first()
    return f"{slug}, which is not in use" if name is None else name


def _cases(figure: str, address: str) -> str:
    return f"/service/cases/?{address}&figure={figure}"


def period_words(start: date, end: date) -> str:
    return f"{start:%-d %b %Y} to {end:%-d %b %Y}"
