"""How customers were served in the same months: beside the revenue, never averaged with it."""

from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from django.urls import reverse

from livingroom.dashboards.after_answers import Sales, sales_after_answers
from livingroom.dashboards.period import Period
from livingroom.dashboards.tiles import Tile, compact_money
from livingroom.inbox.reports.reading import Service, read_days
from livingroom.inbox.reports.showing import note_of, said
from livingroom.shared.templatetags.words import number


def service_tiles(period: Period, now: datetime, currency: str) -> list[Tile]:
    """Nothing where nobody wrote to us in these months."""
    first, last = period.first, (period.end_at - timedelta(days=1)).date()
    found = Service(read_days(first, last), now)
    if not found.n:
        return []
    return [
        Tile(
            "Conversations",
            number(found.n),
            "That began in these months, with customers.",
            _url("", first, last),
        ),
        Tile(
            "First answer, median",
            said(found.first_median, "minutes"),
            note_of(found.first_median, "minutes"),
            _url("answered", first, last),
        ),
        Tile(
            "Answered within a day",
            said(found.within_24h, "share"),
            note_of(found.within_24h, "share"),
            _url("late_24h", first, last),
        ),
        Tile(
            "Satisfied", said(found.csat, "share"), note_of(found.csat, "share"), _url("unhappy", first, last)
        ),
        _after_an_answer(sales_after_answers(period), period, currency),
    ]


def _after_an_answer(sales: Sales, period: Period, currency: str) -> Tile:
    """What followed, not what was caused; most of it stands in the figures of links and codes already."""
    return Tile(
        "Sales after an answer",
        compact_money(sales.net_minor, currency),
        f"{number(sales.n_orders)} orders of people whom we had answered. Not to be added: "
        f"{compact_money(sales.elsewhere_minor, currency)} of it stands in the figures above by other evidence.",
        f"{reverse('after_answers')}?{urlencode(period.parameters)}",
    )


def _url(figure: str, first: date, last: date) -> str:
    query = {"start": str(first), "end": str(last)}
    if not figure:
        return f"{reverse('service')}?{urlencode(query)}"
    return f"{reverse('service_cases')}?{urlencode(query | {'figure': figure})}"
