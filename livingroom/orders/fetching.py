"""Newer exchange rates from the European Central Bank itself, by the day, so that nobody has to think of it."""

import logging
import tempfile
from datetime import date, datetime, timedelta
from pathlib import Path

import httpx
from django.conf import settings

from livingroom.orders.rates import BadRates, newest_day, refresh_from

log = logging.getLogger("livingroom.orders")
# A bank day's rates come out in its afternoon; over a week-end there are none.
FRESH_FOR = timedelta(days=1)
LARGEST = 20 * 1024 * 1024


def are_stale(now: datetime) -> bool:
    """Whether the Bank may have published since our newest day."""
    return now.date() - newest_day() > FRESH_FOR


def fetch_rates() -> date:
    """Take the Bank's file from RATES_URL. Returns its newest day. Raises BadRates, also when it cannot be reached."""
    if not settings.RATES_URL:
        raise BadRates(
            "RATES_URL is empty, so rates are not fetched. Give the file: livingroom rates --file FILE."
        )
    try:
        answer = httpx.get(settings.RATES_URL, timeout=30, follow_redirects=True).raise_for_status()
    except httpx.HTTPError as error:
        raise BadRates(f"{settings.RATES_URL} could not be read: {error or type(error).__name__}.") from None
    if len(answer.content) > LARGEST:
        raise BadRates(
            f"{settings.RATES_URL} is larger than 20 MB, so it is not the Bank's history of rates."
        )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"eurofxref-hist{Path(answer.url.path).suffix or '.zip'}"
        path.write_bytes(answer.content)
        return refresh_from(path)
