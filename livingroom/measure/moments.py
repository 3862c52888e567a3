"""Times as files write them, as microseconds UTC."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_NUMBER = re.compile(r"\d{9,19}(\.\d+)?")
_FORMATS = (
    "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d", "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%d.%m.%Y",
    "%a %b %d %H:%M:%S %z %Y",  # as Twitter wrote created_at
)  # fmt: skip
_HINT = "Write 2026-02-26 21:42:53, with a zone such as +01:00 or Z if there is one."

# Seconds, milliseconds, microseconds and nanoseconds since 1970, by how many digits today's number has.
_UNITS = ((11, 1_000_000.0), (14, 1_000.0), (17, 1.0), (20, 0.001))


def as_microseconds(moment: datetime) -> int:
    """Return an aware time as whole microseconds since 1970."""
    return (moment - _EPOCH) // _MICROSECOND


def as_datetime(at: int) -> datetime:
    """Return microseconds since 1970 as an aware time, UTC."""
    return _EPOCH + at * _MICROSECOND


class Clock:
    """Reads times one after the other; those without a zone are told on the clock of `zone`.

    In autumn an hour comes twice on such a clock: a time in it that would lie before the row above is taken for the second.
    """

    def __init__(self, zone: ZoneInfo) -> None:
        self.zone = zone
        self.n_skipped = 0  # times that the clock never showed, in the night that has an hour less
        self._above: int | None = None

    def read(self, text: str) -> int:
        """Return microseconds UTC. Raises ValueError with a hint if it is no time."""
        at = self._read(text.strip())
        self._above = at
        return at

    def _read(self, text: str) -> int:
        if _NUMBER.fullmatch(text):
            return _since_1970(text)
        moment = _parse(text)
        if moment.tzinfo is not None or self.zone.key == "UTC":
            return as_microseconds(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
        first = as_microseconds(moment.replace(tzinfo=self.zone))
        second = as_microseconds(moment.replace(tzinfo=self.zone, fold=1))
        if second < first:
            self.n_skipped += 1
        is_second = second > first and self._above is not None and first <= self._above
        return second if is_second else first


def _since_1970(text: str) -> int:
    digits = len(text.partition(".")[0])
    factor = next(factor for most, factor in _UNITS if digits < most)
    # Whole numbers stay whole: a float cannot hold microseconds of today exactly to the last digit.
    return int(text) * int(factor) if factor >= 1 and text.isdigit() else round(float(text) * factor)


def _parse(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text.removesuffix(" UTC") + "+00:00" if text.endswith(" UTC") else text)
    except ValueError:
        pass
    for pattern in _FORMATS:
        try:
            return datetime.strptime(text, pattern)  # noqa: DTZ007 - the caller adds the zone
        except ValueError:
            continue
    raise ValueError(_HINT)
