"""Read what networks say about their rate limits: three families of headers, each with its own idea of time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

# A network that says "too many" without a time gets a minute's rest.
DEFAULT_REST = timedelta(seconds=60)
LONGEST_REST = timedelta(days=1)


@dataclass(frozen=True)
class Rate:
    limit: int | None
    remaining: int | None
    reset_at: datetime | None


def read_rate(headers: Mapping[str, str], now: datetime) -> Rate | None:
    """The last known limit, or None where the network says nothing."""
    for prefix in ("ratelimit-", "x-ratelimit-", "x-rate-limit-"):
        if f"{prefix}remaining" in headers or f"{prefix}limit" in headers:
            return Rate(
                limit=_number(headers.get(f"{prefix}limit")),
                remaining=_number(headers.get(f"{prefix}remaining")),
                reset_at=_moment(headers.get(f"{prefix}reset"), now),
            )
    return None


def read_retry_at(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """When the network wants us back: Retry-After first, else the reset of an exhausted limit."""
    wanted = _moment(headers.get("retry-after"), now)
    if wanted is None:
        rate = read_rate(headers, now)
        wanted = rate.reset_at if rate and not rate.remaining else None
    if wanted is None:
        return None
    return min(max(wanted, now), now + LONGEST_REST)


def _number(text: str | None) -> int | None:
    try:
        return int(text.split(",")[0].split(";")[0]) if text else None
    except ValueError:
        return None


def _moment(text: str | None, now: datetime) -> datetime | None:
    if not text:
        return None
    try:
        seconds = float(text)
    except ValueError:
        return _date(text)
    if not 0 <= seconds < 1e11:
        return None
    # A billion seconds are no wait: it is a point in Unix time, after 2001.
    return datetime.fromtimestamp(seconds, UTC) if seconds > 1e9 else now + timedelta(seconds=seconds)


def _date(text: str) -> datetime | None:
    for parse in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            moment = parse(text)
        except ValueError:
            continue
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None
