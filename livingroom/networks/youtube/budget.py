"""The project's daily budget of YouTube's units: 10,000, which Google fills up again at midnight in California.

Every process counts what it spends; of several processes each knows only its own part, and Google's refusal
(`quotaExceeded`) tells the rest. Reading stops while enough is left to write, so that people still get their answers.
"""

import threading
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from livingroom.networks.errors import RateLimited

DAILY_UNITS = 10_000
KEPT_FOR_WRITING = 1_000
PRICES = {"read": 1, "search": 100, "write": 50}
_CALIFORNIA = ZoneInfo("America/Los_Angeles")


class Budget:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._spent: dict[tuple[str, date], int] = {}

    def spend(self, project: str, deed: str, now: datetime) -> None:
        """Note one call before it is made. Raises RateLimited when the day's units are spent."""
        today, price = _day(now), PRICES[deed]
        limit = DAILY_UNITS if deed == "write" else DAILY_UNITS - KEPT_FOR_WRITING
        with self._lock:
            spent = self._spent.get((project, today), 0)
            if spent + price > limit:
                raise used_up(now)
            self._spent = {(project, today): spent + price} | {
                key: value for key, value in self._spent.items() if key[1] == today and key[0] != project
            }

    def left(self, project: str, now: datetime) -> int:
        return DAILY_UNITS - self._spent.get((project, _day(now)), 0)

    def note_used_up(self, project: str, now: datetime) -> None:
        """Google says so: others spent it."""
        with self._lock:
            self._spent[project, _day(now)] = DAILY_UNITS


def used_up(now: datetime) -> RateLimited:
    text = f"YouTube's {DAILY_UNITS:,} units of today are spent; they come again at midnight in California."
    return RateLimited(text, filled_up_at(now))


def filled_up_at(now: datetime) -> datetime:
    """The next midnight in California, also across its clock changes."""
    tomorrow = _day(now) + timedelta(days=1)
    midnight = datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=_CALIFORNIA)
    return midnight.astimezone(now.tzinfo)


def _day(now: datetime) -> date:
    return now.astimezone(_CALIFORNIA).date()


BUDGET = Budget()
