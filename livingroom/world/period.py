"""The years the world plays in: time as microseconds UTC, seasons, weekdays, and shocks by country."""

from __future__ import annotations

import zlib
from datetime import UTC, date, datetime

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]

FIRST_DAY = date(2007, 6, 1)
LAST_DAY = date(2009, 12, 31)
N_DAYS = (LAST_DAY - FIRST_DAY).days + 1
SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
START = int(datetime(2007, 6, 1, tzinfo=UTC).timestamp()) * SECOND
END = START + N_DAYS * DAY

# Buying by month: slow after the holidays, back to school, then the long run-up to Christmas.
MONTH_FACTOR = np.array([0.82, 0.86, 0.92, 0.94, 0.97, 0.98, 1.0, 1.1, 1.02, 0.98, 1.22, 1.3])
WEEKDAY_FACTOR = np.array([1.1, 1.08, 1.05, 1.04, 1.0, 0.86, 0.87])
HOUR_WEIGHT = np.array(
    [2, 1, 1, 1, 1, 1, 2, 4, 6, 8, 9, 9, 9, 9, 8, 8, 8, 7, 7, 8, 9, 9, 7, 4], dtype=np.float64
)


def draws(seed: int, stage: str) -> np.random.Generator:
    """Give each stage its own stream, so that a change in one stage leaves the others as they were."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, zlib.crc32(stage.encode())])))


def day_index(day: date) -> int:
    return (day - FIRST_DAY).days


def micros(day: date) -> int:
    return START + day_index(day) * DAY


def day_of(at: Integers) -> Integers:
    """Tell the day's index for each moment."""
    return (at - START) // DAY


def to_datetime(at: int) -> datetime:
    return datetime.fromtimestamp(at // SECOND, tz=UTC).replace(microsecond=int(at % SECOND))


def season() -> Floats:
    """Return one factor a day: month and weekday together, near 1 over a year."""
    days = np.datetime64(FIRST_DAY) + np.arange(N_DAYS)
    month = days.astype("datetime64[M]").astype(np.int64) % 12
    # 1970-01-01 was a Thursday, weekday 3 when Monday is 0.
    weekday = (days.astype("datetime64[D]").astype(np.int64) + 3) % 7
    return np.asarray(MONTH_FACTOR[month] * WEEKDAY_FACTOR[weekday], dtype=np.float64)


def shocks(seed: int, country: str) -> Floats:
    """Return a slow random walk around 1 for a country, pulled back so that no country drifts away."""
    random = draws(seed, f"shocks/{country}")
    steps = random.normal(0, 0.012, N_DAYS)
    walk = np.empty(N_DAYS)
    level = 0.0
    for day, step in enumerate(steps):
        level = 0.97 * level + step
        walk[day] = level
    return np.exp(walk)


def moments_in_day(random: np.random.Generator, days: Integers, utc_offset_hours: Floats) -> Integers:
    """Spread events over their local day as people are awake; result in microseconds UTC."""
    hours = random.choice(24, size=len(days), p=HOUR_WEIGHT / HOUR_WEIGHT.sum())
    local = days * DAY + hours * HOUR + random.integers(0, HOUR, len(days))
    return np.asarray(START + local - (utc_offset_hours * HOUR).astype(np.int64), dtype=np.int64)
