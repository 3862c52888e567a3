"""What the design page shows: each component with words as they would be met."""

from datetime import UTC, date, datetime
from typing import Any

from django import forms

from livingroom.shared.chart_kinds import bars, over_time
from livingroom.shared.charts import Column
from livingroom.shared.problems import Problem

AT = datetime(2009, 12, 8, 9, 30, tzinfo=UTC)
NET = Column("net", "Net revenue", "money", "USD")
BRANCHES = {"Corner PC Deals": 310_000_00, "Corner PC Brasil": 96_000_00, "Corner PC Canada": 18_500_00}


class SampleForm(forms.Form):
    name = forms.CharField(label="Name of the offer", help_text="Your colleagues see it; customers do not.")
    kind = forms.ChoiceField(
        label="Kind", choices=[("share", "Percentage"), ("amount", "Amount"), ("bundle", "Bundle")]
    )
    starts_on = forms.DateField(label="First day", widget=forms.DateInput(attrs={"type": "date"}))
    terms = forms.CharField(label="Terms", widget=forms.Textarea, required=False)
    purpose = forms.ChoiceField(
        label="Purpose",
        choices=[("sales", "Sales"), ("service", "Service"), ("news", "News")],
        widget=forms.RadioSelect,
        help_text="What the branch is there for.",
    )
    sheet = forms.FileField(label="Price list", required=False)
    single_use = forms.BooleanField(
        label="One code for each visitor", required=False, help_text="Leaks can then be seen."
    )


def samples(sort: str) -> dict[str, Any]:
    wrong = SampleForm({"name": "", "kind": "share", "starts_on": "31 February"}, auto_id="wrong_%s")
    return {
        "form": SampleForm(initial={"kind": "share", "purpose": "sales"}),
        "wrong": wrong,
        "row": SampleForm(auto_id="row_%s"),
        "problems": [
            Problem("The terms are longer than Bluesky allows by 12 characters.", "terms"),
            Problem("This offer ends on a holiday in Brazil.", "kind", blocks=False),
            Problem("Two branches have no connection yet."),
        ],
        "sort": sort,
        "rows": _rows(sort),
        "alarms": [
            {"text": "Post “Weekend deal” is five minutes late: no worker runs.", "url": "#alarms", "raised_at": AT},
            {"text": "Corner PC Canada: the connection was revoked.", "url": "", "raised_at": AT},
        ],
        "tabs": [
            {"label": "All", "url": "#tabs", "is_current": True, "n": 48},
            {"label": "Scheduled", "url": "#tabs", "is_current": False, "n": 3},
            {"label": "Sent", "url": "#tabs", "is_current": False, "n": None},
        ],
        "tones": ["good", "warn", "bad", "neutral"],
        "grades": ["A", "B", "C", "D", "E", ""],
        "revenue": over_time(
            "Net revenue by branch", _months(), at=Column("month", "Month", "month"), value=NET,
            series=Column("branch", "Branch"), mark="area", note="After refunds, at the rate of each order’s day.",
        ),
        "clicks": over_time(
            "Clicks of people", _clicks(), at=Column("on", "Day", "day"), value=Column("clicks", "Clicks", "number"),
        ),
        "monthly": over_time(
            "Net revenue by month", _months(), at=Column("month", "Month", "month"), value=NET,
            series=Column("branch", "Branch"), mark="bar", name="monthly",
        ),
        "ranking": bars(
            "Net revenue of the year", [{"branch": name, "net": net * 9} for name, net in BRANCHES.items()],
            name=Column("branch", "Branch"), value=NET,
        ),
        "nothing": bars("Answers by branch", [], name=Column("branch", "Branch"), value=NET),
        "at": AT,
    }  # fmt: skip


def _rows(sort: str) -> list[dict[str, Any]]:
    names = ["branch", "host", "state", "tone", "revenue", "currency"]
    table: list[list[Any]] = [
        ["Corner PC Deals", "Maya Lindqvist", "sent", "good", 650000000, "USD"],
        ["Corner PC Brasil", "João Prado", "late", "warn", 81234550, "BRL"],
        ["Corner PC Nihon", "Aiko Mori", "failed", "bad", -48000, "JPY"],
    ]
    rows = [dict(zip(names, row, strict=True)) for row in table]
    name = sort.lstrip("-")
    key = name if name in rows[0] else "revenue"
    return sorted(rows, key=lambda row: row[key], reverse=sort.startswith("-"))


def _months() -> list[dict[str, Any]]:
    months = [date(2009, month, 1) for month in range(1, 13)]
    return [
        {"month": month, "branch": name, "net": net * (month.month + 4 + (month.month % 3)) // 16}
        for name, net in BRANCHES.items()
        for month in months
    ]


def _clicks() -> list[dict[str, Any]]:
    return [{"on": date(2009, 11, day), "clicks": 900 + (day * 173) % 700} for day in range(1, 31)]
